import { type Context, casesOf, defineRule, isPlaceholder, type SettingsFacts } from '../../src/rule.ts';
import { mayBeTracked } from '../shared/secrets/committed.ts';
import { isTestModule, keyOf } from '../shared/secrets/secret-key.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';

export default defineRule({
  id: 'secrets/secret-key-hardcoded',
  title: 'SECRET_KEY is written in the source',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Whoever can read the repository can forge sessions, password-reset links and signed data.',
  fix: 'Read it without a default, SECRET_KEY = os.environ["DJANGO_SECRET_KEY"], and replace the old key.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
  ],
  cwe: ['CWE-798', 'CWE-321'],
  examples: {
    bad: [
      { 'settings.py': `SECRET_KEY = '${KEY}' # !\n` },
      { 'settings.py': `import os\n\nSECRET_KEY = os.environ.get('APP_KEY', '${KEY}') # !\n` },
      { 'settings.py': 'from base import *\n', 'base.py': `SECRET_KEY = '${KEY}' # !\n` },
      { ...django(`import os\n\nSECRET_KEY = os.environ.get('APP_KEY', '${KEY}') # !\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    good: [
      {
        ...django("import os\n\nSECRET_KEY = os.environ['APP_KEY']\n"),
        Dockerfile: DOCKERFILE,
        '.env': `APP_KEY=${KEY}\n`,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    env_file: .env\n',
      },
      { 'settings.py': "SECRET_KEY = 'changeme'\n" },
      {
        'settings.py': `from base import *\nimport os\n\nSECRET_KEY = os.environ.get('APP_KEY', '')\n`,
        'base.py': `SECRET_KEY = '${KEY}'\n`,
      },
    ],
    undecided: [
      { 'settings.py': "import os\n\nSECRET_KEY = open(os.path.join(os.environ.get('CONF_DIR', '/etc/mysite'), 'key')).read()\n" },
      { 'settings.py': 'from elsewhere import secret\n\nSECRET_KEY = secret()\n' },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (isTestModule(settings)) return;
    const value = settings.get('SECRET_KEY');
    if (value.kind !== 'known') {
      if (!reportFallback(settings, ctx)) openUnlessKnown(value, ctx);
      return;
    }
    const key = keyOf(value.value);
    if (key === null) return;
    const variable = variableOf(value.origin);
    if (variable?.state === 'given') {
      reportFallback(settings, ctx);
      return;
    }
    if (key.length === 0 || isPlaceholder(key) || !mayBeTracked(value, repository)) return;
    const message =
      variable === null
        ? '`SECRET_KEY` is written in the source, so whoever reads the repository can forge sessions and signed links.'
        : `\`SECRET_KEY\` falls back to a key in the source, because nothing gives \`${variable.name}\`: whoever reads the repository can forge sessions.`;
    ctx.report({ at: value.origin, message, subject: 'SECRET_KEY' });
  },
});

/** A path or a switch that the key depends on has defaults too, which are no keys. */
const NAMES_KEY = /^(?!.*_(file|path|dir)$).*(key|secret|token|salt|pass)/i;

/** A default that the deployment overrides is used again on the day the variable is forgotten. */
function reportFallback(settings: SettingsFacts, ctx: Context): boolean {
  const value = settings.get('SECRET_KEY');
  const names = casesOf(value).flatMap(({ then }) => (then.kind === 'unknown' ? then.names : [variableOf(then.origin)?.name ?? '']));
  const read = settings.reads.find(({ name, fallback }) => {
    const key = fallback?.kind === 'known' ? keyOf(fallback.value) : null;
    return names.includes(name) && NAMES_KEY.test(name) && key !== null && key.length > 0 && !isPlaceholder(key);
  });
  if (read === undefined) return false;
  ctx.report({
    at: read.at,
    message: `\`SECRET_KEY\` has a default in the source that is used as soon as \`${read.name}\` is missing.`,
    subject: 'SECRET_KEY',
    severity: 'warning',
    because: `the deployment gives \`${read.name}\` or may do so`,
  });
  return true;
}
