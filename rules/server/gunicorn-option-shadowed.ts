import { defineRule, type OptionSource, type Process, placeOf, type Server } from '../../src/rule.ts';
import { byCompose, byConfig, byProcfile } from '../shared/processes/start-example.ts';

/** A command line beside a configuration file that it overrides. */
function both(option: string, line: string): Record<string, string> {
  const files = byConfig(`${line}\n`);
  return {
    ...files,
    'docker-compose.yml': (files['docker-compose.yml'] ?? '').replace('gunicorn mysite.wsgi', `gunicorn mysite.wsgi ${option}`),
  };
}

export default defineRule({
  id: 'server/gunicorn-option-shadowed',
  title: 'Same gunicorn option set in two places with different values',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'The configuration file yields to GUNICORN_CMD_ARGS, and both yield to the command line: whoever changes the value that lost wonders why nothing happens.',
  fix: 'Keep the option in one place.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/configure/'],
  cross: true,
  examples: {
    bad: [
      both('--timeout 120', 'timeout = 30 # !'),
      both('--threads 4', 'threads = 2 # !'),
      byCompose('gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3', '    environment:\n      WEB_CONCURRENCY: 9 # !\n'),
      { ...byConfig('timeout = 30 # !\n', '    environment:\n      GUNICORN_CMD_ARGS: --timeout=60\n') },
    ],
    good: [
      both('--timeout 30', 'timeout = 30'),
      both('--timeout 120', "import os\nthreads = int(os.environ.get('THREADS', '2'))"),
      both('', 'timeout = 30'),
      { ...both('', ''), 'gunicorn.conf.py': "import os\nworkers = int(os.environ['WEB_CONCURRENCY'])\n" },
      byProcfile('gunicorn mysite.wsgi --timeout 60'),
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      for (const name of COMPARED) judge(name, process, process.server, ctx);
    }
  },
});

/** Options with one plain value; lists and files are written in ways that only look different. */
const COMPARED = [
  'workers',
  'threads',
  'timeout',
  'worker_class',
  'max_requests',
  'graceful_timeout',
  'keepalive',
  'preload_app',
  'worker_tmp_dir',
];

function judge(name: string, process: Process, server: Server, ctx: Parameters<ReturnType<typeof defineRule>['check']>[1]): void {
  const sources = server.sources(name);
  const winner = sources.at(-1);
  if (winner === undefined || winner.value.kind !== 'known') return;
  for (const lost of sources.slice(0, -1)) {
    if (lost.value.kind !== 'known' || same(lost.value.value, winner.value.value) || readsVariable(winner)) continue;
    const at = placeOf(lost.value.origin);
    const over = placeOf(winner.value.origin);
    if (at === undefined || over === undefined) continue;
    ctx.report({
      at,
      message: `\`${name}\` of \`${process.name}\` is ${lost.value.value} here and ${winner.value.value} ${IN_WORDS[winner.from]}, which wins.`,
      subject: `${process.name} ${name}`,
      related: [{ at: over, message: 'this one counts' }],
    });
  }
}

const IN_WORDS: Readonly<Record<OptionSource['from'], string>> = {
  variable: 'in a variable',
  file: 'in the configuration file',
  arguments: 'in GUNICORN_CMD_ARGS',
  command: 'on the command line',
};

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** A configuration file that reads the variable itself says the same thing in two places on purpose. */
function readsVariable({ from, value }: OptionSource): boolean {
  return from === 'file' && value.kind === 'known' && value.origin.step !== 'text';
}
