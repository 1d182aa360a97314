import { MAX_INCLUDE_DEPTH, MAX_ITERATIONS } from '../../core/limits.ts';
import type { Span } from '../../core/span.ts';
import { known, mapValue, originOf, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { ShellCommand, ShellScript } from '../../syntax/shell/script.ts';
import { type CommandContext, nameOf, type Started, textOf } from '../command/command.ts';
import { withoutPython } from '../command/python.ts';
import { unwrap } from '../command/wrappers.ts';
import { layerOf, unknownEnvironment, withLayers, withVariable } from '../environment.ts';
import { doubleTest, expandWords, runBuiltin } from './builtins.ts';
import { decide, followingIgnoresFailure, noteCondition } from './flow.ts';
import { conclude, emit, mainOf, type Standing } from './outcome.ts';
import { outputOf } from './output.ts';
import { type RemoteText, remoteText } from './remote.ts';
import { assign, newShell, readVariable, resolvePath, type Shell, type ShellStart, type Walk } from './state.ts';
import { placeOfWord, type TextPlace } from './text-place.ts';
import { expandText, passesOn, type ShellScope } from './words.ts';

export type { TextPlace } from './text-place.ts';

/** Runs a shell text (RUN, `run:`, a Procfile line) from the start of its process. */
export function runText(text: string, place: TextPlace, context: CommandContext, args: readonly Value<string>[] = []): Started {
  const walk = newWalk(context);
  const shell = newShell(walk, startOf(context, args, null));
  runScript(shell, context.syntaxes.parseShell(text, place.file, place.place));
  return finished(walk, shell);
}

/** Runs an argument vector as a process does: ExecStart=, exec-form CMD after ENTRYPOINT. */
export function runArgv(argv: readonly Value<string>[], at: Span, context: CommandContext): Started {
  const walk = newWalk(context);
  const shell = newShell(walk, startOf(context, [], null));
  launch(shell, argv, context.environment, { at, exec: true, background: false, piped: false, failureIgnored: false });
  return finished(walk, shell);
}

/** Runs a script file of the tree as a process of its own. `seenAs` is the path under which the process finds it. */
export function runScriptFile(file: string, seenAs: string, args: readonly Value<string>[], context: CommandContext): Started | null {
  const script = scriptIn(context, file);
  if (script === null) return null;
  const walk = newWalk(context);
  const shell = newShell(walk, startOf(context, args, seenAs));
  runScript(shell, script);
  return finished(walk, shell);
}

const parsed = new WeakMap<SourceTree, Map<string, ShellScript | null>>();

/** Each script file is parsed once, however many processes run it. */
function scriptIn(context: CommandContext, file: string): ShellScript | null {
  const known = parsed.get(context.tree) ?? new Map<string, ShellScript | null>();
  parsed.set(context.tree, known);
  const before = known.get(file);
  if (before !== undefined) return before;
  const read = context.tree.read(file);
  const script = read.ok ? context.syntaxes.parseShell(read.text, file, 0) : null;
  known.set(file, script);
  return script;
}

function newWalk(context: CommandContext): Walk {
  return { context, commands: [], steps: MAX_ITERATIONS };
}

function startOf(context: CommandContext, args: readonly Value<string>[] | null, script: string | null): ShellStart {
  const { environment, workdir } = context;
  return {
    environment,
    workdir,
    args,
    argsAt: null,
    script,
    user: null,
    reloader: null,
    remote: context.remote === true,
    depth: 0,
    uncertain: context.conditional === true,
  };
}

function finished(walk: Walk, shell: Shell): Started {
  const main = mainOf(shell);
  return { commands: walk.commands, main, because: main === null ? (shell.doubt ?? 'no command runs in the foreground') : null };
}

function runScript(shell: Shell, script: ShellScript): void {
  for (const one of script.functions) shell.functions.set(one.name, one);
  runCommands(shell, script.commands);
}

function runCommands(shell: Shell, commands: readonly ShellCommand[]): void {
  commands.forEach((command, index) => {
    if (shell.ended) return;
    if (shell.walk.steps-- <= 0) {
      shell.doubt ??= 'the scripts are too long';
      return;
    }
    const runs = decide(shell, command, (context) => caseWord(shell, context.label));
    if (runs === 'maybe') shell.uncertain++;
    if (runs !== 'no') runCommand(shell, command, followingIgnoresFailure(commands, index));
    if (runs === 'maybe') {
      shell.uncertain--;
      shell.status = null;
    }
    noteCondition(shell, command, runs);
  });
}

/** The value of the word of a `case`, of which the script keeps only the source. */
function caseWord(shell: Shell, label: string): string | null {
  const word = shell.walk.context.syntaxes.parseShell(`: ${label}`, '', 0).commands[0]?.words[1];
  return word === undefined ? null : textOf(expandText(word, scopeOf(shell)));
}

function scopeOf(shell: Shell): ShellScope {
  return {
    args: shell.args,
    variable: (name) => readVariable(shell, name),
    assign: (name, value) => assign(shell, name, value, false),
    output: (script) => outputOf(shell, script),
  };
}

function runCommand(shell: Shell, command: ShellCommand, failureIgnored: boolean): void {
  const scope = scopeOf(shell);
  if (command.kind !== 'simple') {
    shell.status = command.kind === 'test' ? doubleBracket(shell, command, scope) : null;
    return;
  }
  const argv = expandWords(command.words, scope);
  const assigned = command.assignments.map((one) => ({ name: one.name, value: assignedValue(shell, one, scope) }));
  if (argv.length === 0) {
    for (const { name, value } of assigned) assign(shell, name, value, false);
    shell.status = command.words.length === 0 ? true : null;
    return;
  }
  const fn = shell.functions.get(textOf(argv[0]) ?? '');
  if (fn !== undefined) {
    callFunction(shell, fn.commands, argv.slice(1));
    return;
  }
  shell.status = null;
  if (shell.remote) noteBash(shell, argv, command, failureIgnored);
  if (runBuiltin(shell, command, argv, hostOf(shell, scope, command.span))) {
    if (command.negated && shell.status !== null) shell.status = !shell.status;
    return;
  }
  let environment = shell.environment;
  for (const { name, value } of assigned) environment = withVariable(environment, name, value);
  const at = placeOf(shell, command, argv);
  const standing = { at, exec: command.exec, background: command.background, piped: command.before === '|', failureIgnored };
  launch(shell, argv, environment, standing, command);
}

/** A person edits the line of the script, or where it only runs its arguments the line that gives them. */
function placeOf(shell: Shell, { words, span }: ShellCommand, argv: readonly Value<string>[]): Span {
  const [first] = words;
  const given = first !== undefined && passesOn(first) && !writtenAt(argv[0], span);
  return given && shell.argsAt !== null ? shell.argsAt : span;
}

function writtenAt(word: Value<string> | undefined, place: Span): boolean {
  const origin = word === undefined ? null : originOf(word);
  return origin?.step === 'text' && origin.at.file === place.file && origin.at.start >= place.start && origin.at.end <= place.end;
}

/** Built-ins that only bash has: on another machine they may end the session, so they are told like programs. */
function noteBash(shell: Shell, argv: readonly Value<string>[], command: ShellCommand, failureIgnored: boolean): void {
  if (!/^(source|pushd|popd|shopt)$/.test(textOf(argv[0]) ?? '')) return;
  emit(shell, argv, shell.environment, shell.user, { at: command.span, exec: false, background: true, piped: false, failureIgnored });
}

/** `[[ … ]]`, of which the script keeps only the place: read again as the words of `[ … ]` where both mean the same. */
function doubleBracket(shell: Shell, command: ShellCommand, scope: ShellScope): boolean | null {
  const { tree, syntaxes } = shell.walk.context;
  const read = tree.kindOf(command.span.file) === 'file' ? tree.read(command.span.file) : null;
  const source = read?.ok ? read.text.slice(command.span.start, command.span.end) : '';
  const inside = /^\[\[\s([^&|<>()`\n]*)\s\]\]$/.exec(source)?.[1];
  if (inside === undefined || /=~|[*?]/.test(inside.replace(/\$[*?]/g, ''))) return null;
  const words = syntaxes.parseShell(`: ${inside}`, '', 0).commands[0]?.words.slice(1) ?? [];
  const outcome = doubleTest(
    shell,
    words.map((word) => expandText(word, scope)),
  );
  return command.negated && outcome !== null ? !outcome : outcome;
}

function assignedValue(shell: Shell, one: ShellCommand['assignments'][number], scope: ShellScope): Value<string> {
  if (one.value === null) return unknown('unsupported-syntax', { step: 'text', at: one.span }, [], 'str');
  const value = expandText(one.value, scope);
  if (!one.append) return value;
  const before = readVariable(shell, one.name) ?? known('', { step: 'text', at: one.span });
  return before.kind === 'known' ? mapValue(value, (text) => before.value + text) : before;
}

function hostOf(shell: Shell, scope: ShellScope, standingAt: Span) {
  return {
    scope,
    source: (path: string, args: readonly Value<string>[]) => sourceFile(shell, path, args),
    evaluate: (text: Value<string>) => {
      const { file, place } = placeOfWord(shell.walk.context.tree, text, standingAt);
      const isRun = text.kind === 'known' && shell.depth < MAX_INCLUDE_DEPTH;
      shell.depth++;
      if (isRun) runScript(shell, shell.walk.context.syntaxes.parseShell(text.value, file, place));
      shell.depth--;
      if (!isRun)
        shell.environment = withLayers(shell.environment, [layerOf([], { because: 'a script evaluates a text that it computes' })]);
    },
  };
}

function callFunction(shell: Shell, commands: readonly ShellCommand[], args: readonly Value<string>[]): void {
  if (shell.depth >= MAX_INCLUDE_DEPTH) return;
  const inner: Shell = { ...shell, depth: shell.depth + 1, args };
  runCommands(inner, commands);
  Object.assign(shell, { ...inner, depth: shell.depth, args: shell.args });
}

function sourceFile(shell: Shell, path: string, args: readonly Value<string>[]): boolean {
  const file = fileAt(shell, path);
  const script = file === null ? null : scriptIn(shell.walk.context, file);
  if (script === null || shell.depth >= MAX_INCLUDE_DEPTH) return false;
  const before = shell.args;
  if (args.length > 0) shell.args = args;
  shell.depth++;
  runScript(shell, script);
  shell.depth--;
  if (args.length > 0) shell.args = before;
  return true;
}

function fileAt(shell: Shell, path: string): string | null {
  const { context } = shell.walk;
  if (shell.remote) return null;
  const full = resolvePath(textOf(shell.workdir), path);
  const file = full === null ? null : context.locate(full);
  return file !== null && context.tree.kindOf(file) === 'file' ? file : null;
}

/** Starts a program: a script of the tree is walked, a shell's text too, everything else is a command. */
function launch(shell: Shell, argv: readonly Value<string>[], environment: Environment, standing: Standing, source?: ShellCommand): void {
  const plain = unwrap(argv, environment);
  const user = plain.user ?? shell.user;
  const start = (args: readonly Value<string>[] | null, script: string | null): ShellStart => ({
    environment: plain.environment,
    workdir: shell.workdir,
    args,
    argsAt: writtenAt(args?.[0], standing.at) ? standing.at : shell.argsAt,
    script,
    user,
    reloader: plain.reloader ?? shell.reloader,
    remote: shell.remote,
    depth: shell.depth + 1,
    uncertain: shell.uncertain > 0,
  });
  const line = plain.text === null ? shellLine(plain.argv) : { text: plain.text, args: [] };
  if (line !== null) {
    runInner(shell, line.text, start(line.args, null), standing);
    return;
  }
  const script = scriptOf(shell, plain.argv);
  if (script !== null && shell.depth >= MAX_INCLUDE_DEPTH) {
    shell.doubt ??= 'scripts call each other too deeply';
    return;
  }
  if (script !== null) {
    const child = newShell(shell.walk, start(script.args, script.seenAs));
    runScript(child, script.script);
    conclude(shell, child, standing);
    return;
  }
  if (nameOf(plain.argv) === 'ssh' && shell.depth < MAX_INCLUDE_DEPTH) {
    const there = remoteText(shell.walk.context.tree, plain.argv, source, standing.at);
    if (there !== null) runRemote(shell, there, standing.at);
  }
  emit(
    shell,
    withoutPython(plain.argv),
    plain.environment,
    user,
    plain.reloader === null ? standing : { ...standing, reloader: plain.reloader },
  );
}

/** The text of `sh -c text name args…`. */
function shellLine(argv: readonly Value<string>[]): { readonly text: Value<string>; readonly args: readonly Value<string>[] } | null {
  if (!isShell(nameOf(argv))) return null;
  for (let at = 1; at < argv.length; at++) {
    const option = textOf(argv[at]);
    if (option === null || !/^[-+]/.test(option)) return null;
    if (/^-[a-z]*c[a-z]*$/.test(option)) {
      const text = argv[at + 1];
      return text === undefined ? null : { text, args: argv.slice(at + 3) };
    }
    if (/^[-+][a-z]*o$/.test(option)) at++;
  }
  return null;
}

function isShell(name: string | null): boolean {
  return name !== null && /^(ba|da|a|z|k)?sh$/.test(name);
}

interface ScriptFile {
  readonly script: ShellScript;
  readonly seenAs: string;
  readonly args: readonly Value<string>[];
}

const SEARCHED = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The shell script of the tree that a command line runs: `sh run.sh`, `./run.sh`, `entrypoint.sh` in a folder of PATH. */
function scriptOf(shell: Shell, argv: readonly Value<string>[]): ScriptFile | null {
  const asShell = isShell(nameOf(argv));
  const at = asShell ? argv.findIndex((word, index) => index > 0 && !/^[-+]/.test(textOf(word) ?? '')) : 0;
  const path = at === -1 ? null : textOf(argv[at]);
  if (path === null) return null;
  const candidates = path.includes('/') || asShell ? [path] : SEARCHED.map((folder) => `${folder}/${path}`);
  for (const candidate of candidates) {
    const file = fileAt(shell, candidate);
    const script = file === null ? null : scriptIn(shell.walk.context, file);
    if (file === null || script === null) continue;
    if (!asShell && !isShellScript(file, script)) return null;
    return { script, seenAs: resolvePath(textOf(shell.workdir), candidate) ?? candidate, args: argv.slice(at + 1) };
  }
  return null;
}

function isShellScript(file: string, script: ShellScript): boolean {
  if (script.shebang === null) return /\.(sh|bash)$/.test(file);
  const [path = '', argument] = script.shebang
    .replace(/^#!\s*/, '')
    .trim()
    .split(/\s+/);
  const program = path.endsWith('/env') ? argument : path;
  return isShell(program?.slice(program.lastIndexOf('/') + 1) ?? null);
}

function runInner(shell: Shell, text: Value<string>, start: ShellStart, standing: Standing): void {
  if (text.kind !== 'known' || shell.depth >= MAX_INCLUDE_DEPTH) {
    emit(shell, [text], start.environment, start.user, standing, true);
    return;
  }
  const child = newShell(shell.walk, start);
  const { file, place } = placeOfWord(shell.walk.context.tree, text, standing.at);
  runScript(child, shell.walk.context.syntaxes.parseShell(text.value, file, place));
  conclude(shell, child, standing);
}

/** Commands of another machine, of whose environment nothing is known. */
function runRemote(shell: Shell, { text, place }: RemoteText, at: Span): void {
  const child = newShell(shell.walk, {
    environment: unknownEnvironment('it runs on another machine over ssh', at),
    workdir: unknown('host', { step: 'text', at }, [], 'str'),
    args: [],
    argsAt: null,
    script: null,
    user: null,
    reloader: null,
    remote: true,
    depth: shell.depth + 1,
    uncertain: shell.uncertain > 0,
  });
  runScript(child, shell.walk.context.syntaxes.parseShell(text, place.file, place.place));
}
