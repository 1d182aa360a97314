import type { Answer, Data, Store } from '../../../src/rule.ts';
import { answer } from '../values/answer.ts';

/** A PgBouncer of the deployment that a database is reached through; null when the host is none. */
export function poolerAt(host: Data | undefined, stores: readonly Store[]): Store | null {
  return stores.find(({ kind, name }) => kind === 'pgbouncer' && name === host) ?? null;
}

/** Whether another statement may get another connection to the server. PgBouncer pools sessions when nothing sets `pool_mode`. */
export function poolsTransactions(store: Store): Answer {
  const mode = store.option('pool_mode');
  if (mode === null) return 'no';
  return mode.kind === 'known' ? answer(/^(transaction|statement)$/i.test(mode.value.trim())) : 'maybe';
}

/** Poolers of providers by host and port; which mode such a pool has is chosen elsewhere, transactions being the default of them all. */
const MANAGED: readonly { readonly host: RegExp; readonly port: string | null; readonly name: string }[] = [
  { host: /\.pooler\.supabase\.com$/i, port: '6543', name: 'Supabase' },
  { host: /-pooler\.[\w.-]*neon\.tech$/i, port: null, name: 'Neon' },
  { host: /\.db\.ondigitalocean\.com$/i, port: '25061', name: 'DigitalOcean' },
];

/** The provider whose pooler a host and port name; null for any other. */
export function managedPooler(host: Data | undefined, port: Data | undefined): string | null {
  if (typeof host !== 'string') return null;
  return MANAGED.find((one) => one.host.test(host) && (one.port === null || one.port === String(port)))?.name ?? null;
}

/** The release in the tag of an image as [major, minor]; null when it names none. */
export function taggedRelease({ process }: Store): readonly [number, number] | null {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(process.image?.tag ?? '') ?? [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}
