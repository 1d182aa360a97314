import type { Command, JobStep, Pipeline, RepositoryFacts, Span } from '../../../src/rule.ts';
import { type StepOnce, stepsOnce } from './production.ts';

/** What one line of a deployment does. */
export type DeployAct = 'pull' | 'install' | 'migrate' | 'collect' | 'restart' | 'up';

/** A command of a deployment in the order of its script. */
export interface DeployLine {
  readonly act: DeployAct;
  readonly at: Span;
  readonly conditional: boolean;
}

/** One script that deploys: over ssh, by an action that carries it, or in the job itself. */
export interface DeployScript extends StepOnce {
  readonly kind: 'ssh' | 'action' | 'job';
  readonly lines: readonly DeployLine[];
  /** The text of the script, with the place of its first character. */
  readonly text: string;
  readonly start: number;
  readonly file: string;
}

const CARRIER = /^(appleboy\/ssh-action|fifsky\/ssh-action|atlassian\/ssh-run)[@:]/i;

/** What a command line does for a deployment; null for everything else. */
export function actOf(words: string): DeployAct | null {
  if (/\bmanage\.py (\S+ )*?migrate\b|django-admin migrate\b/.test(words)) return 'migrate';
  if (/\bmanage\.py (\S+ )*?collectstatic\b/.test(words)) return 'collect';
  if (/\bgit (-C \S+ )?(pull|reset --hard|checkout)\b|\bgit clone\b/.test(words)) return 'pull';
  if (/\b(pip3? install|poetry install|uv sync|uv pip (install|sync)|pipenv (install|sync)|pdm (install|sync))\b/.test(words))
    return 'install';
  if (
    /\b(systemctl|service|supervisorctl)\b.*\b(restart|reload|try-restart)\b/.test(words) &&
    !/nginx|apache2|httpd|postgres|redis|caddy|daemon-reload/.test(words)
  )
    return 'restart';
  if (
    /\bdocker(-| )compose\b.*\bup\b/.test(words) &&
    /\bup(\s+(-d|--detach|--build|--force-recreate|--remove-orphans|--no-deps|--pull \S+|--wait|-\w))*\s*$/.test(words)
  )
    return 'up';
  return null;
}

/** The scripts of all pipelines that deploy. */
export function deployScripts(pipelines: readonly Pipeline[], { read }: Pick<RepositoryFacts, 'read'>): readonly DeployScript[] {
  return stepsOnce(pipelines).flatMap((one): readonly DeployScript[] => {
    if (one.job.deploys === null) return [];
    const carried = CARRIER.test(one.step.uses ?? '') ? (one.step.inputs.get('script') ?? one.step.inputs.get('COMMAND')) : undefined;
    if (carried !== undefined) {
      const source = (read(carried.at.file) ?? '').slice(carried.at.start, carried.at.end);
      return [{ ...one, kind: 'action', lines: linesOf(source, carried.at), text: source, start: carried.at.start, file: carried.at.file }];
    }
    const remote = one.step.commands.filter((command) => command.remote);
    const commands = remote.length > 0 ? remote : one.step.commands;
    const at = rangeOf(commands, one.step);
    if (at === null) return [];
    const text = (read(at.file) ?? '').slice(at.start, at.end);
    return [{ ...one, kind: remote.length > 0 ? 'ssh' : 'job', lines: commands.flatMap(lineOf), text, start: at.start, file: at.file }];
  });
}

function lineOf({ argv, at, conditional }: Command): readonly DeployLine[] {
  const act = actOf(argv.map((word) => (word.kind === 'known' ? word.value : '?')).join(' '));
  return act === null ? [] : [{ act, at, conditional }];
}

/** From the first to the last command of one file. */
function rangeOf(commands: readonly Command[], step: JobStep): Span | null {
  const places = commands.map(({ at }) => at).filter(({ file }) => file === step.at.file);
  const [first] = places;
  if (first === undefined || places.length < commands.length) return null;
  return { file: first.file, start: Math.min(...places.map(({ start }) => start)), end: Math.max(...places.map(({ end }) => end)) };
}

/** Lines of a text that an action carries: each is one command line, or several joined by `&&`. */
function linesOf(source: string, at: Span): readonly DeployLine[] {
  const lines: DeployLine[] = [];
  for (const found of source.matchAll(/[^\n;&|]+/g)) {
    const words = found[0].trim().replace(/^sudo (-\w+ )*/, '');
    const act = words.startsWith('#') ? null : actOf(words.replace(/\s+/g, ' ').replace(/["']$/, ''));
    if (act === null) continue;
    const start = at.start + found.index + (found[0].length - found[0].trimStart().length);
    lines.push({
      act,
      at: { file: at.file, start, end: start + words.length },
      conditional: /\b(if|then|else)\b/.test(source.slice(0, found.index).split('\n').at(-1) ?? ''),
    });
  }
  return lines;
}
