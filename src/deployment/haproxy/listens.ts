import { textOrigin } from '../../core/origin.ts';
import { known } from '../../core/value.ts';
import { joinPath } from '../../files/paths.ts';
import type { HaproxyFile, HaproxyLine, HaproxyWord } from '../../syntax/haproxy/index.ts';
import type { Listen, ProxyServer } from '../model.ts';
import { own, type Scope, wordValue } from './scope.ts';

/** Every address of `bind` lines and of the section's own words (`frontend web 127.0.0.1:80`, of old releases). */
export function listensOf({ section, lines }: Scope): readonly Listen[] {
  const bare = section.args.filter((word) => /:\d+$/.test(word.text)).flatMap((word) => bindListens(word, [], section.at));
  return [...bare, ...own(lines, 'bind').flatMap((line) => bindListens(line.words[1], line.words.slice(2), line.span))];
}

function bindListens(word: HaproxyWord | undefined, options: readonly HaproxyWord[], at: Listen['at']): readonly Listen[] {
  if (word === undefined) return [];
  const ssl = options.some((one) => one.text === 'ssl') || word.text.startsWith('quic');
  const shared = { ssl, http2: false, defaultServer: false, at };
  if (word.hole)
    return [{ ...shared, address: '*', port: /:(\d+)$/.test(word.text) ? Number(/:(\d+)$/.exec(word.text)?.[1]) : null, unix: null }];
  return word.text.split(',').map((text) => {
    const socket = /^(?:unix@|abns@|abnsz@|fd@)?(\/.*)$/.exec(text)?.[1] ?? (/^(abnsz?|fd|sockpair)@/.test(text) ? text : undefined);
    if (socket !== undefined) return { ...shared, address: '', port: null, unix: socket };
    const found = /^(.*?):(\d+)(-\d+)?$/.exec(text.replace(/^(ipv4|ipv6|quic4|quic6|tcp4?|tcp6?|udp4?|udp6?)@/, ''));
    const address = found?.[1] ?? '';
    return {
      ...shared,
      address: address === '' ? '*' : address,
      port: found?.[3] === undefined ? Number(found?.[2] ?? Number.NaN) || null : null,
      unix: null,
    };
  });
}

/** `crt` files of the bind lines: certificate and key in one file, or a folder of them. */
export function certificatesOf({ lines }: Scope, file: HaproxyFile): ProxyServer['certificates'] {
  const base = globalLines(file).find((line) => line.words[0]?.text === 'crt-base')?.words[1];
  return own(lines, 'bind').flatMap(({ words }) =>
    words.flatMap((word, i): ProxyServer['certificates'] => {
      const path = words[i + 1];
      if (word.text !== 'crt' || path === undefined) return [];
      const value = wordValue(path);
      if (value.kind !== 'known' || value.value.startsWith('/') || base === undefined || base.hole)
        return [{ kind: 'certificate', path: value, at: path.span }];
      return [{ kind: 'certificate', path: known(joinPath(base.text, value.value), textOrigin(path.span)), at: path.span }];
    }),
  );
}

function globalLines({ sections }: HaproxyFile): readonly HaproxyLine[] {
  return sections.filter(({ kind }) => kind === 'global').flatMap(({ lines }) => lines);
}

const VERSIONS = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Versions that `ssl-min-ver`, `ssl-max-ver` and `force-…` leave on, of the bind line or of all; null where the default of the release holds. */
export function tlsVersions({ lines }: Scope, file: HaproxyFile): ProxyServer['tlsProtocols'] {
  const binds = own(lines, 'bind').filter(({ words }) => words.some((word) => word.text === 'ssl'));
  const defaults = own(globalLines(file), 'ssl-default-bind-options');
  for (const line of [...binds, ...defaults]) {
    const versions = versionsOf(line.words.map((word) => word.text));
    if (versions !== null) return { versions, at: line.span };
  }
  return null;
}

function versionsOf(words: readonly string[]): readonly string[] | null {
  const forced = words.map((word) => /^force-(sslv3|tlsv1\d)$/.exec(word)?.[1]).find((word) => word !== undefined);
  if (forced !== undefined) return [forced === 'sslv3' ? 'SSLv3' : `TLSv1.${forced.at(-1)}`];
  const least = words[words.indexOf('ssl-min-ver') + 1];
  const from = words.includes('ssl-min-ver') ? VERSIONS.findIndex((one) => one.toLowerCase() === least?.toLowerCase()) : -1;
  if (from === -1) return null;
  return VERSIONS.slice(from).filter((one) => !words.includes(`no-${one.toLowerCase().replace('.', '')}`));
}
