import { type Answer, type Bind, type Deployment, defineRule, type Process, type RepositoryFacts, type Value } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const heroku = (command: string) => ({
  ...django(),
  'app.json': '{"buildpacks": [{"url": "heroku/python"}]}\n',
  Procfile: `web: ${command}\n`,
});
const render = (command: string) => ({
  ...django(),
  'render.yaml': `services:\n  - type: web\n    name: site\n    runtime: python\n    startCommand: ${command}\n`,
});
const fly = (port: string, command = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'fly.toml': `app = "site"\n\n[processes]\napp = "${command}"\n\n[http_service]\ninternal_port = ${port}\n`,
});

export default defineRule({
  id: 'infrastructure/platform-port-not-bound',
  title: 'PaaS process does not bind the platform port',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The router of the platform cannot reach it: the release fails when its port does not answer in time.',
  fix: 'Listen on all interfaces and on the port that the platform gives: `--bind 0.0.0.0:$PORT`.',
  autofix: 'safe',
  links: [
    'https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout',
    'https://render.com/docs/web-services#port-binding',
    'https://fly.io/docs/networking/app-services/',
  ],
  examples: {
    bad: [
      heroku('gunicorn mysite.wsgi --bind 0.0.0.0:8000 # !'),
      heroku('gunicorn mysite.wsgi --bind 127.0.0.1:$PORT # !'),
      render('gunicorn mysite.wsgi --bind 127.0.0.1:8000 # !'),
      {
        ...fly('8080'),
        'fly.toml':
          'app = "site"\n\n[processes]\napp = "gunicorn mysite.wsgi --bind 0.0.0.0:8000" # !\n\n[http_service]\ninternal_port = 8080\n',
      },
      {
        ...django(),
        'app.yaml': 'runtime: python312\nentrypoint: gunicorn mysite.wsgi --bind 0.0.0.0:5000 # !\n',
      },
      {
        ...django(),
        Dockerfile: `${DOCKERFILE}`,
        'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn mysite.wsgi --bind 0.0.0.0:8000 # !\n',
      },
    ],
    good: [
      // gunicorn listens on $PORT when nothing says otherwise.
      heroku('gunicorn mysite.wsgi'),
      heroku('gunicorn mysite.wsgi --bind 0.0.0.0:$PORT'),
      // Render finds the port that is open.
      render('gunicorn mysite.wsgi --bind 0.0.0.0:8000'),
      fly('8000'),
      // Heroku's own PORT comes after that of the image.
      {
        ...django(),
        Dockerfile: 'FROM python:3.12-slim\nENV PORT=8000\nWORKDIR /app\nCOPY . .\nCMD gunicorn mysite.wsgi --bind 0.0.0.0:$PORT\n',
        'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n',
      },
      heroku('python manage.py runserver 0.0.0.0:8000'),
      { ...django(), 'app.yaml': 'runtime: python312\nentrypoint: gunicorn mysite.wsgi --bind 0.0.0.0:8080\n' },
      { ...django(), Procfile: 'worker: python manage.py rqworker\nweb: gunicorn mysite.wsgi\n' },
    ],
    undecided: [
      // Another reader of Procfiles may send requests to any port.
      { ...django(), Procfile: 'web: gunicorn mysite.wsgi --bind 0.0.0.0:8000\n' },
      { ...django(), 'railway.json': '{"deploy": {"startCommand": "gunicorn mysite.wsgi --bind 0.0.0.0:8000"}}\n' },
    ],
  },

  needs: ['deployment', 'platform', 'repository'],
  check({ deployment, platform, repository }, ctx) {
    for (const process of deployment.processes.filter((one) => isServed(one, deployment))) {
      const { binds } = process.server ?? { binds: { items: [], complete: true } };
      const host = platform.name === 'other' ? null : loopbackIn(process, repository);
      if (host !== null) {
        const message = `\`${process.name}\` listens on \`${host}\` only: the router does not reach it.`;
        ctx.report({ at: process.commandAt, message, subject: process.name });
        continue;
      }
      const answers = binds.items.map((one) => reaches(one, process, platform.name));
      if (binds.complete !== true || answers.length === 0 || answers.includes('yes')) continue;
      if (answers.includes('maybe')) {
        ctx.undecided(`To which port the platform sends requests of \`${process.name}\` is not known.`, process.commandAt);
        continue;
      }
      const [bind] = binds.items;
      ctx.report({
        at: bind?.at ?? process.commandAt,
        message: `\`${process.name}\` listens on \`${inWords(bind)}\`${expected(process)}: the router does not reach it.`,
        subject: process.name,
      });
    }
  },
});

/** The process that the router sends requests to. */
function isServed({ name, role, server, exposed }: Process, { kind, processes }: Deployment): boolean {
  // That it serves with the development server is another fault.
  if (role !== 'web' || server === null || server.software === 'runserver') return false;
  if (kind === 'procfile') return name === 'web';
  return exposed.length > 0 || name === 'web' || processes.filter((one) => one.role === 'web').length === 1;
}

/** An address that the command writes out while its port is a variable. */
function loopbackIn({ commandAt: at }: Process, { read }: Pick<RepositoryFacts, 'read'>): string | null {
  const text = (read(at.file) ?? '').slice(at.start, at.end);
  return /(?:--bind|-b|--host)[ =]["']?(127\.0\.0\.1|localhost)[:"' ]/.exec(`${text} `)?.[1] ?? null;
}

function reaches(bind: Bind, process: Process, platform: string): Answer {
  if (bind.kind !== 'tcp') return 'maybe';
  if (/^(127\.|localhost$|::1$|\[::1\]$)/.test(bind.address)) return platform === 'other' ? 'maybe' : 'no';
  const port = declared(process);
  if (port !== null) return port.kind === 'known' ? (port.value === bind.port ? 'yes' : 'no') : 'maybe';
  if (platform === 'heroku') return 'no';
  return platform === 'render' ? 'yes' : 'maybe';
}

/** The port that a manifest names. EXPOSE of an image is no such word. */
function declared({ exposed, image }: Process): Value<number> | null {
  const [first] = exposed;
  return first === undefined || image?.build?.exposed.includes(first) ? null : first.port;
}

function expected(process: Process): string {
  const port = declared(process);
  return port?.kind === 'known'
    ? ` and requests go to port ${port.value} of all interfaces`
    : ' and not on the port that the platform gives';
}

function inWords(bind: Bind | undefined): string {
  return bind?.kind === 'tcp' ? `${bind.address}:${bind.port}` : 'a socket';
}
