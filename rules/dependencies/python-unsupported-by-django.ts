import { compareRelease, defineRule, type Project, placeOf } from '../../src/rule.ts';
import { productionProjects } from '../shared/processes/production-images.ts';
import { pythonsInUse } from '../shared/processes/python-release.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const project = (release: string, base: string, more = '') => ({
  ...django(),
  'requirements.txt': `Django${release}\ngunicorn==23.0.0\n${more}`,
  Dockerfile: DOCKERFILE.replace('python:3.12-slim', base),
});

/** Requires-Python of the releases of Django, as their packages say; newest first. */
const REQUIRES: readonly (readonly [django: string, python: string])[] = [
  ['6.0', '3.12'],
  ['5.0', '3.10'],
  ['4.0', '3.8'],
  ['3.0', '3.6'],
  ['2.2', '3.5'],
];
/** Django imported `cgi` before 4.1, and Python 3.13 removed it. */
const WITHOUT_CGI = '4.1';
const CGI_REMOVED = '3.13';

export default defineRule({
  id: 'dependencies/python-unsupported-by-django',
  title: 'Base image Python unsupported by the pinned Django',
  severity: 'error',
  topic: 9,
  since: '0.1.0',
  why: 'The image cannot be built: pip finds no release of Django for this Python, or Django fails to import what Python has removed.',
  fix: 'Use an image with a Python that the pinned Django supports.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/faq/install/#what-python-version-can-i-use-with-django'],
  cross: true,
  examples: {
    bad: [
      project('==6.0.1', 'python:3.11-slim # !'),
      project('>=5.2,<6', 'python:3.9 # !'),
      project('==4.0.10', 'python:3.13 # !'),
      {
        ...django(),
        'requirements.txt': 'Django==6.0.1\ngunicorn==23.0.0\n',
        Procfile: 'web: gunicorn mysite.wsgi\n',
        'runtime.txt': 'python-3.11.9 # !\n',
      },
    ],
    good: [
      project('==6.0.1', 'python:3.12-slim'),
      project('==5.2.8', 'python:3.10'),
      project('==4.2.20', 'python:3.13'),
      // An older release may be installed.
      project('>=4.2', 'python:3.9'),
      project('', 'python:3.9'),
      // Puts the module back.
      project('==4.0.10', 'python:3.13', 'legacy-cgi==2.6.2\n'),
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const projects = productionProjects(repository.model);
    for (const { release, at, by, ...of } of pythonsInUse(repository)) {
      const project = of.project ?? (projects.length === 1 ? projects[0] : undefined);
      const fault = project === undefined ? null : faultOf(project, release);
      if (project === undefined || fault === null) continue;
      const pinned = placeOf(project.django.origin);
      ctx.report({
        at,
        message: `Production runs Python ${release} by ${by}, but ${fault}.`,
        subject: at.file,
        related: pinned === undefined ? [] : [{ at: pinned, message: 'this is the Django that is asked for' }],
      });
    }
  },
});

/** Why no release of Django that the project admits runs on a Python; null when one does. */
function faultOf({ django, packages }: Project, python: string): string | null {
  const oldest = django.exact ?? django.from;
  const requires = oldest === null ? undefined : REQUIRES.find(([release]) => compareRelease(oldest, release) >= 0);
  if (requires !== undefined && compareRelease(python, requires[1]) < 0)
    return `Django ${seriesOf(oldest ?? '')} needs Python ${requires[1]} or newer`;
  const newest = django.exact ?? django.before;
  const importsCgi = newest !== null && compareRelease(newest, WITHOUT_CGI) < (django.exact === null ? 1 : 0);
  if (importsCgi && compareRelease(python, CGI_REMOVED) >= 0 && packages.installs('legacy-cgi') === 'no')
    return `Django before ${WITHOUT_CGI} imports \`cgi\`, which Python ${CGI_REMOVED} removed`;
  return null;
}

function seriesOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}
