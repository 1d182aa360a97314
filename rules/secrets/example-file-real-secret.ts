import { defineRule, type EnvAssignment, isSecretName } from '../../src/rule.ts';
import { reportIfTracked } from '../shared/secrets/committed.ts';
import { isEnvExample } from '../shared/secrets/env-files.ts';
import { providerTokens } from '../shared/secrets/provider-tokens.ts';
import { looksGenerated } from '../shared/secrets/secret-value.ts';
import { django } from '../shared/values/examples.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';
const STRIPE = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dcA8Xk2Bv9'].join('_');

export default defineRule({
  id: 'secrets/example-file-real-secret',
  title: 'Example environment file carries a real-looking secret',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'It is copied to production as it stands, or it is a live key already: everyone who reads the repository has it.',
  fix: 'Leave the value empty or write a placeholder, and change the secret where it is in use.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
    'https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns',
  ],
  cwe: ['CWE-798'],
  examples: {
    bad: [
      { ...django(), '.env.example': `DEBUG=0\nSECRET_KEY=${KEY} # !\n` },
      { ...django(), 'deploy/sample.env': `JWT_SECRET="${KEY.replaceAll('-', '')}" # !\n` },
      { ...django(), '.env.template': `PAYMENT=${STRIPE} # !\n` },
    ],
    good: [
      { ...django(), '.env.example': 'SECRET_KEY=\nDB_PASSWORD=postgres\nMAIL_API_KEY=your-key-here\n' },
      { ...django(), '.env.example': `SECRET_KEY=django-insecure-${KEY}\nSTRIPE_SECRET_KEY=${STRIPE.replace('live', 'test')}\n` },
      { ...django(), '.env.example': `SECRET_KEY=change-me-${KEY}\n` },
      { ...django(), '.env.example': 'DB_PASSWORD=fS8pQ2vLw0Xk\nTOKEN_URL=https://auth.mysite.net/oauth2/v2/token/k7v2m9x4q8w1z5c3\n' },
      { ...django(), '.env.example': `SITE_ID=${KEY}\n` },
      // Somebody else's secret, for the client that everybody tries it with.
      { ...django(), '.env.example': `FXA_SECRET_KEY=${KEY}\nSOCIAL_AUTH_SECRET=${KEY}\n` },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    for (const file of repository.files) {
      if (!isEnvExample(file) || /(^|\/)(tests?|node_modules|vendor)\//.test(file)) continue;
      const own: EnvAssignment[] = [];
      for (const line of repository.assignments(file, 'python-dotenv')) {
        const { key, value, keyAt } = line;
        const provider = value === null || value.length < 20 ? null : (providerTokens(value.reveal())[0]?.provider ?? null);
        const message = `\`${key}\` of the example has the form of a real credential of ${provider ?? ''}.`;
        if (provider !== null) reportIfTracked(file, () => ({ at: keyAt, message, subject: `${file} ${key}` }), repository, ctx);
        else if (value !== null && signs(key) && value.length >= 32 && looksGenerated(value)) own.push(line);
      }
      const [first] = own;
      if (first === undefined) continue;
      const names = own.map(({ key }) => `\`${key}\``).join(', ');
      const message = `${names} of the example ${own.length === 1 ? 'has a value that looks' : 'have values that look'} made for use, so that whoever copies the file uses ${own.length === 1 ? 'it' : 'them'}.`;
      reportIfTracked(file, () => ({ at: first.keyAt, message, subject: file }), repository, ctx);
    }
  },
});

/** Keys that the project signs with itself: one that everybody copies is a published one. What others hand out may be theirs for tests. */
function signs(key: string): boolean {
  return (
    isSecretName(key) &&
    /(^|_)(SECRET_KEY|SIGNING_KEY|JWT_SECRET|ENCRYPTION_KEY|FERNET_KEY)$/.test(key) &&
    !/^(AWS|FXA|STRIPE|GITHUB|DISCORD|GOOGLE|FACEBOOK|TWITTER|CONFIG_\w*CAPTCHA|\w*CAPTCHA|S3|MINIO|OIDC|SOCIAL|CONSUMER|CLIENT)_/.test(key)
  );
}
