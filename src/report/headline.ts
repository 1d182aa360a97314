import type { CheckResult } from '../check/result.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Deployment, Process, Server } from '../deployment/model.ts';
import { valueInWords } from './value-words.ts';

/** What a report says of one deployment before anything else, so that a wrong guess is seen at once. */
export interface Headline {
  readonly id: string;
  readonly kind: Deployment['kind'];
  /** Folder of the Django project, '.' for the root; null when the deployment runs none. */
  readonly project: string | null;
  readonly alternative: boolean;
  /** The module that the processes load; null when none is known. */
  readonly settingsModule: string | null;
  /** One line for each distinct choice of a module, with its reasons. */
  readonly settings: readonly SettingsLine[];
  /** Names that the processes which load Django are given, and whether that is all. */
  readonly environment: { readonly closed: boolean; readonly because: string | null; readonly variables: readonly string[] };
  readonly servers: readonly string[];
  readonly workers: readonly string[];
  readonly proxies: readonly string[];
  readonly stores: readonly string[];
  /** Why it counts as production. */
  readonly evidence: readonly Proof[];
}

export interface SettingsLine {
  readonly module: string;
  readonly processes: readonly string[];
  /** Said when the choice itself is a fault. */
  readonly trouble: string | null;
  readonly evidence: readonly Proof[];
}

export interface Proof {
  readonly at: Span;
  readonly text: string;
}

/** `move` puts paths and ids of one of several PATHs under the common root. */
export function headlinesOf(result: CheckResult, move: (path: string) => string): readonly Headline[] {
  return result.model.deployments.map((deployment) => headlineOf(deployment, result, move));
}

function headlineOf(deployment: Deployment, result: CheckResult, move: (path: string) => string): Headline {
  const moved = (proofs: readonly Proof[]) => proofs.map((one) => ({ at: { ...one.at, file: move(one.at.file) }, text: one.text }));
  const settings = settingsLines(deployment, result).map((line) => ({ ...line, evidence: moved(line.evidence) }));
  return {
    id: move(deployment.id),
    kind: deployment.kind,
    project: deployment.project === null ? null : move(deployment.project.root).replace(/\/$/, '') || '.',
    alternative: deployment.alternative,
    settingsModule: moduleOf(deployment, result),
    settings,
    environment: environmentOf(deployment),
    servers: deployment.processes.flatMap((one) => (one.server === null ? [] : [`${one.name}: ${serverInWords(one.server)}`])),
    workers: deployment.processes.flatMap((one) => (one.taskQueue === null ? [] : [`${one.name}: ${one.taskQueue.software} ${one.role}`])),
    proxies: proxyLines(deployment, move),
    stores: deployment.stores.map((one) => `${one.name}: ${one.kind}`),
    evidence: moved(deployment.evidence),
  };
}

function moduleOf(deployment: Deployment, result: CheckResult): string | null {
  const evaluation = result.evaluations.find((one) => one.deployment.id === deployment.id);
  if (evaluation) return evaluation.module;
  for (const process of deployment.processes) {
    if (process.settings?.module.kind === 'known') return process.settings.module.value;
  }
  return null;
}

function settingsLines(deployment: Deployment, result: CheckResult): readonly SettingsLine[] {
  const lines = new Map<string, { processes: string[]; trouble: string | null; evidence: readonly Proof[] }>();
  for (const process of deployment.processes) {
    const choice = process.settings;
    if (choice === null) continue;
    const name = valueInWords(choice.module);
    const had = lines.get(name);
    if (had) had.processes.push(process.name);
    else lines.set(name, { processes: [process.name], trouble: troubleOf(process), evidence: choice.evidence });
  }
  if (lines.size === 0) {
    for (const one of result.evaluations.filter((evaluation) => evaluation.deployment.id === deployment.id)) {
      lines.set(one.module, { processes: [], trouble: null, evidence: [] });
    }
  }
  return [...lines].map(([module, line]) => ({ module, ...line }));
}

function troubleOf(process: Process): string | null {
  const choice = process.settings;
  if (choice === null) return null;
  if (choice.fault === null)
    return choice.presumed === null || choice.module.kind === 'known'
      ? null
      : `${choice.presumed.module} is presumed: ${choice.presumed.because}`;
  const fault = { missing: 'there is no such module', empty: 'that module sets nothing', unset: 'nothing names a module' }[choice.fault];
  return choice.presumed === null ? fault : `${fault}; ${choice.presumed.module} is presumed: ${choice.presumed.because}`;
}

function environmentOf(deployment: Deployment): Headline['environment'] {
  const django = deployment.processes.filter((one) => one.settings !== null);
  const names = new Set(django.flatMap((one) => [...one.environment.variables.keys()]));
  const open = django.map((one) => one.environment.closed).find((closed) => closed !== true);
  return { closed: open === undefined, because: open === undefined ? null : open.because, variables: [...names].sort() };
}

/** "gunicorn, 4 workers × 2 threads (gthread), on 0.0.0.0:8000". */
export function serverInWords(server: Server): string {
  const parts: string[] = [server.software];
  const workers = counted(server.workers, 'worker');
  const threads = counted(server.threads, 'thread');
  parts.push(server.threads.kind === 'known' && server.threads.value === 1 ? workers : `${workers} × ${threads}`);
  if (server.workerClass.kind === 'known') parts.push(server.workerClass.value);
  const binds = server.binds.items.map((bind) =>
    bind.kind === 'tcp'
      ? `${bind.address}:${bind.port}`
      : bind.kind === 'unix'
        ? `unix:${bind.path}`
        : bind.kind === 'script'
          ? bind.path
          : 'an inherited socket',
  );
  return `${parts.join(', ')}${binds.length === 0 ? '' : `, on ${[...new Set(binds)].join(' and ')}`}`;
}

function counted(value: Value<number>, unit: string): string {
  if (value.kind !== 'known') return `an unknown number of ${unit}s`;
  return `${value.value} ${unit}${value.value === 1 ? '' : 's'}`;
}

function proxyLines(deployment: Deployment, move: (path: string) => string): readonly string[] {
  const lines = (deployment.proxy?.servers ?? []).map((server) => {
    const listens = server.listens.map((one) => `${one.port ?? one.unix ?? '?'}${one.ssl ? ' (TLS)' : ''}`);
    const reached = new Set(
      server.locations.flatMap((location) => location.upstreams.items.flatMap((up) => (up.process === null ? [] : [up.process.name]))),
    );
    const to = reached.size === 0 ? '' : ` → ${[...reached].join(', ')}`;
    return `${server.software} in ${move(server.file)}, listens on ${[...new Set(listens)].join(', ') || 'its default port'}${to}`;
  });
  return [...new Set(lines)];
}
