import { defineRule } from '../../src/rule.ts';
import { django } from '../shared/values/examples.ts';

const settings = "import os\nSECRET_KEY = os.environ['DJANGO_SECRET_KEY']\n";
const workflow = (env: string, run = 'python manage.py test', mark = '') =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n      - run: ${run}${mark}\n${env}`;

export default defineRule({
  id: 'ci/required-variable-missing',
  title: 'Test job lacks variables the settings require',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The job crashes while the settings are imported, before a single test has run, and nothing can be deployed through it.',
  fix: 'Give the step an `env:` entry for each of them; dummy values are fine in tests.',
  autofix: 'none',
  links: ['https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/store-information-in-variables'],
  cross: true,
  examples: {
    bad: [{ ...django(settings), '.github/workflows/test.yml': workflow('', 'python manage.py test', ' # !') }],
    good: [
      { ...django(settings), '.github/workflows/test.yml': workflow('        env:\n          DJANGO_SECRET_KEY: test\n') },
      { ...django(settings), '.github/workflows/test.yml': workflow('        env:\n          DJANGO_SECRET_KEY: ${{ secrets.KEY }}\n') },
      {
        ...django(settings),
        'mysite/testing.py': "SECRET_KEY = 'test'\nROOT_URLCONF = 'mysite.urls'\nINSTALLED_APPS = []\n",
        '.github/workflows/test.yml': workflow('        env:\n          DJANGO_SETTINGS_MODULE: mysite.testing\n'),
      },
    ],
  },
  needs: ['jobCommands'],
  check({ jobCommands }, ctx) {
    const seen = new Set<string>();
    for (const { command, missing, job, pipeline, settings: facts } of jobCommands) {
      const key = `${pipeline.file} ${job.id} ${missing.map((one) => one.name).join(' ')}`;
      const [first] = missing;
      if (first === undefined || command.remote || command.failureIgnored || command.conditional || seen.has(key)) continue;
      seen.add(key);
      ctx.report({
        at: command.at,
        message: `Job \`${job.id}\` runs \`${command.management?.name ?? command.name ?? ''}\` without ${missing.map((one) => `\`${one.name}\``).join(', ')}, which \`${facts.module}\` requires.`,
        subject: `${pipeline.file} ${job.id}`,
        related: missing.slice(0, 5).map((one) => ({ at: one.at, message: `\`${one.name}\` is required here` })),
      });
    }
  },
});
