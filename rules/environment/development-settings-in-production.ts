import { defineRule, type Process, type Report } from '../../src/rule.ts';
import { isPresumedRun } from '../shared/requests/web.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

function split(command: string): Record<string, string> {
  const { 'mysite/settings.py': text = '', ...rest } = django();
  return {
    ...rest,
    'mysite/settings/__init__.py': '',
    'mysite/settings/base.py': text,
    'mysite/settings/dev.py': 'from .base import *\n',
    'mysite/settings/production.py': 'from .base import *\n',
    Dockerfile: DOCKERFILE.replace('WORKDIR', `${command}\nWORKDIR`),
  };
}

export default defineRule({
  id: 'environment/development-settings-in-production',
  title: 'Production runs the development settings module',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Debug pages, the test database and mails that go to the console reach real users.',
  fix: 'Set DJANGO_SETTINGS_MODULE to the production module in the environment of every process.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/settings/#designating-the-settings',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/',
  ],
  cwe: ['CWE-489', 'CWE-1188'],
  cross: true,
  examples: {
    bad: [split('ENV DJANGO_SETTINGS_MODULE=mysite.settings.dev # !')],
    good: [split('ENV DJANGO_SETTINGS_MODULE=mysite.settings.production'), { ...django(), Dockerfile: DOCKERFILE }],
  },

  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    // Without a manifest the server's own environment may name the module.
    if (isPresumedRun(deployment)) return;
    const told = new Set<string>();
    for (const process of processes) {
      const choice = process.settings;
      if (choice?.production === undefined || choice.module.kind !== 'known' || process.role === 'task' || told.has(choice.module.value))
        continue;
      told.add(choice.module.value);
      ctx.report(describe(process, choice.module.value, choice.production));
    }
  },
});

function describe(process: Process, module: string, production: string): Report {
  const [first, ...others] = process.settings?.evidence ?? [];
  return {
    at: first?.at ?? process.commandAt,
    message: `\`${process.name}\` loads the development settings \`${module}\`, although \`${production}\` exists.`,
    subject: module,
    related: [
      ...others.map(({ at, text }) => ({ at, message: text })),
      { at: process.commandAt, message: `\`${process.name}\` is started here` },
    ],
  };
}
