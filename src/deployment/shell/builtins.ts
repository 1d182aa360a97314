import { known, originOf, type Value } from '../../core/value.ts';
import type { ShellCommand, ShellWord } from '../../syntax/shell/script.ts';
import { textOf } from '../command/command.ts';
import { layerOf, withLayers } from '../environment.ts';
import { assign, changeDirectory, exportVariable, resolvePath, type Shell, unset } from './state.ts';
import { testOutcome } from './tests.ts';
import { expandText, expandWord, type ShellScope } from './words.ts';

/** What a builtin needs of the walk. */
export interface BuiltinHost {
  readonly scope: ShellScope;
  /** Runs a file of the tree in this very shell; false when there is none. */
  source(path: string, args: readonly Value<string>[]): boolean;
  /** Runs a text in this very shell. */
  evaluate(text: Value<string>): void;
}

const SILENT = new Set([
  'echo',
  'printf',
  'wait',
  'trap',
  'return',
  'ulimit',
  'umask',
  'shopt',
  'hash',
  'type',
  'alias',
  'let',
  'pushd',
  'popd',
  'break',
  'continue',
]);

/** Runs a command that acts on the shell itself. False when it is none: then it is a program. */
export function runBuiltin(shell: Shell, command: ShellCommand, argv: readonly Value<string>[], host: BuiltinHost): boolean {
  const name = textOf(argv[0]);
  const args = argv.slice(1);
  switch (name) {
    case 'cd':
      changeDirectory(
        shell,
        args.find((word) => !/^-[LPe]/.test(textOf(word) ?? '')),
      );
      return true;
    case 'export':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly':
      declare(shell, name, command.words.slice(1), host.scope);
      return true;
    case 'unset':
      for (const word of args) unset(shell, textOf(word) ?? '');
      return true;
    case 'set':
      setOptions(shell, args);
      return true;
    case 'shift':
      shift(shell, args[0]);
      return true;
    case 'read':
    case 'getopts':
    case 'mapfile':
      for (const word of args) forget(shell, textOf(word), word);
      return true;
    case '.':
    case 'source':
      sourceFile(shell, args, host);
      return true;
    case 'eval':
      evaluate(args, host);
      return true;
    case 'exit':
      if (shell.uncertain === 0) shell.ended = true;
      return true;
    case '[':
    case 'test':
      shell.status = testOutcome(name === '[' ? args.slice(0, -1) : args, { exists: (path, kind) => exists(shell, path, kind) });
      return true;
    case ':':
    case 'true':
      shell.status = true;
      return true;
    case 'false':
      shell.status = false;
      return true;
    default:
      return builtinWithoutEffect(shell, name);
  }
}

function builtinWithoutEffect(shell: Shell, name: string | null): boolean {
  if (name === 'popd' || name === 'pushd') changeDirectory(shell, undefined);
  return name !== null && SILENT.has(name);
}

/** `export A=b`, `export A`, `local -x A=b`. */
function declare(shell: Shell, name: string, words: readonly ShellWord[], scope: ShellScope): void {
  let exports = name === 'export';
  for (const word of words) {
    const text = expandText(word, scope);
    const flat = textOf(text) ?? textOf(known(literalStart(word), originOf(text))) ?? '';
    if (flat.startsWith('-')) {
      if (flat.includes('x')) exports = true;
      if (flat.includes('n') && name === 'export') exports = false;
      continue;
    }
    const equals = flat.indexOf('=');
    const variable = equals === -1 ? flat : flat.slice(0, equals);
    if (!/^[A-Za-z_]\w*$/.test(variable)) {
      if (text.kind !== 'known') opaque(shell, 'a script exports variables that it computes', word);
    } else if (equals !== -1) assign(shell, variable, after(text, equals), exports);
    else if (exports) exportVariable(shell, variable);
  }
}

function literalStart(word: ShellWord): string {
  const [first] = word.parts;
  return first?.kind === 'literal' ? first.text : '';
}

function after(text: Value<string>, equals: number): Value<string> {
  return text.kind === 'known' ? { ...text, value: text.value.slice(equals + 1) } : text;
}

function opaque(shell: Shell, because: string, word: ShellWord): void {
  shell.environment = withLayers(shell.environment, [layerOf([], { because, at: word.span })]);
}

/** `set -a`, `set +a`, `set -- a b`, `set a b`. */
function setOptions(shell: Shell, args: readonly Value<string>[]): void {
  for (let at = 0; at < args.length; at++) {
    const text = textOf(args[at]);
    if (text === '-o' || text === '+o') {
      at++;
      if (textOf(args[at]) === 'allexport') shell.exportsAll = text === '-o';
    } else if (text !== null && /^[-+][A-Za-z]+$/.test(text)) {
      if (text.includes('a')) shell.exportsAll = text.startsWith('-');
    } else {
      const rest = args.slice(text === '--' ? at + 1 : at);
      shell.args = shell.uncertain > 0 ? null : rest;
      return;
    }
  }
}

function shift(shell: Shell, word: Value<string> | undefined): void {
  const by = word === undefined ? 1 : Number(textOf(word) ?? Number.NaN);
  shell.args = shell.args === null || shell.uncertain > 0 || !Number.isInteger(by) ? null : shell.args.slice(by);
}

function forget(shell: Shell, name: string | null, word: Value<string>): void {
  if (name !== null && /^[A-Za-z_]\w*$/.test(name)) {
    assign(shell, name, { kind: 'unknown', why: 'host', names: [], origin: originOf(word), type: 'str' }, false);
  }
}

/** A virtual environment's own script sets nothing that settings read. */
const ACTIVATE = /(^|\/)bin\/activate$/;

function sourceFile(shell: Shell, args: readonly Value<string>[], host: BuiltinHost): void {
  const [target] = args;
  const path = textOf(target);
  if (path !== null && ACTIVATE.test(path)) return;
  if (path !== null && host.source(path, args.slice(1))) return;
  const because =
    path === null ? 'a script reads a file whose name is not known' : `a script reads ${path}, which is not in the repository`;
  shell.environment = withLayers(shell.environment, [layerOf([], { because })]);
  shell.locals.clear();
}

function evaluate(args: readonly Value<string>[], host: BuiltinHost): void {
  const [first] = args;
  if (first === undefined) return;
  const texts = args.map(textOf);
  const whole = texts.every((text) => text !== null) ? texts.join(' ') : null;
  host.evaluate(whole === null ? { kind: 'unknown', why: 'host', names: [], origin: originOf(first) } : known(whole, originOf(first)));
}

/** What stands in the tree also stands in the process; what does not may have been put there by other means. */
function exists(shell: Shell, path: string, kind: 'file' | 'directory' | 'any'): boolean | null {
  const full = resolvePath(textOf(shell.workdir), path);
  const located = full === null ? null : shell.walk.context.locate(full);
  const found = located === null ? null : shell.walk.context.tree.kindOf(located);
  return found !== null && (kind === 'any' || found === kind) ? true : null;
}

/** The outcome of the words between `[[` and `]]`. */
export function doubleTest(shell: Shell, words: readonly Value<string>[]): boolean | null {
  return testOutcome(words, { exists: (path, kind) => exists(shell, path, kind) });
}

/** The words of a command after expansion. */
export function expandWords(words: readonly ShellWord[], scope: ShellScope): readonly Value<string>[] {
  return words.flatMap((word) => expandWord(word, scope));
}
