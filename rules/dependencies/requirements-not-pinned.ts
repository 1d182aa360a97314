import { defineRule, type Project, placeOf, type ReleaseRange, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { productionProjects } from '../shared/processes/production-images.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { named } from '../shared/values/listed-texts.ts';

const INSTALL = DOCKERFILE.replace('CMD', 'RUN pip install -r requirements.txt\nCMD');
const project = (requirements: string, more: Record<string, string> = {}) => ({
  ...django(),
  Dockerfile: INSTALL,
  'requirements.txt': requirements,
  ...more,
});

export default defineRule({
  id: 'dependencies/requirements-not-pinned',
  title: 'Production dependencies not pinned',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'Two builds of one commit differ: the one that goes to production may bring a new major release of Django that nobody has tried, and the one to roll back to can no longer be built.',
  fix: 'Compile a lock file (uv, pip-tools, Poetry), or pin with `==`.',
  autofix: 'none',
  links: ['https://pip.pypa.io/en/stable/topics/repeatable-installs/'],
  cwe: ['CWE-1357'],
  examples: {
    bad: [
      project('Django # !\ngunicorn==23.0.0\n'),
      project('django>=5.0 # !\ngunicorn\n'),
      project('Django==5.2.8\ngunicorn>=20 # !\n'),
      // One lock file mends both.
      project('-r requirements/base.txt\ngunicorn\n', { 'requirements/base.txt': 'Django # !\n' }),
    ],
    good: [
      project('Django==5.2.8\ngunicorn==23.0.0\n'),
      project('Django>=5.2,<5.3\ngunicorn~=23.0\n'),
      project('Django\n', { 'poetry.lock': '[[package]]\nname = "django"\nversion = "5.2.8"\n' }),
      project('Django\n', { Dockerfile: INSTALL.replace('-r', '-c constraints.txt -r'), 'constraints.txt': 'Django==5.2.8\n' }),
      project('Django\ngunicorn\n', { 'requirements-frozen.txt': 'Django==5.2.8\ngunicorn==23.0.0\n' }),
      // A library says what it works with.
      {
        ...django(),
        Dockerfile: INSTALL.replace('-r requirements.txt', '.'),
        'requirements.txt': '',
        'setup.py': 'from setuptools import setup\nsetup(install_requires=["Django>=5.0"])\n',
      },
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    if (installsOtherwise(repository)) return;
    const told = new Set<string>();
    for (const project of productionProjects(repository.model)) {
      const open = mainPackages(project).flatMap(({ name, range }) => {
        const at = openPlace(range);
        return at === null || isPinnedSomewhere(name, repository) ? [] : [{ name, at }];
      });
      const [first, ...others] = open;
      if (first === undefined || told.has(first.at.file)) continue;
      told.add(first.at.file);
      ctx.report({
        at: first.at,
        message: `${named(open.map(({ name }) => name))} ${others.length === 0 ? 'is' : 'are'} installed in whatever release is newest on the day of the build.`,
        subject: first.at.file,
        related: others.map(({ name, at }) => ({ at, message: `\`${name}\`` })),
      });
    }
  },
});

/** Where a list of requirements leaves the release open; null when it does not, or something else names it. */
function openPlace({ origin, exact, before }: ReleaseRange): Span | null {
  const at = placeOf(origin);
  if (at === undefined || !/(^|\/)[^/]*requirements[^/]*\.(txt|pip)$|(^|\/)requirements\//i.test(at.file)) return null;
  return exact === null && before === null ? at : null;
}

function mainPackages({ django, packages }: Project): readonly { readonly name: string; readonly range: ReleaseRange }[] {
  const servers = ['gunicorn', 'uvicorn', 'daphne', 'uwsgi'].map((name) => ({ name, range: packages.range(name) }));
  return [{ name: 'Django', range: django }, ...servers].flatMap(({ name, range }) => (range === null ? [] : [{ name, range }]));
}

/** A list beside it holds the release: the open one is what it is made from. */
function isPinnedSomewhere(name: string, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const pinned = new RegExp(`^${name}(\\[[^\\]]*\\])?\\s*===?\\s*\\d`, 'im');
  return files.some(
    (file) => /requirements[^/]*\.txt$|(^|\/)requirements\/.*\.txt$|constraints[^/]*\.txt$/i.test(file) && pinned.test(read(file) ?? ''),
  );
}

/** Constraints, or an installer with a lock of its own. */
function installsOtherwise({ holding, read }: Pick<RepositoryFacts, 'holding' | 'read'>): boolean {
  const texts = holding(['pip', 'uv ']).filter((file) => /(Dockerfile|Containerfile|\.sh$|Procfile)/i.test(file));
  return texts.some((file) =>
    /PIP_CONSTRAINT|pip3?\b[^\n]*\s(-c|--constraint)[ =]|\buv sync\b|poetry install|pipenv (install|sync)|pdm (install|sync)/.test(
      read(file) ?? '',
    ),
  );
}
