import type { Process, RepositoryFacts, Span } from '../../../src/rule.ts';

/** What a Redis server is told about one directive. */
export type RedisDirective =
  | { readonly is: 'set'; readonly value: string; readonly at: Span }
  /** Neither its command line nor its configuration names it: Redis' own default holds. */
  | { readonly is: 'unset' }
  | { readonly is: 'unknown' };

type Repository = Pick<RepositoryFacts, 'read'>;

/** A directive of redis.conf, as the command line or a configuration file of the repository gives it; the command line wins. */
export function redisDirective(process: Process, repository: Repository, name: string): RedisDirective {
  const { command } = process;
  if (command.kind === 'unknown' && command.why === 'third-party') return hasPlainImage(process) ? { is: 'unset' } : { is: 'unknown' };
  if (command.kind !== 'known') return { is: 'unknown' };
  const words = command.value.map((word) => (word.kind === 'known' ? word.value : null));
  const at = words.lastIndexOf(`--${name}`);
  const value = at === -1 ? undefined : words[at + 1];
  if (typeof value === 'string') return { is: 'set', value, at: process.commandAt };
  if (words.includes(null)) return { is: 'unknown' };
  const file = words.find((word) => word?.endsWith('.conf')) ?? null;
  if (file !== null) return inFile(process, repository, file, name);
  return hasPlainImage(process) ? { is: 'unset' } : { is: 'unknown' };
}

/** The official images configure nothing themselves. */
function hasPlainImage({ image }: Process): boolean {
  const reference = image?.reference ?? null;
  return (
    image?.build === null &&
    reference?.kind === 'known' &&
    /^(docker\.io\/)?(library\/)?(redis|valkey\/valkey|valkey)(:|@|$)/.test(reference.value)
  );
}

function inFile(process: Process, { read }: Repository, path: string, name: string): RedisDirective {
  const place = process.paths.locate(path);
  const file =
    place.in === 'volume' && place.kind === 'bind'
      ? [place.volume.replace(/^\.\//, ''), place.subpath].filter((part) => part !== '').join('/')
      : place.in === 'container' || place.in === 'machine'
        ? place.repository
        : null;
  const text = file === null ? null : read(file);
  if (file === null || text === null) return { is: 'unknown' };
  const found = [...text.matchAll(new RegExp(`^[ \\t]*${name}[ \\t]+(\\S+)`, 'gim'))].at(-1);
  if (found !== undefined)
    return {
      is: 'set',
      value: (found[1] ?? '').replace(/["']/g, ''),
      at: { file, start: found.index, end: found.index + found[0].length },
    };
  return /^[ \t]*include\s/m.test(text) ? { is: 'unknown' } : { is: 'unset' };
}
