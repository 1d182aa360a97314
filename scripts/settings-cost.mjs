#!/usr/bin/env node
// What evaluating settings costs: processor time of `settings` less that of `settings` on a module with one line, medians of interleaved runs.
//
//   node scripts/settings-cost.mjs                     a made package of three sizes
//   node scripts/settings-cost.mjs DIR MODULE [ROOT]   a module of a project; ROOT is the folder to import from
//
// Needs `npm run build`. Prints a table for docs/performance.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = new URL('../dist/cli.mjs', import.meta.url).pathname;
const RUNS = 5;
const BLOCKS = [50, 100, 200, 400];

/** Nine settings as projects write them: variables, casts, lists and dicts that are changed, conditions, helpers, paths. */
function block(i) {
  return `
def flag_${i}(name, default=False):
    value = os.environ.get(name)
    if value is None:
        return default
    return value.strip().lower() in ('1', 'true', 'yes')

DEBUG_${i} = flag_${i}('DEBUG_${i}')
HOSTS_${i} = os.environ.get('HOSTS_${i}', 'a.example.com, b.example.com').split(',')
APPS_${i} = ['app_%d' % n for n in range(10)]
if not DEBUG_${i}:
    APPS_${i} += ['production_${i}']
    APPS_${i}.insert(0, f'first_{len(APPS_${i})}')
DATABASES_${i} = {'default': {'ENGINE': 'postgresql', 'NAME': config('NAME_${i}', default='site'), 'OPTIONS': {}}}
DATABASES_${i}['default']['CONN_MAX_AGE'] = config('AGE_${i}', default=60, cast=int)
DATABASES_${i}['default']['OPTIONS'].update({'sslmode': 'require', 'hosts': [host.strip() for host in HOSTS_${i}]})
STATIC_${i} = BASE_DIR / 'static' / 'part_${i}'
LEVEL_${i} = 'DEBUG' if DEBUG_${i} else 'INFO'
LOGGING_${i} = {'version': 1, 'handlers': {'console': {'class': 'logging.StreamHandler', 'level': LEVEL_${i}}}}
URL_${i} = 'https://{}/{}'.format(HOSTS_${i}[0], '${i}')
try:
    LIMIT_${i} = int(os.environ['LIMIT_${i}'])
except (KeyError, ValueError):
    LIMIT_${i} = ${i}
`;
}

function project(folder, blocks) {
  mkdirSync(folder, { recursive: true });
  const head = 'import os\nfrom pathlib import Path\nfrom decouple import config\nBASE_DIR = Path(__file__).resolve().parent\n';
  const text = blocks === 0 ? 'A = 1\n' : head + Array.from({ length: blocks }, (_one, i) => block(i)).join('');
  writeFileSync(join(folder, 'settings.py'), text);
  return { lines: text.split('\n').length - 1, args: [folder, '--settings', 'settings'] };
}

/** Processor milliseconds, user and system, of all threads. */
function cost(meter, args) {
  const run = spawnSync(process.execPath, ['--require', meter, CLI, 'settings', ...args, '--hermetic', '--format', 'json'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return Number(run.output[3]) / 1000;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

const folder = mkdtempSync(join(tmpdir(), 'prodcheck-cost-'));
try {
  const meter = join(folder, 'meter.cjs');
  writeFileSync(
    meter,
    "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('node:fs').writeSync(3, String(user + system)); });\n",
  );
  const [dir, module, root] = process.argv.slice(2);
  const empty = project(join(folder, '0'), 0);
  const subjects =
    dir === undefined
      ? BLOCKS.map((blocks) => ({ name: `${blocks} blocks`, ...project(join(folder, String(blocks)), blocks) }))
      : [{ name: module, lines: '', args: [dir, '--settings', module, ...(root === undefined ? [] : ['--path', root])] }];
  const floor = [];
  const times = subjects.map(() => []);
  for (let run = 0; run < RUNS; run++) {
    floor.push(cost(meter, empty.args));
    for (const [i, subject] of subjects.entries()) times[i].push(cost(meter, subject.args));
  }
  console.log('| settings | lines | processor time of the evaluation | a line |\n|---|---|---|---|');
  for (const [i, { name, lines }] of subjects.entries()) {
    const ms = median(times[i]) - median(floor);
    console.log(`| ${name} | ${lines} | ${Math.round(ms)} ms | ${lines === '' ? '' : `${Math.round((ms / lines) * 1000)} µs`} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
