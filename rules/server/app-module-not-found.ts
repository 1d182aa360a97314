import { type Context, defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { readPythonModule } from '../shared/code/python-module.ts';
import { type FoundModule, findModule, type NamedApplication, readApplication } from '../shared/processes/application.ts';
import { workerBy } from '../shared/processes/celery-start-example.ts';
import { byCompose, byImage, byProcfile, byUnit } from '../shared/processes/start-example.ts';
import { django } from '../shared/values/examples.ts';

const AT = '--bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/app-module-not-found',
  title: 'Server or Celery target module not found',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The server imports its application at the start: when there is no such module or name in it, the process ends and starts again for ever.',
  fix: 'Correct the dotted path, or the folder that the server starts in.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/', 'https://gunicorn.org/run/'],
  cross: true,
  replaces: ['environment/settings-module-not-found'],
  examples: {
    bad: [
      byCompose(`gunicorn mysite.wgsi ${AT} # !`),
      byImage(`gunicorn mysite.server:application ${AT}`, ' # !'),
      byCompose(`gunicorn mysite.wsgi:app ${AT} # !`),
      byCompose('uvicorn mysite.core.asgi:application --host 0.0.0.0 # !'),
      byUnit(`gunicorn mysite.wsig ${AT} # !`),
      workerBy('celery -A mysite.tasks.celery worker # !'),
    ],
    good: [
      byCompose(`gunicorn mysite.wsgi ${AT}`),
      byCompose(`gunicorn elsewhere.wsgi ${AT}`),
      byUnit(`gunicorn mysite.wsgi ${AT}`),
      byProcfile(`gunicorn mysite.wsgi ${AT}`),
      workerBy('celery -A mysite worker'),
      workerBy('celery -A mysite.celery:app worker'),
      { ...byCompose(`gunicorn mysite.wsgi:app ${AT}`), 'mysite/wsgi.py': 'from mysite.wsgi_base import *\n' },
      byCompose(`gunicorn --pythonpath /opt/lib mysite.wsgi ${AT}`),
      {
        ...django(),
        'backend/backend/__init__.py': '',
        'backend/backend/wsgi.py': django()['mysite/wsgi.py'] ?? '',
        'backend/start.sh': `#!/bin/sh\nexec gunicorn backend.wsgi ${AT}\n`,
      },
    ],
    undecided: [
      byCompose(`gunicorn $APP ${AT}`, '    env_file: web.env\n    environment:\n      DJANGO_SETTINGS_MODULE: mysite.settings\n'),
    ],
  },
  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    // Where a script is started that nothing refers to is not known.
    if (deployment.alternative) return;
    for (const process of processes) {
      const app = process.server?.app ?? process.taskQueue?.app;
      if (app === undefined || process.server?.software === 'runserver' || comesFromElsewhere(process)) continue;
      ctx.expect(
        app,
        (text) => judge(text, process, repository, ctx) === null,
        (text, decided) => ({
          at: decided,
          message: `\`${process.name}\` is told to load \`${text}\`, but ${judge(text, process, repository, ctx)}: it ends at the start.`,
          subject: '*',
          related: [{ at: process.commandAt, message: `\`${process.name}\` is started here` }],
        }),
      );
    }
  },
});

type Repository = Pick<RepositoryFacts, 'files' | 'read'>;

/** What a pulled image holds is not in view. */
function comesFromElsewhere({ host, image }: Process): boolean {
  return host === 'container' && image !== null && image.build === null;
}

/** What is missing, in words; null when nothing is known to be. */
function judge(text: string, process: Process, repository: Repository, ctx: Context): string | null {
  const named = readApplication(text);
  if (named === null) return null;
  const found = findModule(named.module, process, repository);
  if (found.kind === 'unknown' && namesOwnCode(named, repository))
    ctx.undecided(`Whether \`${named.module}\` is found is not known: ${found.because}.`, process.commandAt);
  return found.kind === 'file' ? attributeMissing(named, found, process) : moduleMissing(named, found, process, repository);
}

/** Without a package of its own name it comes from an installed distribution. */
function namesOwnCode({ module }: NamedApplication, { files }: Repository): boolean {
  const [first = ''] = module.split('.');
  return files.some((file) => file === `${first}/__init__.py` || file.endsWith(`/${first}/__init__.py`));
}

function moduleMissing({ module }: NamedApplication, found: FoundModule, process: Process, repository: Repository): string | null {
  if (found.kind !== 'absent' || found.package === null) return null;
  // A module that the build or a person makes, or one that is compiled.
  const rest = module.slice(found.package.length + 1);
  const made = [...process.steps, ...(process.image?.build?.runs ?? [])].some(({ argv }) =>
    argv.some((word) => word.kind !== 'known' || word.value.includes(`${rest.split('.')[0]}.py`)),
  );
  if (made || repository.files.some((file) => new RegExp(`/${rest.split('.')[0]}\\.(pyx|so|pyd|py\\.(j2|tmpl|template|in))$`).test(file)))
    return null;
  return `\`${found.package}\` has no \`${rest}\``;
}

/** The name behind the colon; Celery looks for an app under several names. */
function attributeMissing({ module, attribute }: NamedApplication, found: FoundModule, process: Process): string | null {
  if (found.kind !== 'file' || process.server === null) return null;
  const name = (attribute ?? DEFAULTS.get(process.server.software) ?? '').replace(/\(.*$/s, '').split('.')[0] ?? '';
  if (!/^[A-Za-z_]\w*$/.test(name)) return null;
  const { bound, stars } = readPythonModule(found.text);
  if (bound.has(name) || stars.length > 0 || /\bglobals\(\)|__getattr__|\bexec\b|\bsetattr\b/.test(found.text)) return null;
  return `\`${module}\` defines no \`${name}\``;
}

/** What each server takes when no name is given. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['gunicorn', 'application'],
  ['uwsgi', 'application'],
]);
