import { defineRule } from '../../src/rule.ts';
import { isAllowed, isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { isEnvExample, isEnvFile } from '../shared/secrets/env-files.ts';
import { providerTokens, TOKEN_HINTS } from '../shared/secrets/provider-tokens.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

/** Put together here, so that nobody's scanner takes this file for a leak. */
const STRIPE = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dcA8Xk2Bv9'].join('_');
const GITHUB = ['ghp', 'k7v2m9x4q8w1z5c3b6n0pf7d2s9a4g40Zr9o'].join('_');
const AWS_ID = `AKIA${'Q7ZKJ3VNXW2M5RTB'}`;
const AWS_SECRET = 'k7v2m9x4q8w1z5c3b6n0pF7d2S9a4g8H1j5L3r6T';

export default defineRule({
  id: 'secrets/provider-token-committed',
  title: 'Provider credential in a tracked file',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Its form says whose it is and that it is real: programs that watch public repositories use such tokens within minutes.',
  fix: 'Revoke it at the provider, make a new one, and give that through the environment.',
  autofix: 'none',
  links: [
    'https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
    'https://docs.stripe.com/keys',
  ],
  cwe: ['CWE-798'],
  replaces: ['secrets/credential-hardcoded'],
  examples: {
    bad: [
      django(`STRIPE_SECRET_KEY = '${STRIPE}' # !\n`),
      django(`AWS_ACCESS_KEY_ID = '${AWS_ID}' # !\nAWS_SECRET_ACCESS_KEY = '${AWS_SECRET}'\n`),
      { ...django(), Dockerfile: DOCKERFILE.replace('COPY', `ENV GITHUB_TOKEN=${GITHUB} # !\nCOPY`) },
      { ...django(), 'deploy/backup.sh': `#!/bin/sh\ncurl -H "Authorization: Bearer ${GITHUB}" https://api.github.com # !\n` },
    ],
    good: [
      django("import os\n\nSTRIPE_SECRET_KEY = os.environ['STRIPE_SECRET_KEY']\n"),
      django(`STRIPE_SECRET_KEY = '${STRIPE.replace('live', 'test')}'\n`),
      // What AWS shows in its documentation, and an id without its secret.
      django("AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE'\nAWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'\n"),
      django(`AWS_ACCESS_KEY_ID = '${AWS_ID}'\n`),
      // The checksum is wrong: GitHub never made this one.
      django(`GITHUB_TOKEN = '${GITHUB.replace('k7v2', 'k7v3')}'\n`),
      django("SENTRY_DSN = 'https://k7v2m9x4q8w1z5c3b6n0pf7d2s9a4g8h@o1.ingest.sentry.io/2'\n"),
      django(`AWS_ACCESS_KEY_ID = '${AWS_ID}'  # gitleaks:allow\nAWS_SECRET_ACCESS_KEY = '${AWS_SECRET}'\n`),
      { ...django(`STRIPE_SECRET_KEY = '${STRIPE}'\n`), '.gitleaks.toml': `[allowlist]\nregexes = ['${STRIPE}']\n` },
      { ...django(), '.github/scripts/store.sh': `export AWS_ACCESS_KEY_ID=${AWS_ID}\nexport AWS_SECRET_ACCESS_KEY=${AWS_SECRET}\n` },
      { ...django(), 'mysite/tests/test_pay.py': `KEY = '${STRIPE}'\n`, 'docs/pay.txt': `${STRIPE}\n` },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    for (const file of repository.holding(TOKEN_HINTS)) {
      // An env file, or an example of one, is a fault of its own.
      if (isForShow(file) || isEnvFile(file) || isEnvExample(file) || /(^|\/)\.gitleaks/.test(file)) continue;
      const providers = new Set<string>();
      for (const { provider, setting, start, end } of providerTokens(repository.read(file) ?? '')) {
        // Made up for a store that only the pipeline starts; other forms prove themselves by a checksum.
        if (providers.has(provider) || (provider === 'AWS' && IN_PIPELINE.test(file)) || isAllowed(file, start, end, repository)) continue;
        providers.add(provider);
        const message = `A credential of ${provider} stands in \`${file}\`: its form says that it is real.`;
        reportIfTracked(file, () => ({ at: { file, start, end }, message, subject: setting ?? `${file} ${provider}` }), repository, ctx);
      }
    }
  },
});

const IN_PIPELINE = /^\.(github|gitlab|circleci|travis|ci)[/.]/;
