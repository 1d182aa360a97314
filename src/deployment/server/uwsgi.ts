import { placeOf } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { bindValue, byDefault, known, originOf, unknown, type Value } from '../../core/value.ts';
import { parseIni } from '../../syntax/ini/index.ts';
import { textOf } from '../command/command.ts';
import { lookUp } from '../environment.ts';
import type { Bind, Command, Server } from '../model.ts';
import { resolvePath } from '../shell/state.ts';
import { bindsOf, parseAddress } from './bind.ts';
import type { ServerContext } from './context.ts';
import { plainServer } from './parts.ts';
import { toDecimal } from './values.ts';

/** Options of uWSGI as they were given, and why there may be more. */
interface Options {
  readonly given: Map<string, Value<string>[]>;
  hidden: Value<string> | null;
  file: string | null;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['-s', 'socket'],
  ['-p', 'processes'],
  ['-w', 'module'],
  ['-H', 'home'],
  ['-z', 'socket-timeout'],
  ['-t', 'harakiri'],
  ['-R', 'max-requests'],
  ['-b', 'buffer-size'],
  ['-d', 'daemonize'],
  ['-M', 'master'],
]);

const FLAGS =
  /^(master|enable-threads|vacuum|die-on-term|single-interpreter|need-app|lazy|lazy-apps|thunder-lock|http-auto-chunked|http-keepalive|disable-logging|harakiri-verbose|no-orphans|strict|auto-procname|memory-report|log-master|ignore-sigpipe|ignore-write-errors|disable-write-exception|py-call-osafterfork|wsgi-env-behaviour|manage-script-name|honour-stdin|offload)$/;

/** The effective configuration of a uWSGI command line and the ini file it names. */
export function uwsgiServer(command: Command, context: ServerContext): Server {
  const options: Options = { given: new Map(), hidden: null, file: null };
  fromWords(options, command, context);
  const last = (...names: readonly string[]): Value<string> | null => {
    const value = names.flatMap((name) => options.given.get(name) ?? []).at(-1);
    return value ?? options.hidden;
  };
  const count = (value: Value<string> | null, otherwise: number): Value<number> =>
    value === null ? byDefault(otherwise, 'uwsgi') : toDecimal(value);
  const preload = last('lazy-apps', 'lazy');
  return {
    ...plainServer('uwsgi', appOf(last)),
    interface: 'wsgi',
    binds: binds(options),
    workers: count(last('workers', 'processes'), 1),
    threads: count(last('threads'), 1),
    timeout: count(last('harakiri'), 0),
    maxRequests: count(last('max-requests'), 0),
    preload:
      preload === null ? byDefault(true, 'uwsgi') : bindValue(preload, (one) => known(/^(0|false|off|no)$/i.test(one.value), one.origin)),
    errorLog: last('logto', 'daemonize') ?? byDefault<string | null>('-', 'uwsgi'),
    configFile: options.file,
  };
}

/** `module` with its callable; a WSGI file stays a path. */
function appOf(last: (...names: readonly string[]) => Value<string> | null): Value<string> {
  const value = last('module', 'wsgi', 'wsgi-file', 'file');
  if (value === null) return unknown('raised', { step: 'default', of: 'uwsgi' }, [], 'str');
  const callable = last('callable');
  return bindValue(value, (one) => {
    if (callable === null || one.value.includes(':') || one.value.includes('/')) return one;
    return bindValue(callable, (name) => known(`${one.value}:${name.value}`, one.origin));
  });
}

const SOCKETS = ['http', 'http-socket', 'https', 'https-socket', 'socket', 'uwsgi-socket', 'fastcgi-socket', 'shared-socket'];

function binds(options: Options) {
  const values = SOCKETS.flatMap((name) => options.given.get(name) ?? []);
  return bindsOf(values, options.hidden, (text, origin) => addressOf(text.split(',')[0] ?? '', origin));
}

/** A text with a colon is an address, any other a path. */
function addressOf(text: string, origin: Parameters<typeof parseAddress>[1]): Bind | null {
  if (text.startsWith('=')) return null;
  return text.includes(':') ? parseAddress(text, origin) : { kind: 'unix', path: text, at: placeOf(origin) ?? null };
}

function add(options: Options, name: string, value: Value<string>): void {
  options.given.set(name, [...(options.given.get(name) ?? []), value]);
}

function fromWords(options: Options, command: Command, context: ServerContext): void {
  const words = command.argv.slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.kind !== 'known') hide(options, word);
    else if (!word.value.startsWith('-')) {
      if (/\.ini(:\w+)?$/.test(word.value)) fromFile(options, word, command, context);
    } else {
      const equals = word.value.startsWith('--') ? word.value.indexOf('=') : -1;
      const written = equals === -1 ? word.value : word.value.slice(0, equals);
      const name = SHORT.get(written) ?? written.replace(/^-+/, '');
      const next = words[at + 1];
      const flag = FLAGS.test(name) || next === undefined || (textOf(next) ?? '').startsWith('-');
      const value = equals !== -1 ? { ...word, value: word.value.slice(equals + 1) } : flag ? { ...word, value: 'true' } : next;
      if (equals === -1 && !flag) at++;
      if (name === 'ini' || name === 'ini-paste') fromFile(options, value, command, context);
      else if (/^(yaml|yml|xml|json|emperor)$/.test(name)) options.hidden ??= unread(value);
      else add(options, name, value);
    }
  }
}

/** What a word that is not known may be overrides what stands before it; sockets add up, and the application stays. */
function hide(options: Options, word: Value<string>): void {
  options.hidden = word;
  for (const name of options.given.keys())
    if (!SOCKETS.includes(name) && !/^(module|wsgi|wsgi-file|file|callable)$/.test(name)) options.given.delete(name);
}

function unread(value: Value<string>): Value<string> {
  return unknown('missing-file', originOf(value), [], 'str');
}

const MAX_FILES = 8;

function fromFile(options: Options, named: Value<string>, command: Command, context: ServerContext, depth = 0): void {
  const [written, section = 'uwsgi'] = textOf(named)?.split(/:(?=\w+$)/) ?? [];
  const full = written === undefined ? null : resolvePath(textOf(command.workdir), written);
  const path = full === null ? null : context.locate(full);
  const read = path === null ? null : context.tree.read(path);
  if (path === null || read === null || !read.ok || depth > MAX_FILES) {
    options.hidden ??= unread(named);
    return;
  }
  options.file ??= path;
  for (const one of parseIni(path, read.text, 'uwsgi').sections) {
    if (one.name !== section) continue;
    for (const { key, value, keySpan, valueSpan } of one.entries) {
      const text = filledIn(value ?? 'true', value === null ? keySpan : valueSpan, command);
      if (key === 'ini') fromFile(options, text, command, context, depth + 1);
      else if (/^(if|for|include|inherit|endif|endfor)/.test(key)) options.hidden ??= unread(text);
      else add(options, key, text);
    }
  }
}

/** `$(NAME)` and `$NAME…` are variables of the environment, `%(name)` and `%d` placeholders that are not computed. */
function filledIn(text: string, at: Span, command: Command): Value<string> {
  const origin = { step: 'text' as const, at };
  if (/%\(|%[a-zA-Z]|@\(/.test(text)) return unknown('unsupported-syntax', origin, [], 'str');
  let result: Value<string> = known(text, origin);
  for (const found of text.matchAll(/\$\((\w+)\)/g)) {
    const name = found[1] ?? '';
    const value = lookUp(command.environment, name) ?? known('', origin);
    result = bindValue(result, (one) =>
      value.kind === 'known' ? known(one.value.replace(found[0], value.value), origin) : unknown('opaque-env', origin, [name], 'str'),
    );
  }
  return result;
}
