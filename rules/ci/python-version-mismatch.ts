import { defineRule } from '../../src/rule.ts';
import { bitbucket, circleci, circleJob, github, gitlab, jenkins, job, project, run, sh, stage } from '../shared/pipelines/examples.ts';
import { jobPythons, productionPython } from '../shared/pipelines/python-versions.ts';
import { jobTests } from '../shared/pipelines/tests.ts';
import { DOCKERFILE } from '../shared/values/examples.ts';

const setup = (version: string, more = '') =>
  job('test', `      - uses: actions/setup-python@v6\n        with:\n          python-version: ${version}\n${run('pytest')}`, more);
const inImage = (files: Record<string, string>) => project({ Dockerfile: DOCKERFILE, ...files });
const matrix = '    strategy:\n      matrix:\n        python: ["3.11", "3.12"]\n';

export default defineRule({
  id: 'ci/python-version-mismatch',
  title: 'Tests run on another Python than production',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'Syntax, the standard library and compiled packages differ between releases: what passed has never run on the interpreter that serves.',
  fix: 'Test on the Python of the image (or of the platform), alone or in the matrix.',
  autofix: 'unsafe',
  links: [
    'https://github.com/actions/setup-python#basic-usage',
    'https://docs.djangoproject.com/en/stable/faq/install/#what-python-version-can-i-use-with-django',
  ],
  cross: true,
  examples: {
    bad: [
      inImage(github(setup('"3.9" # !'))),
      inImage(gitlab('test:\n  image: python:3.13-slim # !\n  script: [pytest]\n')),
      inImage(circleci(circleJob('test', '      - run: pytest\n').replace('cimg/python:3.12', 'cimg/python:3.10 # !'), '      - test\n')),
      inImage(bitbucket('  default:\n    - step:\n        image: python:3.11 # !\n        script: [pytest]\n')),
      inImage(jenkins(stage('Test', sh('pytest'), "      agent { docker { image 'python:3.11' } } # !\n"))),
      project({ ...github(setup('"3.10" # !')), Procfile: 'web: gunicorn mysite.wsgi\n', 'runtime.txt': 'python-3.12.8\n' }),
    ],
    good: [
      inImage(github(setup('"3.12"'))),
      inImage(github(setup('"3.12.4"'))),
      inImage(github(setup(`\${{ matrix.python }}`, matrix))),
      project(github(setup('"3.9"'))),
      inImage({
        ...github(setup('"3.9"').replace('python-version: "3.9"', 'python-version-file: .python-version')),
        '.python-version': '3.12\n',
      }),
      inImage(github(setup('"3.9"').replace('run: pytest', 'run: flake8'))),
    ],
    undecided: [
      inImage(github(job('test', run('docker compose run web pytest')))),
      inImage(github(setup('3.x'))),
      inImage(github(job('test', run('tox')))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const tests = pipelines.flatMap(({ jobs }) => jobs.filter((job) => jobTests(job) === 'yes'));
    const found = tests.map((job) => ({ job, pythons: jobPythons(job, repository) }));
    const [first] = found;
    if (first === undefined) return;
    for (const deployment of repository.model.deployments.filter(({ alternative }) => !alternative)) {
      const production = productionPython(deployment, repository);
      if (production === null) continue;
      const all = found.flatMap(({ pythons }) => pythons ?? []);
      if (all.some(({ version }) => version === production.version)) continue;
      const [tested] = all;
      if (found.some(({ pythons }) => pythons === null) || tested === undefined) {
        ctx.undecided('Which Python the tests run on is not said in the job.', first.job.at);
        continue;
      }
      const versions = [...new Set(all.map(({ version }) => version))];
      ctx.report({
        at: tested.at,
        message: `The tests run on Python ${versions.join(', ')}, production on ${production.version}.`,
        subject: 'python',
        related: [{ at: production.at, message: `\`${deployment.id}\` has Python ${production.version}` }],
      });
      return;
    }
  },
});
