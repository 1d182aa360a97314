import type { Deployment, Process } from '../../../src/rule.ts';

/** What waits for a process to end, and starts it again or stops with it; null when nothing is known to. */
export function supervisorOf({ host, unit, program }: Process, { kind }: Pick<Deployment, 'kind'>): string | null {
  if (program !== null) return 'supervisor';
  if (unit !== null) return /^(forking|oneshot)$/.test(unit.type ?? '') ? null : 'systemd';
  if (kind === 'procfile' || kind === 'platform') return 'the platform';
  return host === 'container' && kind !== 'script' ? 'the container' : null;
}

/** Whether more commands stand behind the one that a process runs: then something else may keep it alive. */
export function isFollowed({ commandAt }: Process, read: (path: string) => string | null): boolean {
  const text = read(commandAt.file)?.slice(commandAt.end) ?? '';
  const isScript = /\.(sh|bash)$|(^|\/)[\w-]*(entrypoint|start|run)[\w-]*$/.test(commandAt.file);
  const rest = isScript ? text.replace(/^[ \t]*#.*$/gm, '') : (text.split('\n', 1)[0] ?? '');
  return isScript ? rest.trim() !== '' : /&&|;|\|\|/.test(rest);
}
