import { defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { byCompose, byImage, byUnit } from '../shared/processes/start-example.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';
const CONFIG = "bind = '0.0.0.0:8000'\nworkers = 4\ntimeout = 60\n";
const FILE = 'gunicorn_config.py';

export default defineRule({
  id: 'server/gunicorn-config-not-loaded',
  title: 'A gunicorn config file exists but is not the one loaded',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'gunicorn reads `gunicorn.conf.py` of the folder it starts in, or what `-c` names, and nothing else: the workers and timeouts of this file never apply.',
  fix: 'Rename it to `gunicorn.conf.py` in the working directory, or start gunicorn with `-c` and its path.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/configure/', 'https://gunicorn.org/reference/settings/#config'],
  cross: true,
  examples: {
    bad: [
      { ...byCompose(LINE), [FILE]: CONFIG.replace("'\n", "' # !\n") },
      {
        ...byImage(LINE),
        'docker-compose.yml': 'services:\n  web:\n    build: .\n',
        'config/gunicorn.conf.py': CONFIG.replace("'\n", "' # !\n"),
      },
      { ...byUnit('gunicorn mysite.wsgi --bind unix:/run/mysite.sock'), 'deploy/gunicorn.py': CONFIG.replace("'\n", "' # !\n") },
    ],
    good: [
      { ...byCompose(`${LINE} -c ${FILE}`), [FILE]: CONFIG },
      { ...byCompose(LINE), 'gunicorn.conf.py': CONFIG },
      { ...byCompose(LINE, `    environment:\n      GUNICORN_CMD_ARGS: -c ${FILE}\n`), [FILE]: CONFIG },
      { ...byCompose(LINE), [FILE]: CONFIG, 'deploy/start.sh': `#!/bin/sh\nexec gunicorn -c ${FILE} mysite.wsgi\n` },
      { ...byCompose(LINE), 'tests/gunicorn_config.py': CONFIG },
      {
        ...byCompose(LINE),
        'mysite/gunicorn.py': 'from gunicorn.app.base import BaseApplication\n\n\nclass Site(BaseApplication):\n    pass\n',
      },
    ],
    undecided: [{ ...byCompose(LINE, '    env_file: web.env\n'), [FILE]: CONFIG }],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const running = processes.filter(({ server }) => server?.software === 'gunicorn');
    const [first] = running;
    if (first === undefined || running.some(({ server }) => server?.configFile !== null)) return;
    const left = leftFiles(repository);
    const [file] = left;
    if (file === undefined || left.length > 1) return;
    const named = running.flatMap(({ server }) => server?.option('config') ?? []);
    if (named.length > 0) {
      if (named.some(({ kind }) => kind !== 'known'))
        ctx.undecided('Which configuration file gunicorn reads is not known.', first.commandAt);
      return;
    }
    if (!startsInView(first)) return;
    ctx.report({
      at: { file: file.path, start: file.at, end: file.at },
      message: `gunicorn of \`${first.name}\` does not read this file: no \`-c\` names it, and it is not \`gunicorn.conf.py\` of the folder it starts in.`,
      subject: file.path,
      related: [{ at: first.commandAt, message: 'gunicorn is started here' }],
    });
  },
});

const NAMED = /(^|\/)(gunicorn[\w.-]*|[\w.-]*gunicorn)\.py$/;
const ELSEWHERE = /(^|[/._-])(tests?|docs?|examples?|samples?|dev|local|development|vendor|node_modules|site-packages)([/._-]|$)/i;

interface Left {
  readonly path: string;
  readonly at: number;
}

/** Files that set options of gunicorn and that no other text names. */
function leftFiles({ files, read, holding }: Pick<RepositoryFacts, 'files' | 'read' | 'holding'>): readonly Left[] {
  return files.flatMap((path) => {
    if (!NAMED.test(path) || ELSEWHERE.test(path)) return [];
    const text = read(path) ?? '';
    const options = [
      ...text.matchAll(
        /^(bind|workers|worker_class|threads|timeout|accesslog|errorlog|max_requests|loglevel|graceful_timeout|keepalive)\s*=/gm,
      ),
    ];
    const [one] = options;
    if (one === undefined || options.length < 2 || /^(class|def main)\b/m.test(text)) return [];
    const name = path.slice(path.lastIndexOf('/') + 1);
    const others = holding([name, `${name.slice(0, -3)}:`]).filter((other) => other !== path);
    return others.length > 0 ? [] : [{ path, at: one.index }];
  });
}

/** A relative default is seen from the working directory: that must be known. */
function startsInView({ workdir, paths }: Process): boolean {
  return workdir.kind === 'known' && paths.locate(workdir.value).in !== 'unknown';
}
