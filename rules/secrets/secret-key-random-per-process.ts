import { casesOf, defineRule, type Origin, type Process, placeOf, type RepositoryFacts } from '../../src/rule.ts';
import { isNamedByScript } from '../shared/secrets/exported.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';
import { variableOf } from '../shared/values/origin.ts';

const GENERATED = 'from django.core.management.utils import get_random_secret_key\n\nSECRET_KEY = get_random_secret_key()';

function served(settings: string, web = ''): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web }) };
}

export default defineRule({
  id: 'secrets/secret-key-random-per-process',
  title: 'SECRET_KEY is generated at start',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Each worker and each restart has another key: users are logged out at random, forms are refused and links in mails stop working.',
  fix: 'Generate one key, keep it, and read it from the environment without a default.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
    'https://github.com/django/django/blob/main/django/core/management/utils.py',
  ],
  examples: {
    bad: [
      served(`${GENERATED} # !\n`),
      served('import secrets\n\nSECRET_KEY = secrets.token_urlsafe(50) # !\n'),
      served('import uuid\n\nSECRET_KEY = str(uuid.uuid4()) # !\n'),
      served("import os, secrets\n\nSECRET_KEY = os.environ.get('APP_KEY', secrets.token_hex(32)) # !\n"),
      served("import os, secrets\n\nSECRET_KEY = os.environ.get('APP_KEY') or secrets.token_hex(32) # !\n"),
      served("import random, string\n\nSECRET_KEY = ''.join(random.choice(string.ascii_letters) for _ in range(50)) # !\n"),
    ],
    good: [
      served(
        "import os, secrets\n\nSECRET_KEY = os.environ.get('APP_KEY', secrets.token_hex(32))\n",
        '    environment:\n      APP_KEY: k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4\n',
      ),
      served("import os\n\nSECRET_KEY = os.environ['APP_KEY']\n"),
      // For collectstatic in the image, which signs nothing that lasts.
      served(
        "import os, secrets\n\nif os.environ.get('BUILDING'):\n    SECRET_KEY = secrets.token_hex(32)\nelse:\n    SECRET_KEY = os.environ['APP_KEY']\n",
        '    environment:\n      APP_KEY: k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4\n',
      ),
    ],
    undecided: [
      {
        ...served("import os, secrets\n\nSECRET_KEY = os.environ.get('APP_KEY', secrets.token_hex(32))\n"),
        'setup.sh': 'echo "APP_KEY=$(openssl rand -hex 32)" >> .env\n',
      },
      served(
        "import secrets\nfrom pathlib import Path\n\nKEY = Path('/var/lib/mysite/key')\nif not KEY.exists():\n    KEY.write_text(secrets.token_hex(32))\nSECRET_KEY = KEY.read_text()\n",
      ),
      served("import os, secrets\n\nSECRET_KEY = os.environ.get('APP_KEY', secrets.token_hex(32))\n", '    env_file: .env\n'),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (isTestModule(settings)) return;
    const value = settings.get('SECRET_KEY');
    const cases = casesOf(value).map(({ then }) => then);
    const random = cases.flatMap((then) => (then.kind === 'unknown' && then.why === 'random' ? [then.origin] : []));
    const [origin] = random;
    if (origin === undefined || cases.length > random.length || isKept(origin, repository)) {
      if (origin !== undefined || cases.some((then) => then.kind === 'unknown' && !/-env$/.test(then.why)))
        ctx.undecided('Whether `SECRET_KEY` stays the same is not known.', origin ?? cases[0]?.origin);
      return;
    }
    const variable = variableOf(origin) ?? missing(settings.reads);
    const when = variable === null ? '' : `, since nothing gives \`${variable.name}\``;
    if (variable !== null && isNamedByScript(variable.name, repository)) {
      ctx.undecided(`A script of the repository may give \`${variable.name}\`.`, origin);
      return;
    }
    const one = isSingle(settings.processes);
    ctx.report({
      at: origin,
      message: `\`SECRET_KEY\` is made anew by every process that loads the settings${when}: sessions and signed links of one are refused by the next.`,
      subject: 'SECRET_KEY',
      ...(one ? { severity: 'warning', because: 'one process serves everybody, so that only a restart makes another key' } : {}),
    });
  },
});

function missing(reads: readonly { readonly name: string; readonly provided: boolean | null }[]) {
  return reads.find(({ name, provided }) => provided === false && /SECRET_KEY|APP_KEY/.test(name)) ?? null;
}

/** The module that makes it writes a file as well, where it may find it again. */
function isKept(origin: Origin, { read }: Pick<RepositoryFacts, 'read'>): boolean {
  const place = placeOf(origin);
  return place !== undefined && /\.write(_text|_bytes|lines)?\(|\bopen\([^)]*['"][wax]/.test(read(place.file) ?? '');
}

function isSingle(processes: readonly Process[]): boolean {
  const [only, ...others] = processes;
  if (only?.server == null || others.length > 0) return false;
  const { server, replicas } = only;
  return server.workers.kind === 'known' && server.workers.value === 1 && replicas.kind === 'known' && replicas.value === 1;
}
