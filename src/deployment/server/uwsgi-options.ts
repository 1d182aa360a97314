import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import { parseIni } from '../../syntax/ini/index.ts';
import { textOf } from '../command/command.ts';
import { lookUp } from '../environment.ts';
import type { Command, OptionSource } from '../model.ts';
import { resolvePath } from '../shell/state.ts';
import type { ServerContext } from './context.ts';

/** One option as it is applied; what stands later wins, where it does not add up. */
export interface UwsgiOption {
  readonly name: string;
  readonly value: Value<string>;
  readonly from: OptionSource['from'];
}

/** Options of one uWSGI in the order in which it applies them: variables, then words and the files that they name. */
export interface UwsgiOptions {
  readonly given: readonly UwsgiOption[];
  /** Why there may be more that nobody can see. */
  readonly hidden: Value<string> | null;
  /** The first configuration file of the tree. */
  readonly file: string | null;
}

interface Reading {
  given: UwsgiOption[];
  hidden: Value<string> | null;
  file: string | null;
  readonly command: Command;
  readonly context: ServerContext;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['-s', 'socket'],
  ['-p', 'workers'],
  ['-w', 'module'],
  ['-H', 'home'],
  ['-z', 'socket-timeout'],
  ['-t', 'harakiri'],
  ['-R', 'max-requests'],
  ['-b', 'buffer-size'],
  ['-d', 'daemonize'],
  ['-M', 'master'],
  ['-l', 'listen'],
  ['-L', 'disable-logging'],
  ['-T', 'enable-threads'],
  ['-i', 'single-interpreter'],
  ['-C', 'chmod-socket'],
  ['-x', 'xml'],
  ['-y', 'yaml'],
  ['-j', 'json'],
]);

const SAME: ReadonlyMap<string, string> = new Map([
  ['processes', 'workers'],
  ['wsgi', 'module'],
  ['file', 'wsgi-file'],
  ['uwsgi-socket', 'socket'],
  ['pp', 'pythonpath'],
  ['python-path', 'pythonpath'],
  ['py-auto-reload', 'py-autoreload'],
  ['python-autoreload', 'py-autoreload'],
  ['python-auto-reload', 'py-autoreload'],
  ['stats-server', 'stats'],
  ['lazy', 'lazy-apps'],
]);

const FLAGS =
  /^(master|enable-threads|vacuum|die-on-term|exit-on-reload|single-interpreter|need-app|lazy|lazy-apps|thunder-lock|http-auto-chunked|http-keepalive|disable-logging|harakiri-verbose|no-orphans|strict|auto-procname|memory-report|log-master|log-4xx|log-5xx|log-x-forwarded-for|ignore-sigpipe|ignore-write-errors|disable-write-exception|py-call-osafterfork|py-call-uwsgi-fork-hooks|wsgi-env-behaviour|wsgi-disable-file-wrapper|manage-script-name|honour-stdin|offload|chunked-input|rem-header|show-config|http-websockets|no-site|reuse-port)$/;

/** What an option is called: of two names for one thing, one. */
function nameOf(written: string): string {
  const name = SHORT.get(written) ?? written.replace(/^-+/, '');
  return SAME.get(name) ?? name;
}

/** Everything that configures the uWSGI of a command line, as far as it is in view. */
export function uwsgiOptions(command: Command, context: ServerContext): UwsgiOptions {
  const reading: Reading = { given: [], hidden: null, file: null, command, context };
  fromVariables(reading);
  fromWords(reading);
  const { given, hidden, file } = reading;
  return { given, hidden, file };
}

/** `UWSGI_HARAKIRI=30` is read before everything else. Where variables come from elsewhere, any may be among them. */
function fromVariables(reading: Reading): void {
  const { environment } = reading.command;
  for (const [name, value] of environment.variables) {
    if (!/^UWSGI_[A-Z]/.test(name)) continue;
    const option = name.slice('UWSGI_'.length).toLowerCase().replaceAll('_', '-');
    if (option === 'ini') fromFile(reading, value, 0);
    else if (/^(yaml|xml|json|emperor)$/.test(option)) hide(reading, unread(value));
    else add(reading, option, value, 'variable');
  }
  const open = lookUp(environment, 'UWSGI_INI');
  if (open !== null && !environment.variables.has('UWSGI_INI')) reading.hidden ??= open;
}

function add(reading: Reading, name: string, value: Value<string>, from: OptionSource['from']): void {
  reading.given.push({ name: nameOf(name), value, from });
}

/** What a word that is not known may be overrides what stands before it; sockets add up, and the application stays. */
function hide(reading: Reading, because: Value<string>): void {
  reading.hidden = because;
  reading.given = reading.given.filter(({ name }) => /socket$|^(https?|module|wsgi-file|callable|chdir|pythonpath)$/.test(name));
}

function unread(value: Value<string>): Value<string> {
  return unknown('missing-file', originOf(value), [], 'str');
}

function fromWords(reading: Reading): void {
  const words = reading.command.argv.slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.kind !== 'known') hide(reading, word);
    else if (!word.value.startsWith('-')) operand(reading, word, word.value);
    else {
      const equals = word.value.startsWith('--') ? word.value.indexOf('=') : -1;
      const name = nameOf(equals === -1 ? word.value : word.value.slice(0, equals));
      const next = words[at + 1];
      const flag = FLAGS.test(name) || next === undefined || (textOf(next) ?? '').startsWith('-');
      const value = equals !== -1 ? { ...word, value: word.value.slice(equals + 1) } : flag ? { ...word, value: 'true' } : next;
      if (equals === -1 && !flag) at++;
      apply(reading, name, value, 'command', 0);
    }
  }
}

function operand(reading: Reading, word: Value<string>, text: string): void {
  if (/\.ini(:\w+)?$/.test(text)) fromFile(reading, word, 0);
  else if (/\.ya?ml$/.test(text)) fromYaml(reading, word, 0);
  else if (/\.(xml|json)$/.test(text)) hide(reading, unread(word));
  else if (/\.(py|wsgi)$/.test(text)) add(reading, 'wsgi-file', word, 'command');
  else if (text.includes(':')) add(reading, 'module', word, 'command');
}

function apply(reading: Reading, name: string, value: Value<string>, from: OptionSource['from'], depth: number): void {
  if (name === 'ini' || name === 'ini-paste' || name === 'include') fromFile(reading, value, depth);
  else if (name === 'yaml' || name === 'yml') fromYaml(reading, value, depth);
  else if (/^(xml|json|emperor|inherit|config|zeus|sqlite3|ldap)$/.test(name)) hide(reading, unread(value));
  else add(reading, name, value, from);
}

const MAX_FILES = 8;

/** The file of the tree that a value names with perhaps a section; null when it cannot be read. */
function fileNamed(reading: Reading, named: Value<string>, depth: number) {
  const [written, section = 'uwsgi'] = textOf(named)?.split(/:(?=\w+$)/) ?? [];
  const full = written === undefined ? null : resolvePath(textOf(reading.command.workdir), written);
  const path = full === null ? null : reading.context.locate(full);
  const read = path === null ? null : reading.context.tree.read(path);
  if (full === null || path === null || read === null || !read.ok || depth > MAX_FILES) {
    hide(reading, unread(named));
    return null;
  }
  reading.file ??= path;
  return { path, full, text: read.text, section };
}

/** Entries of a section with their conditions: `if-env` is decided where the environment is known. */
function fromFile(reading: Reading, named: Value<string>, depth: number): void {
  const file = fileNamed(reading, named, depth);
  if (file === null) return;
  const sections = parseIni(file.path, file.text, 'uwsgi').sections.filter(({ name }) => name === file.section);
  const entries = sections.flatMap((one) =>
    one.entries.map(({ key, value, keySpan, valueSpan }) => ({ key, text: value ?? 'true', at: value === null ? keySpan : valueSpan })),
  );
  applied(reading, entries, file.full, depth);
}

/** Its own reader of YAML knows one level of `key: value` below `uwsgi:`. */
function fromYaml(reading: Reading, named: Value<string>, depth: number): void {
  const file = fileNamed(reading, named, depth);
  if (file === null) return;
  const entries = [...file.text.matchAll(/^[ \t]+([\w-]+)[ \t]*:[ \t]*([^\r\n#]*?)[ \t]*(?:#.*)?$/gm)].map((found) => {
    const start = found.index + found[0].indexOf(found[2] || (found[1] ?? ''));
    const text = (found[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    return { key: found[1] ?? '', text, at: { file: file.path, start, end: start + (found[2] || (found[1] ?? '')).length } };
  });
  applied(reading, entries, file.full, depth);
}

interface Entry {
  readonly key: string;
  readonly text: string;
  readonly at: Span;
}

function applied(reading: Reading, entries: readonly Entry[], path: string, depth: number): void {
  const { command } = reading;
  const filling: Filling = { entries, earlier: new Map(), path, command };
  const holds: Answer[] = [];
  let loops = 0;
  entries.forEach((entry, index) => {
    if (entry.key === 'endif') holds.pop();
    else if (entry.key.startsWith('if-')) holds.push(conditionOf(entry, command));
    else if (/^for(-\w+)?$/.test(entry.key)) loops++;
    else if (entry.key === 'endfor') loops--;
    else if (!holds.includes('no')) {
      const sure = loops <= 0 && !holds.includes('maybe');
      const value = sure ? filledIn(entry, index, filling) : unknown('dynamic-call', { step: 'text', at: entry.at }, [], 'str');
      if (!filling.earlier.has(entry.key)) filling.earlier.set(entry.key, value);
      apply(reading, nameOf(entry.key), value, 'file', depth + 1);
    }
  });
}

function conditionOf({ key, text }: Entry, { environment }: Command): Answer {
  if (key !== 'if-env' && key !== 'if-not-env') return 'maybe';
  const value = lookUp(environment, text.trim());
  if (value !== null && value.kind !== 'known') return 'maybe';
  return (value !== null) === (key === 'if-env') ? 'yes' : 'no';
}

interface Filling {
  readonly entries: readonly Entry[];
  /** The first value of each option above. */
  readonly earlier: Map<string, Value<string>>;
  readonly path: string;
  readonly command: Command;
}

const MAX_TEXT = 10_000;

/** `$(NAME)` is a variable of the environment, `%(name)` another option of the file, `%d` and the like parts of the file's own path. */
function filledIn(entry: Entry, index: number, filling: Filling): Value<string> {
  const origin = { step: 'text' as const, at: entry.at };
  let missing: Value<string> | null = null;
  const text = entry.text.replace(/\$\((\w+)\)|%\(([\w.-]+)\)|%([a-zA-Z])|@\(|%\(/g, (all, variable, option, letter) => {
    if (typeof variable === 'string') {
      const value = lookUp(filling.command.environment, variable);
      if (value === null) return '';
      if (value.kind === 'known') return value.value;
      missing = unknown('opaque-env', origin, [variable], 'str');
      return all;
    }
    const found = typeof option === 'string' ? optionNamed(option, index, filling) : partOf(filling.path, String(letter));
    if (found === null) missing = unknown('unsupported-syntax', origin, [], 'str');
    return found ?? all;
  });
  return missing ?? (text.length > MAX_TEXT ? unknown('limit', origin, [], 'str') : known(text, origin));
}

/** The first option of the name: what stands above is filled in already, what stands below is taken as written. */
function optionNamed(name: string, index: number, { entries, earlier }: Filling): string | null {
  const above = earlier.get(name);
  if (above !== undefined) return textOf(above);
  const below = entries.find((one, at) => at > index && one.key === name);
  return below === undefined || /[%@$]\(|%[a-zA-Z]/.test(below.text) ? null : below.text;
}

function partOf(path: string, letter: string): string | null {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash);
  const file = path.slice(slash + 1);
  switch (letter) {
    case 'p':
      return path;
    case 's':
      return file;
    case 'd':
      return `${folder}/`;
    case 'n':
      return file.replace(/\.[^.]*$/, '');
    case 'e':
      return /\.([^.]*)$/.exec(file)?.[1] ?? '';
    case 'c':
      return folder.slice(folder.lastIndexOf('/') + 1);
    default:
      return null;
  }
}
