import type { AndOr, Assignment, Case, Command, CommandNode, CompoundList, If, PipelineNode, Redirection, Statement } from 'unbash';
import type { Connector, ShellAssignment, ShellCommand, ShellContext, ShellFunction, ShellRedirection, ShellWord } from './script.ts';
import { spanOf } from './source.ts';
import { convertWord, type WordContext, wordOfAssignment, wordOfParts } from './word.ts';

/** Where commands go, and what surrounds the place that is being read. */
export interface Scope extends WordContext {
  readonly commands: ShellCommand[];
  readonly functions: ShellFunction[];
  readonly context: readonly ShellContext[];
  readonly conditional: boolean;
}

/** How one command stands among its neighbours. */
interface Joint {
  readonly before: Connector;
  readonly after: Connector;
  readonly background: boolean;
  readonly negated: boolean;
}

export function walkStatements(statements: readonly Statement[], scope: Scope): void {
  for (const [i, { command, background }] of statements.entries()) {
    const before = i === 0 ? 'start' : statements[i - 1]?.background ? '&' : ';';
    const after = background ? '&' : i === statements.length - 1 ? 'start' : ';';
    const joint = { before, after, background: background === true, negated: false } as const;
    if (command.type === 'AndOr') walkAndOr(command, scope, joint);
    else walkPipeline(command, scope, joint);
  }
}

/** After `||` nothing is sure to run; after `&&` it is, unless what stands before is a test. */
function walkAndOr(list: AndOr, scope: Scope, joint: Joint): void {
  let mayFail = false;
  for (const [i, command] of list.commands.entries()) {
    const operator = list.operators[i - 1];
    const conditional = scope.conditional || operator === '||' || (operator === '&&' && mayFail);
    mayFail = isTest(command) || (operator === '&&' && mayFail);
    walkPipeline(
      command,
      { ...scope, conditional },
      { ...joint, before: operator ?? joint.before, after: list.operators[i] ?? joint.after },
    );
  }
}

const TESTS = new Set([
  '[',
  'test',
  'grep',
  'egrep',
  'pgrep',
  'which',
  'type',
  'hash',
  'getent',
  'id',
  'false',
  'pg_isready',
  'cmp',
  'diff',
]);

function isTest(command: PipelineNode): boolean {
  switch (command.type) {
    case 'Pipeline': {
      const last = command.commands[command.commands.length - 1];
      return command.prefixes.some((one) => one.type === 'Negation') || (last !== undefined && isTest(last));
    }
    case 'Command':
      return (
        TESTS.has(command.name?.value ?? '') ||
        (command.name?.value === 'command' && command.suffix.some((one) => 'text' in one && /^-[vV]$/.test(one.text)))
      );
    case 'Redirected':
      return isTest(command.command);
    case 'TestCommand':
    case 'ArithmeticCommand':
      return true;
    default:
      return false;
  }
}

function walkPipeline(node: PipelineNode, scope: Scope, joint: Joint): void {
  if (node.type !== 'Pipeline') {
    walkCommand(node, scope, joint);
    return;
  }
  const negated = node.prefixes.some((one) => one.type === 'Negation');
  const last = node.commands.length - 1;
  for (const [i, command] of node.commands.entries()) {
    walkCommand(command, scope, { ...joint, negated, before: i === 0 ? joint.before : '|', after: i === last ? joint.after : '|' });
  }
}

function within(
  scope: Scope,
  kind: ShellContext['kind'],
  at: { readonly pos: number; readonly end: number },
  label: string,
  patterns: readonly string[] = [],
): Scope {
  const one: ShellContext = { kind, span: spanOf(scope.source, at.pos, at.end), label, patterns };
  const optional = kind === 'then' || kind === 'else' || kind === 'case' || kind === 'loop';
  return { ...scope, context: [...scope.context, one], conditional: scope.conditional || optional };
}

function textOf(scope: Scope, at: { readonly pos: number; readonly end: number }): string {
  return scope.source.text.slice(at.pos, at.end).trim();
}

function walkCommand(node: CommandNode, scope: Scope, joint: Joint): void {
  switch (node.type) {
    case 'Command':
      scope.commands.push(simple(node, scope, joint));
      return;
    case 'TestCommand':
    case 'ArithmeticCommand':
      scope.commands.push(empty(node.type === 'TestCommand' ? 'test' : 'arithmetic', node, scope, joint));
      return;
    case 'If':
      walkIf(node, scope);
      return;
    case 'Case':
      walkCase(node, scope);
      return;
    case 'For':
    case 'Select':
      walkStatements(node.body.commands, within(scope, 'loop', node, (node.wordlist ?? []).map((one) => one.text).join(' ')));
      return;
    case 'ArithmeticFor':
      walkStatements(node.body.commands, within(scope, 'loop', node, ''));
      return;
    case 'While':
      walkStatements(node.clause.commands, within(scope, 'condition', node.clause, textOf(scope, node.clause)));
      walkStatements(node.body.commands, within(scope, 'loop', node, textOf(scope, node.clause)));
      return;
    case 'Subshell':
      walkStatements(node.body.commands, within(scope, 'subshell', node, ''));
      return;
    case 'BraceGroup':
      walkStatements(node.body.commands, within(scope, 'group', node, ''));
      return;
    case 'Redirected':
      walkCommand(node.command, scope, joint);
      return;
    case 'Function':
      walkFunction(node.name.value, node, node.body, scope);
      return;
    case 'Coproc':
      walkBody(node.body, within(scope, 'subshell', node, ''), { ...joint, background: true });
      return;
  }
}

function walkBody(body: CommandNode | CompoundList, scope: Scope, joint: Joint): void {
  if (body.type === 'CompoundList') walkStatements(body.commands, scope);
  else walkCommand(body, scope, joint);
}

function walkFunction(
  name: string,
  at: { readonly pos: number; readonly end: number },
  body: CommandNode | CompoundList,
  scope: Scope,
): void {
  const commands: ShellCommand[] = [];
  const inside = within({ ...scope, commands, context: [], conditional: false }, 'function', at, name);
  walkBody(body, inside, { before: 'start', after: 'start', background: false, negated: false });
  scope.functions.push({ name, span: spanOf(scope.source, at.pos, at.end), commands });
}

/** The first test always runs, the tests of `elif` only after it failed. */
function walkIf(node: If, scope: Scope): void {
  const label = textOf(scope, node.clause);
  walkStatements(node.clause.commands, within(scope, 'condition', node.clause, label));
  walkStatements(node.then.commands, within(scope, 'then', node.then, label));
  let otherwise = scope;
  let failed = label;
  for (const one of node.elif) {
    const test = textOf(scope, one.clause);
    otherwise = within(otherwise, 'else', one, failed);
    failed = test;
    walkStatements(one.clause.commands, within(otherwise, 'condition', one.clause, test));
    walkStatements(one.then.commands, within(otherwise, 'then', one.then, test));
  }
  if (node.else) walkStatements(node.else.commands, within(otherwise, 'else', node.else, failed));
}

function walkCase(node: Case, scope: Scope): void {
  for (const item of node.items) {
    const patterns = item.pattern.map((one) => one.text);
    walkStatements(item.body.commands, within(scope, 'case', item, node.word.text, patterns));
  }
}

function empty(kind: ShellCommand['kind'], at: { readonly pos: number; readonly end: number }, scope: Scope, joint: Joint): ShellCommand {
  const { context, conditional } = scope;
  const span = spanOf(scope.source, at.pos, at.end);
  return { kind, words: [], assignments: [], redirections: [], span, exec: false, ...joint, context, conditional };
}

function simple(node: Command, scope: Scope, joint: Joint): ShellCommand {
  const words: ShellWord[] = node.name === undefined ? [] : [convertWord(node.name, scope)];
  const redirections: ShellRedirection[] = [];
  const assignments: ShellAssignment[] = [];
  for (const one of node.prefix) {
    if (one.type === 'Assignment') assignments.push(assignment(one, scope));
    else redirections.push(redirection(one, scope));
  }
  for (const one of node.suffix) {
    if (one.type === 'Word') words.push(convertWord(one, scope));
    else if (one.type === 'Assignment') words.push(wordOfAssignment(one, scope));
    else redirections.push(redirection(one, scope));
  }
  const exec = words[0]?.literal === 'exec';
  return { ...empty('simple', node, scope, joint), words: exec ? afterExec(words) : words, assignments, redirections, exec };
}

/** `exec -a name` and its flags go with it. */
function afterExec(words: readonly ShellWord[]): readonly ShellWord[] {
  let rest = words.slice(1);
  for (let flag = rest[0]?.literal; flag !== null && flag !== undefined && /^-[acl]+$/.test(flag); flag = rest[0]?.literal) {
    rest = rest.slice(flag.includes('a') ? 2 : 1);
  }
  return rest[0]?.literal === '--' ? rest.slice(1) : rest;
}

function assignment(one: Assignment, scope: Scope): ShellAssignment {
  const plain = one.value.type === 'Word' && one.index === undefined ? one.value : undefined;
  const value = plain === undefined ? null : convertWord(plain, scope);
  return { name: one.name, value, append: one.append === true, span: spanOf(scope.source, one.pos, one.end) };
}

function redirection(one: Redirection, scope: Scope): ShellRedirection {
  const descriptor = one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : null;
  const head = { operator: one.operator, descriptor, span: spanOf(scope.source, one.pos, one.end) };
  if (one.type !== 'HereDoc') return { ...head, target: one.target ? convertWord(one.target, scope) : null, heredoc: null };
  const { body, delimiter } = one;
  const expand = delimiter?.quoted !== true;
  return {
    ...head,
    target: null,
    heredoc: { body: wordOfParts(expand ? body.parts : undefined, body.text, body.pos, body.end, scope), expand },
  };
}
