import { defaultOrigin, type Origin, textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { shlexSplit } from '../../syntax/shell/shlex.ts';
import type { HealthClient, Probe } from '../model.ts';

type Http = NonNullable<Probe['http']>;

/** The command of a health check, as the engine gets it: `["CMD", "curl", …]`, `["CMD-SHELL", text]`; a text alone is a shell's. */
export function healthProbe(test: readonly Value<string>[], at: Span): Probe | null {
  const [kind, ...words] = test;
  if (kind?.kind !== 'known' || kind.value === 'NONE') return null;
  if (kind.value === 'CMD') return probeOf(words, words, at);
  const [text] = words;
  if (kind.value !== 'CMD-SHELL' || text === undefined) return { kind: 'health', http: null, argv: null, at };
  const shell: Value<string>[] = ['/bin/sh', '-c'].map((word) => known(word, defaultOrigin('Docker')));
  const first = text.kind === 'known' ? shellWords(text.value, at) : [];
  return probeOf(first, [...shell, text], at);
}

/** The first command of a text; what follows `||` or `&&` is not read. */
function shellWords(text: string, at: Span): readonly Value<string>[] {
  const split = shlexSplit(text.replace(/^\s*exec\s+/, ''), at.file);
  return split.ok ? split.words.map((word) => known(word.text, textOrigin(at))) : [];
}

function probeOf(words: readonly Value<string>[], argv: readonly Value<string>[], at: Span): Probe {
  const known = words.flatMap((word) => (word.kind === 'known' ? [word.value] : []));
  const asked = known.length === words.length ? asking(known, textOrigin(at)) : null;
  return { kind: 'health', http: asked?.http ?? null, argv, at, ...(asked === null ? {} : { client: asked.client }) };
}

interface Asking {
  readonly http: Http;
  readonly client: HealthClient;
}

function asking(words: readonly string[], origin: Origin): Asking | null {
  const [name = '', ...rest] = words;
  const program = name.slice(name.lastIndexOf('/') + 1);
  if (program === 'curl') return curl(rest, origin);
  if (program === 'wget') return wget(rest, origin);
  return /^python(\d(\.\d+)?)?$/.test(program) && rest[0] === '-c' ? python(rest[1] ?? '', origin) : null;
}

/** Options of curl and wget that take the next word. */
const CURL_VALUES =
  /^(--(header|output|max-time|request|user-agent|retry|retry-delay|retry-max-time|connect-timeout|write-out|data|user|resolve|cookie|referer|cacert|cert|key|url|unix-socket|connect-to|proxy)|-[a-zA-Z]*[HomXAwdubetExyzY])$/;
const WGET_VALUES = /^(--(header|output-document|tries|timeout|user-agent|waitretry|wait)|-[a-zA-Z]*[OTtUow])$/;

interface Options {
  readonly urls: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly flags: readonly string[];
  /** It goes another way than the address says. */
  readonly detour: boolean;
}

function optionsOf(words: readonly string[], takesValue: RegExp): Options {
  const urls: string[] = [];
  const headers = new Map<string, string>();
  const flags: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, joinedName = '', joined] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    const isOption = word.startsWith('-');
    const value = joined ?? (takesValue.test(word) ? (words[++index] ?? '') : '');
    const name = joined === undefined ? word : joinedName;
    const header = name === '--header' || /^-[a-zA-Z]*H$/.test(name) ? /^([\w-]+)\s*:\s*(.*)$/.exec(value) : null;
    if (header !== null) headers.set((header[1] ?? '').toLowerCase(), header[2] ?? '');
    if (name === '--url') urls.push(value);
    if (isOption) flags.push(name);
    else urls.push(word);
  }
  return { urls, headers, flags, detour: flags.some((flag) => /^--(unix-socket|connect-to|resolve|proxy)$/.test(flag)) };
}

function curl(words: readonly string[], origin: Origin): Asking | null {
  const { urls, headers, flags, detour } = optionsOf(words, CURL_VALUES);
  const has = (short: string, long: string) => flags.some((flag) => flag === long || new RegExp(`^-[a-zA-Z]*${short}`).test(flag));
  const http = detour ? null : httpOf(urls, headers, origin);
  const failsOnError = has('f', '--fail') || flags.includes('--fail-with-body');
  // `-w '%{http_code}'` is for a comparison that follows.
  if (http === null || has('w', '--write-out')) return null;
  return { http, client: { program: 'curl', failsOnError, followsRedirects: has('L', '--location'), connectsTo: hostOf(urls) } };
}

function wget(words: readonly string[], origin: Origin): Asking | null {
  const { urls, headers, flags } = optionsOf(words, WGET_VALUES);
  const http = httpOf(urls, headers, origin);
  if (http === null || flags.some((flag) => /^--(max-redirect|content-on-error|method|server-response)/.test(flag))) return null;
  return { http, client: { program: 'wget', failsOnError: true, followsRedirects: true, connectsTo: hostOf(urls) } };
}

const ASKED = /\burlopen\(\s*['"]([^'"]+)['"]\s*(?:,\s*timeout\s*=\s*[\d.]+\s*)?\)/;
const REQUESTED =
  /\burlopen\(\s*(?:\w+\.)*Request\(\s*['"]([^'"]+)['"]\s*,\s*headers\s*=\s*\{([^{}]*)\}\s*\)\s*(?:,\s*timeout\s*=\s*[\d.]+\s*)?\)/;

/** `urlopen('http://…')` raises for what is no success and follows redirects; of a `Request` the headers are read, and anything more is not. */
function python(code: string, origin: Origin): Asking | null {
  if (/\b(try|except|build_opener|install_opener)\b/.test(code)) return null;
  const [, plain] = ASKED.exec(code) ?? [];
  const [, requested, written = ''] = REQUESTED.exec(code) ?? [];
  const url = plain ?? requested;
  if (url === undefined || (plain !== undefined && /\bRequest\b/.test(code))) return null;
  const headers = [...written.matchAll(/['"]([\w-]+)['"]\s*:\s*['"]([^'"]*)['"]/g)];
  if (headers.map(([all]) => all).join('').length < written.replace(/[\s,]/g, '').length) return null;
  const http = httpOf([url], new Map(headers.map(([, name = '', value = '']) => [name.toLowerCase(), value])), origin);
  return http === null
    ? null
    : { http, client: { program: 'python', failsOnError: true, followsRedirects: true, connectsTo: hostOf([url]) } };
}

const URL = /^(?:(https?):\/\/)?(\[[0-9a-fA-F:]+\]|[^\s/:?#@]+)(?::([^/?#\s]+))?([/?][^#\s]*)?(?:#.*)?$/;

function hostOf([url = '']: readonly string[]): string {
  return URL.exec(url)?.[2] ?? '';
}

/** The one address that is asked. */
function httpOf(urls: readonly string[], headers: ReadonlyMap<string, string>, origin: Origin): Http | null {
  const [url] = urls;
  if (url === undefined || urls.length > 1) return null;
  const [, scheme = 'http', host = '', port, path = ''] = URL.exec(url) ?? [];
  if (host === '') return null;
  const value = (text: string): Value<string> => (/[$`{]/.test(text) ? unknown('missing-env', origin, [], 'str') : known(text, origin));
  const secure = scheme === 'https';
  return {
    path: value(path === '' ? '/' : path),
    port: value(port ?? (secure ? '443' : '80')),
    scheme: secure ? 'https' : 'http',
    host: value(headers.get('host')?.replace(/:\d+$/, '') ?? host),
    headers: new Map([...headers].map(([name, text]) => [name, value(text)])),
  };
}
