import { defineRule, type RepositoryFacts } from '../../src/rule.ts';
import { bitbucket, circleci, circleJob, github, gitlab, jenkins, job, project, run, sh, stage } from '../shared/pipelines/examples.ts';
import { callsOfCommand, callsOfProcess, type ManagementCall } from '../shared/processes/management.ts';

const CHECK = 'python manage.py check --deploy';

export default defineRule({
  id: 'ci/deploy-check-ineffective',
  title: 'check --deploy cannot fail or checks the wrong settings',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'What `check --deploy` finds are warnings, and the command fails from errors on: it prints them where nobody looks and ends well.',
  fix: 'Add `--fail-level WARNING`, and `--settings` with the module of production.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-check-fail-level',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/',
  ],
  examples: {
    bad: [
      project(github(job('test', run(CHECK, ' # !')))),
      project(github(job('test', run(`${CHECK} --fail-level WARNING --settings=mysite.settings_test`, ' # !')))),
      project(gitlab(`check:\n  script:\n    - ${CHECK} # !\n`)),
      project(circleci(circleJob('check', `      - run: ${CHECK} # !\n`), '      - check\n')),
      project(bitbucket(`  default:\n    - step:\n        script:\n          - ${CHECK} # !\n`)),
      project(jenkins(stage('Check', sh(CHECK, ' # !')))),
    ],
    good: [
      project(github(job('test', run(`${CHECK} --fail-level WARNING`)))),
      project(github(job('test', run(`${CHECK} --fail-level=INFO --settings=mysite.settings`)))),
      project(github(job('test', run(`${CHECK} --tag security`)))),
      project(github(job('test', run('python manage.py check')))),
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    const told = new Set<string>();
    for (const { words, at } of callsIn(repository)) {
      if (!words.includes('--deploy') || words.some((word) => /^(--tag|-t|--list-tags)(=|$)/.test(word))) continue;
      const isHarmless = !words.some(
        (word, index) =>
          /^--fail-level(=|$)/.test(word) && /WARNING|INFO|DEBUG/i.test(word.includes('=') ? word : (words[index + 1] ?? '')),
      );
      const module = moduleOf(words);
      const isOther = module !== null && /(^|[._])(dev|devel|development|local|tests?|testing|ci)$/.test(module);
      const key = `${at.file} ${at.start}`;
      if (told.has(key) || (!isHarmless && !isOther)) continue;
      told.add(key);
      ctx.report({
        at,
        message: isHarmless
          ? '`check --deploy` ends well whatever it finds: without `--fail-level` only errors count.'
          : `\`check --deploy\` looks at \`${module}\`, which is not what production loads.`,
        subject: `${at.file} check`,
      });
    }
  },
});

function moduleOf(words: readonly string[]): string | null {
  const at = words.findIndex((word) => /^--settings(=|$)/.test(word));
  const word = words[at];
  return word === undefined ? null : word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[at + 1] ?? null);
}

/** `check` in jobs, in image builds, and before servers. */
function callsIn({ model }: RepositoryFacts): readonly ManagementCall[] {
  const jobs = model.pipelines.flatMap((one) =>
    one.jobs.flatMap((job) => job.steps.flatMap((step) => step.commands.flatMap(callsOfCommand))),
  );
  const processes = model.deployments.flatMap((one) => one.processes);
  const builds = processes.flatMap(({ image }) => (image?.build?.runs ?? []).flatMap(callsOfCommand));
  return [...jobs, ...builds, ...processes.flatMap(callsOfProcess)].filter(({ name }) => name === 'check');
}
