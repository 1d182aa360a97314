import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { LoadedProxy } from '../proxy/reader.ts';
import { type CaddySource, type CaddySurroundings, named, wordValue } from './scope.ts';

/** Where the official image of Caddy keeps the certificates that it gets for the sites of a file. */
export function caddyProgram(
  { document, file }: CaddySource,
  { servers }: LoadedProxy,
  around: CaddySurroundings,
): NonNullable<LoadedProxy['program']> {
  const options = document.options?.directives ?? [];
  const at = document.options?.at ?? document.sites[0]?.at ?? { file, start: 0, end: 0 };
  const stores: { readonly path: Value<string>; readonly at: typeof at }[] = [];
  const asking = servers.filter(
    (one) => one.listens.some(({ ssl }) => ssl) && one.certificates.length === 0 && (one.automaticHttpsOff ?? null) === null,
  );
  const [named443] = asking.filter(({ names }) => names.some(({ text }) => isPublicName(text)));
  const storage = named(options, 'storage')[0];
  const path = storage?.args[0]?.text === 'file_system' ? storage.args[1] : undefined;
  if (storage !== undefined && path !== undefined) stores.push({ path: wordValue(path, around), at: storage.span });
  else if (storage === undefined && named443 !== undefined) stores.push({ path: known('/data', textOrigin(named443.at)), at: named443.at });
  else if (storage === undefined && asking.some(({ names }) => names.length === 0))
    stores.push({ path: unknown('missing-env', textOrigin(at), [], 'str'), at });
  return { software: 'caddy', file, at, openApi: null, entryPoints: [], certificateStores: stores, exposesByDefault: null };
}

/** For other names Caddy makes certificates of its own, which no authority counts. */
function isPublicName(name: string): boolean {
  return name.includes('.') && !/^[\d.]+$|(^|\.)(localhost|local|internal|home\.arpa)$/i.test(name);
}
