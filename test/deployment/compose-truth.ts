import { createHash } from 'node:crypto';
import type { Value } from '../../src/core/value.ts';
import type { ComposeService } from '../../src/deployment/compose/service.ts';
import type { ArgvSetting } from '../../src/deployment/compose/words.ts';
import { EMPTY_ENVIRONMENT, withLayers } from '../../src/deployment/environment.ts';
import type { Tally } from '../helpers/corpus.ts';

/** What docker compose itself made of a service, as the corpus writes it. */
export interface TrueService {
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly command?: readonly unknown[];
  readonly entrypoint?: readonly unknown[];
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string; readonly target: number }[];
  readonly volumes?: readonly { readonly type: string; readonly source?: string; readonly target: string; readonly read_only?: boolean }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly image?: string;
  readonly build?: { readonly context?: string; readonly dockerfile?: string; readonly target?: string };
  readonly user?: string;
  readonly working_dir?: string;
  readonly restart?: string;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
}

/** Whether a value is the true one, which the corpus may have masked. */
function equals(ours: unknown, truth: unknown): boolean {
  if (typeof truth === 'object' && truth !== null && '$sha256' in truth && typeof ours === 'string') {
    return createHash('sha256').update(ours).digest('hex').startsWith(String(truth.$sha256));
  }
  return JSON.stringify(ours) === JSON.stringify(truth);
}

function judge(tally: Tally, what: string, ours: Value<unknown> | null | undefined, truth: unknown): void {
  if (ours !== null && ours !== undefined && ours.kind !== 'known') tally.unknown++;
  else if (equals(ours?.value ?? null, truth ?? null)) tally.right++;
  else tally.wrong.push(`${what}: ${JSON.stringify(ours?.value ?? null)} is really ${JSON.stringify(truth ?? null)}`);
}

/** Holds every answer we give about a service against the truth. */
export function compareService(tally: Tally, where: string, ours: ComposeService, truth: TrueService): void {
  compareEnvironment(tally, where, ours, truth.environment ?? {});
  compareArgv(tally, `${where} command`, ours.command, truth.command);
  compareArgv(tally, `${where} entrypoint`, ours.entrypoint, truth.entrypoint);
  comparePorts(tally, where, ours, truth);
  compareVolumes(tally, where, ours, truth);
  const conditions = Object.fromEntries(ours.dependsOn.map((one) => [one.on, one.condition]));
  const really = Object.fromEntries(Object.entries(truth.depends_on ?? {}).map(([on, one]) => [on, one.condition]));
  judgePlain(tally, `${where} depends_on`, sorted(conditions), sorted(really));
  judge(tally, `${where} image`, ours.image, truth.image);
  judge(tally, `${where} user`, ours.user, truth.user);
  judge(tally, `${where} working_dir`, ours.workdir, truth.working_dir);
  judge(tally, `${where} restart`, ours.runtime.restart, truth.restart);
  if (ours.build !== null && ours.build.dockerfile !== null && ours.build.context !== null) {
    const dockerfile = ours.build.dockerfile;
    const folder = rootless(truth.build?.context);
    judgePlain(
      tally,
      `${where} dockerfile`,
      dockerfile,
      [folder, truth.build?.dockerfile?.replace(/^\.\//, '')].filter((one) => one).join('/'),
    );
    judgePlain(tally, `${where} target`, ours.build.target, truth.build?.target ?? null);
  }
}

function judgePlain(tally: Tally, what: string, ours: unknown, truth: unknown): void {
  judge(tally, what, { kind: 'known', value: ours, origin: { step: 'default', of: 'test' } }, truth);
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function compareEnvironment(tally: Tally, where: string, ours: ComposeService, truth: Readonly<Record<string, unknown>>): void {
  const environment = withLayers(EMPTY_ENVIRONMENT, ours.environment);
  for (const [name, value] of Object.entries(truth)) {
    const own = environment.variables.get(name);
    if (own === undefined && environment.closed !== true) tally.unknown++;
    else judge(tally, `${where} environment ${name}`, own, value);
  }
  for (const [name, value] of environment.variables) {
    if (!(name in truth)) judge(tally, `${where} environment ${name}`, value, null);
  }
}

function compareArgv(tally: Tally, what: string, ours: ArgvSetting, truth: readonly unknown[] | undefined): void {
  if (ours.set === 'no') {
    judgePlain(tally, what, null, truth ?? null);
    return;
  }
  if (ours.words.some((word) => word.kind !== 'known')) {
    tally.unknown++;
    return;
  }
  const words = ours.words.map((word) => (word.kind === 'known' ? word.value : null));
  if (truth === undefined || truth.length !== words.length) judgePlain(tally, what, words, truth ?? null);
  else for (const [index, word] of words.entries()) judgePlain(tally, `${what} ${index}`, word, truth[index]);
}

function comparePorts(tally: Tally, where: string, ours: ComposeService, truth: TrueService): void {
  const known = ours.ports.every(
    (one) => one.target.kind === 'known' && one.address.kind === 'known' && (one.published?.kind ?? 'known') === 'known',
  );
  if (!known) {
    tally.unknown++;
    return;
  }
  const mine = ours.ports.map((one) => [text(one.address), text(one.published), text(one.target)].join('|'));
  const real = (truth.ports ?? []).map((one) => [one.host_ip ?? '', one.published ?? '', one.target].join('|'));
  judgePlain(tally, `${where} ports`, mine, real);
}

function text(value: Value<string | number> | null): string {
  return value?.kind === 'known' ? String(value.value) : '';
}

function rootless(path: string | undefined): string {
  if (path === undefined) return '';
  return path === '<ROOT>' ? '' : path.replace(/^<ROOT>\//, '').replace(/^<HOME>/, '~');
}

function trimmed(path: string): string {
  return path.replace(/(.)\/$/, '$1').replace('<ABOVE>', '..');
}

function compareVolumes(tally: Tally, where: string, ours: ComposeService, truth: TrueService): void {
  if (ours.mounts.complete !== true) {
    tally.unknown++;
    return;
  }
  const kinds = { named: 'volume', anonymous: 'volume', bind: 'bind', tmpfs: 'tmpfs' };
  const mine = ours.mounts.items.map((one) => [kinds[one.kind], one.source, one.target, one.readOnly].join('|'));
  const real = (truth.volumes ?? []).map((one) =>
    [one.type, trimmed(rootless(one.source)), trimmed(one.target), one.read_only === true].join('|'),
  );
  judgePlain(
    tally,
    `${where} volumes`,
    mine.filter((one) => !one.startsWith('tmpfs')).sort(),
    real.filter((one) => !one.startsWith('tmpfs')).sort(),
  );
}
