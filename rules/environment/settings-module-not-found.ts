import { defineRule, type Process, type Report, type SettingsChoice } from '../../src/rule.ts';
import { isPresumedRun } from '../shared/requests/web.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const BARE = { 'requirements.txt': 'Django==5.2.19\ngunicorn==23.0.0\n', 'mysite/__init__.py': '', 'mysite/urls.py': 'urlpatterns = []\n' };
const WSGI =
  "import os\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napplication = get_wsgi_application()\n";

export default defineRule({
  id: 'environment/settings-module-not-found',
  title: 'Deployment names a settings module that does not exist',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The process stops with an import error; with an empty settings package it starts and answers every request with 500.',
  fix: 'Set DJANGO_SETTINGS_MODULE to the production module in the environment of every process.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/settings/#designating-the-settings'],
  cwe: ['CWE-1188'],
  cross: true,
  replaces: ['settings/root-urlconf-not-found'],
  examples: {
    bad: [
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace(
          'ENV PYTHONUNBUFFERED=1',
          'ENV PYTHONUNBUFFERED=1\nENV DJANGO_SETTINGS_MODULE=mysite.settings.production # !',
        ),
      },
      {
        ...BARE,
        'manage.py': WSGI,
        'mysite/wsgi.py': WSGI,
        'mysite/settings/__init__.py': '',
        'mysite/settings/production.py': "ROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = []\n",
        Dockerfile: DOCKERFILE.replace('"3"]', '"3"] # !'),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      MODE: production\n',
      },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': 'services:\n  web:\n    build: .\n' },
      { ...django(), Dockerfile: DOCKERFILE.replace('WORKDIR', 'ENV DJANGO_SETTINGS_MODULE=mysite.settings\nWORKDIR') },
    ],
  },

  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    if (isPresumedRun(deployment)) {
      const [first] = processes;
      if (first?.settings?.fault)
        ctx.undecided('What starts the project was not found, and its environment may name another settings module.', first.at);
      return;
    }
    const groups = new Map<string, { readonly process: Process; readonly choice: SettingsChoice; readonly others: Process[] }>();
    for (const process of processes) {
      const choice = process.settings;
      if (choice === null) continue;
      if (choice.fault === null) {
        if (choice.module.kind === 'unknown')
          ctx.undecided('The settings module that this process loads is not known.', choice.evidence[0]?.at ?? process.at);
        continue;
      }
      const key = `${choice.fault} ${choice.module.kind === 'known' ? choice.module.value : ''}`;
      const before = groups.get(key);
      if (before === undefined) groups.set(key, { process, choice, others: [] });
      else before.others.push(process);
    }
    for (const { process, choice, others } of groups.values()) ctx.report(describe(process, choice, others));
  },
});

function describe(process: Process, choice: SettingsChoice, others: readonly Process[]): Report {
  const names = [process, ...others].map(({ name }) => `\`${name}\``).join(' and ');
  const load = others.length === 0 ? 'loads' : 'load';
  const module = choice.module.kind === 'known' ? `\`${choice.module.value}\`` : 'a settings module';
  const related = [
    ...choice.evidence.map(({ at, text }) => ({ at, message: text })),
    ...[process, ...others].map((one) => ({ at: one.commandAt, message: `\`${one.name}\` is started here` })),
    ...(choice.presumed === null
      ? []
      : [
          {
            at: choice.presumed.at,
            message: `\`${choice.presumed.module}\` is taken for the one that is meant: ${choice.presumed.because}`,
          },
        ]),
  ];
  const common = { subject: '*', related };
  const named = choice.evidence[0]?.at ?? process.commandAt;
  switch (choice.fault) {
    case 'missing':
      return {
        ...common,
        at: named,
        message: `${names} ${load} ${module}, which does not exist in the repository: the process stops with an import error.`,
      };
    case 'empty':
      return {
        ...common,
        at: process.commandAt,
        message: `${names} ${load} ${module}, which sets neither \`INSTALLED_APPS\` nor \`ROOT_URLCONF\`: every request is answered 500.`,
      };
    default:
      return { ...common, at: process.commandAt, message: `Nothing tells ${names} which settings module to load: the process stops.` };
  }
}
