import { defineRule } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { debugCause } from '../shared/requests/debug.ts';

const SETTINGS = "import os\n\nDEBUG = os.environ.get('DEBUG', '0') == '1'\nROOT_URLCONF = 'mysite.urls'\n";
const PROJECT = {
  'manage.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
  'mysite/__init__.py': '',
  'mysite/settings.py': SETTINGS,
  'mysite/urls.py': 'urlpatterns = []\n',
  'mysite/wsgi.py': "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
};

export default defineRule({
  id: 'environment/debug-enabled-by-deployment',
  title: 'DEBUG enabled by the deployment environment',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The settings read the variable, so production shows tracebacks, SQL and settings to every visitor who meets an error.',
  fix: 'Remove the variable, or set it to the false form that the settings understand.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug'],
  cwe: ['CWE-489'],
  django: ['security.W018'],
  cross: true,
  replaces: ['settings/debug-enabled'],
  examples: {
    bad: [
      onEcs("import os\nDEBUG = os.environ.get('DEBUG') == '1'\n", { environment: '      { name = "DEBUG", value = "1" }, # !\n' }),
      {
        ...PROJECT,
        'docker-compose.yml':
          'services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000\n    environment:\n      DEBUG: "1" # !\n',
        Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n',
      },
      {
        ...PROJECT,
        Dockerfile:
          'FROM python:3.12-slim\nENV DEBUG=1 # !\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n',
      },
    ],
    good: [
      {
        ...PROJECT,
        'docker-compose.yml':
          'services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi --bind 0.0.0.0:8000\n    environment:\n      DEBUG: "0"\n',
        Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n',
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const debug = settings.get('DEBUG');
    const cause = debugCause({ debug, reads: settings.reads, processes: settings.processes });
    if (cause?.is !== 'given') {
      if (debug.kind === 'unknown') ctx.undecided('Whether `DEBUG` is on is not known.', debug.origin);
      return;
    }
    const { variable } = cause;
    ctx.report({
      at: variable.at ?? cause.origin,
      message: `The deployment sets \`${variable.name}\` so that \`DEBUG\` is on in \`${settings.module}\`.`,
      related: variable.read === undefined ? [] : [{ at: variable.read, message: 'the settings take `DEBUG` from it here' }],
      subject: 'DEBUG',
    });
  },
});
