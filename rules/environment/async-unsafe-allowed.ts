import { type Context, defineRule, type Origin, type RepositoryFacts, type SettingsFacts, type Span } from '../../src/rule.ts';
import { compose, DOCKERFILE, django, unit } from '../shared/values/examples.ts';
import { changeAt } from '../shared/values/origin.ts';

const VARIABLE = 'DJANGO_ALLOW_ASYNC_UNSAFE';

function withVariable(lines: string): Record<string, string> {
  return { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: `    environment:\n${lines}` }) };
}

export default defineRule({
  id: 'environment/async-unsafe-allowed',
  title: 'DJANGO_ALLOW_ASYNC_UNSAFE is set in the deployment',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'Blocking calls of the ORM then run inside the event loop, where one connection serves several requests at once: data is corrupted or lost.',
  fix: 'Remove the variable, and call the ORM through sync_to_async or its own asynchronous methods.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/async/#async-safety',
    'https://github.com/django/django/blob/main/django/core/checks/async_checks.py',
  ],
  django: ['async.E001'],
  examples: {
    bad: [
      withVariable(`      ${VARIABLE}: "true" # !\n`),
      // Django asks whether the text is empty, and for nothing else.
      withVariable(`      ${VARIABLE}: "0" # !\n`),
      { ...django(), Dockerfile: DOCKERFILE.replace('ENV', `ENV ${VARIABLE}=1 # !\nENV`) },
      { ...django(), 'deploy/mysite.service': unit(`Environment=${VARIABLE}=false # !`) },
      { ...django(`import os\n\nos.environ['${VARIABLE}'] = 'true' # !\n`), Dockerfile: DOCKERFILE },
      { ...django(`import os\n\nos.environ.setdefault("${VARIABLE}", "true") # !\n`), Dockerfile: DOCKERFILE },
    ],
    good: [
      withVariable(`      ${VARIABLE}: ""\n`),
      withVariable('      OTHER: "1"\n'),
      { ...django(`import os\n\nif os.environ.get('NOTEBOOK'):\n    os.environ['${VARIABLE}'] = 'true'\n`), Dockerfile: DOCKERFILE },
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.dev.yml': compose({ web: `    environment:\n      ${VARIABLE}: "1"\n` }) },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({
          services: `  notebook:\n    image: jupyter/base-notebook\n    environment:\n      ${VARIABLE}: "true"\n`,
        }),
      },
    ],
    undecided: [withVariable(`      ${VARIABLE}: \${ASYNC_UNSAFE}\n`)],
  },

  needs: ['processes', 'evaluations', 'repository'],
  check({ processes, evaluations, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const value = process.environment.variables.get(VARIABLE);
      if (process.settings === null || value === undefined) continue;
      ctx.expect(
        value,
        (text) => text === '',
        (_text, origin) => describe(changeAt(origin)),
      );
    }
    for (const settings of evaluations) reportSettings(settings, repository, told, ctx);
  },
});

function describe(at: Origin | Span) {
  return {
    at,
    message: `\`${VARIABLE}\` is set, so Django lets blocking database calls run in the event loop; any text counts, \`0\` and \`false\` too.`,
    subject: VARIABLE,
  };
}

/** Statements at the start of a line, which run whatever the environment. */
const STATEMENT = new RegExp(
  `^(?:os\\.)?environ(?:\\.setdefault\\(\\s*|\\[)(["'])${VARIABLE}\\1\\s*(?:,|\\]\\s*=)\\s*(["'])[^"'\\n]+\\2`,
  'gm',
);

function reportSettings({ evaluated }: SettingsFacts, { read }: Pick<RepositoryFacts, 'read'>, told: Set<string>, ctx: Context): void {
  if (evaluated.raised !== null) return;
  for (const file of evaluated.files) {
    if (told.has(file)) continue;
    told.add(file);
    for (const match of (read(file) ?? '').matchAll(STATEMENT))
      ctx.report(describe({ file, start: match.index, end: match.index + match[0].length }));
  }
}
