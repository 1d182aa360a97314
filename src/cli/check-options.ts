import { type CheckOptions, defaultOptions } from '../check/index.ts';
import { matchesPattern } from '../check/select.ts';
import type { Config } from '../config/config.ts';
import type { Arguments } from './arguments.ts';
import { didYouMean } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** What the command line says of an analysis, the configuration file below it. Throws UsageError. */
export function checkOptions(args: Arguments, config: Config, clock: string): CheckOptions {
  const listed = (name: string, fallback: readonly string[]) =>
    args.has(name) ? args.all(name).flatMap((one) => one.split(',')) : fallback;
  const kept = (name: string, fallback: readonly string[]) => (args.has(name) ? args.all(name) : fallback);
  return {
    ...defaultOptions(dateOf(args.one('today')) ?? clock),
    select: listed('select', config.select),
    ignore: [...config.ignore, ...listed('ignore', [])],
    strict: args.has('strict') || config.strict,
    cpus: cpusOf(args.one('cpus')) ?? config.cpus,
    settings: kept('settings', config.settings).map(moduleName),
    className: args.one('class') ?? config.className,
    paths: kept('path', config.paths).map((path) => folderOf(path)),
    envFiles: kept('env-file', config.envFiles),
    env: new Map([...config.env, ...args.all('env').map(variableOf)]),
    hermetic: args.has('hermetic'),
    deployment: idOf(args.one('deployment'), config),
    production: config.deployments,
    django: release('django', args.one('django')) ?? config.django,
    python: release('python', args.one('python')) ?? config.python,
  };
}

/** Unknown ids in --select and --ignore are told with the nearest known one. */
export function requireKnownRules(options: Pick<CheckOptions, 'select' | 'ignore'>, ids: readonly string[]): void {
  for (const pattern of [...options.select, ...options.ignore]) {
    if (ids.some((id) => matchesPattern(id, pattern))) continue;
    const areas = [...new Set(ids.map((id) => `${id.split('/')[0]}/*`))];
    const near = didYouMean(pattern, pattern.endsWith('/*') ? areas : [...ids, ...areas]);
    throw new UsageError(`No rule is called ${pattern}.${near} The command rules lists them.`);
  }
}

/** A deployment may be called by the name that the configuration gives it. */
function idOf(given: string | null, { deployments }: Config): string | null {
  return [...deployments.names].find(([, name]) => name === given)?.[0] ?? given;
}

function dateOf(given: string | null): string | null {
  if (given === null) return null;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(given) ? new Date(`${given}T00:00:00Z`) : null;
  if (date === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== given) {
    throw new UsageError(`--today needs a date like 2026-11-21, not ${given}.`);
  }
  return given;
}

function cpusOf(given: string | null): number | null {
  if (given === null) return null;
  const cpus = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
  if (cpus <= 0) throw new UsageError(`--cpus needs a number above 0, not ${given}.`);
  return cpus;
}

function release(option: string, given: string | null): string | null {
  if (given !== null && !/^\d+(\.\d+){1,2}$/.test(given))
    throw new UsageError(`--${option} needs a release like ${option === 'django' ? '5.2' : '3.12'}, not ${given}.`);
  return given;
}

function moduleName(given: string): string {
  // Django imports by name, so what is no Python name is fine: `mysite.settings.clever-cloud`.
  if (/^[\w-]+(\.[\w-]+)*$/.test(given) && !given.endsWith('.py')) return given;
  const dotted = given.replace(/^\.\//, '').replace(/\.py$/, '').replaceAll('/', '.');
  throw new UsageError(`--settings needs a dotted module name, not ${given}.${/^[\w.]+$/.test(dotted) ? ` Did you mean ${dotted}?` : ''}`);
}

/** Import roots are written like all paths inside: '' is the root itself. */
function folderOf(given: string): string {
  const clean = given.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (clean.startsWith('/') || clean.split('/').includes('..'))
    throw new UsageError(`--path ${given} leads out of the checked folder; give it relative to that.`);
  return clean === '.' ? '' : clean;
}

function variableOf(given: string): readonly [string, string] {
  const at = given.indexOf('=');
  if (at < 1) throw new UsageError(`--env needs NAME=VALUE; for an empty value write --env ${at === 0 ? 'NAME' : given}=.`);
  return [given.slice(0, at), given.slice(at + 1)];
}
