import { type Command, defineRule, type Pipeline, type Process, type Report, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

/** Commands that act on the data or files of the served site. */
const ACTING = new Set([
  'migrate',
  'collectstatic',
  'createsuperuser',
  'loaddata',
  'createcachetable',
  'compilemessages',
  'clearsessions',
  'check',
]);

function split(worker: string): Record<string, string> {
  const { 'mysite/settings.py': text = '', ...rest } = django();
  return {
    ...rest,
    'mysite/celery.py':
      "import os\nfrom celery import Celery\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings.base')\napp = Celery('mysite', broker='redis://redis/0')\n",
    'mysite/settings/__init__.py': '',
    'mysite/settings/base.py': text,
    'mysite/settings/production.py': 'from .base import *\n\nDEBUG = False\n',
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': `services:\n  web:\n    build: .\n    environment:\n      DJANGO_SETTINGS_MODULE: mysite.settings.production\n  worker:\n    build: .\n    command: celery -A mysite worker${worker}`,
  };
}

export default defineRule({
  id: 'environment/settings-module-differs',
  title: 'Commands of one deployment load different settings',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'migrate, collectstatic or the worker act on another database or directory than the one that is served, or they fail.',
  fix: 'Give every process of the deployment the same DJANGO_SETTINGS_MODULE, and let each setdefault name the production module.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/settings/#designating-the-settings',
    'https://docs.celeryq.dev/en/stable/django/first-steps-with-django.html',
  ],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [split(' # !\n')],
    good: [
      split('\n    environment:\n      DJANGO_SETTINGS_MODULE: mysite.settings.production\n'),
      { ...django(), Dockerfile: DOCKERFILE },
    ],
  },

  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    const served = servedBy(processes);
    if (served === null) return;
    const same = (module: string) => isSame(module, served.module, repository, deployment.project?.importRoots ?? []);
    for (const process of processes) {
      if (process === served.process || !['worker', 'beat'].includes(process.role)) continue;
      const module = process.settings?.module;
      if (module?.kind === 'known' && process.settings?.fault === null && !same(module.value)) {
        ctx.report(describe(process.name, process.commandAt, module.value, served, process.settings.evidence[0]?.at));
      }
    }
    const told = new Map<string, Acting[]>();
    for (const acting of actingCommands(processes, repository.model.pipelines, deployment.kind)) {
      const module = acting.command.settings?.module;
      if (module?.kind !== 'known' || same(module.value)) continue;
      told.set(module.value, [...(told.get(module.value) ?? []), acting]);
    }
    for (const [module, [first, ...others]] of told) {
      if (first === undefined) continue;
      const made = describe(nameOf(first), placeOf(first), module, served, first.command.settings?.evidence[0]?.at, first.from);
      const also = others.map((one) => ({ at: placeOf(one), message: `\`${nameOf(one)}\` loads it too` }));
      ctx.report({ ...made, related: [...(made.related ?? []), ...also] });
    }
  },
});

interface Served {
  readonly process: Process;
  readonly module: string;
}

/** The module that answers requests; when the choice is a fault, the one that is meant. */
function servedBy(processes: readonly Process[]): Served | null {
  for (const process of processes) {
    const choice = process.settings;
    if (process.server === null || choice === null) continue;
    if (choice.fault === null && choice.module.kind === 'known') return { process, module: choice.module.value };
  }
  return null;
}

function describe(who: string, at: Span, module: string, served: Served, evidence: Span | undefined, from?: string): Report {
  const where = from === undefined ? '' : ` (${from})`;
  return {
    at,
    message: `\`${who}\`${where} loads \`${module}\`, but \`${served.process.name}\` serves with \`${served.module}\`.`,
    subject: `${who} ${module}`,
    related: [
      ...(evidence === undefined ? [] : [{ at: evidence, message: `\`${module}\` comes from here` }]),
      { at: served.process.settings?.evidence[0]?.at ?? served.process.at, message: `\`${served.module}\` comes from here` },
    ],
  };
}

interface Acting {
  readonly command: Command;
  readonly from?: string;
}

function nameOf({ command }: Acting): string {
  return `manage.py ${command.management?.name ?? ''}`;
}

function placeOf({ command }: Acting): Span {
  return command.management?.at ?? command.at;
}

/** Management commands that run beside the server: in its own entrypoint, and on its machine by a deploy job. */
function actingCommands(processes: readonly Process[], pipelines: readonly Pipeline[], kind: string): readonly Acting[] {
  const own = processes.flatMap((process) => process.steps.map((command): Acting => ({ command })));
  const remote = kind === 'systemd' ? pipelines.flatMap(remoteCommands) : [];
  return [...own, ...remote].filter(({ command }) => command.management !== null && ACTING.has(command.management.name));
}

function remoteCommands({ jobs }: Pipeline): readonly Acting[] {
  const commands = jobs.filter(({ deploys }) => deploys !== null).flatMap(({ steps }) => steps.flatMap((step) => step.commands));
  return commands.filter((command) => command.remote).map((command) => ({ command, from: 'over ssh' }));
}

/** Equal names, or one module that only passes the other on. */
function isSame(a: string, b: string, repository: Pick<RepositoryFacts, 'read'>, roots: readonly string[]): boolean {
  return a === b || passesOn(a, b, repository, roots) || passesOn(b, a, repository, roots);
}

function passesOn(from: string, to: string, repository: Pick<RepositoryFacts, 'read'>, roots: readonly string[]): boolean {
  const last = to.slice(to.lastIndexOf('.') + 1);
  if (!/^\w+$/.test(last)) return false;
  for (const root of roots) {
    const path = `${root === '' || root === '.' ? '' : `${root}/`}${from.replaceAll('.', '/')}`;
    const text = repository.read(`${path}/__init__.py`) ?? repository.read(`${path}.py`);
    if (text !== null) return new RegExp(`^from\\s+[\\w.]*\\b${last}\\s+import\\s+\\*`, 'm').test(text) && !/^[A-Z_]+\s*[=[.+]/m.test(text);
  }
  return false;
}
