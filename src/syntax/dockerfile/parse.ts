import type { InputProblem } from '../../files/tree.ts';
import type { ArgInstruction, Dockerfile, Instruction, Stage } from './document.ts';
import { announcedIn, readHeredocs } from './heredoc.ts';
import { type Maker, makerOf, type Parts, partsOf, type Refused } from './instruction.ts';
import { type Joined, nextJoined, type Reader, readerOf, spanIn } from './lines.ts';
import { plainWords, textOf } from './words.ts';

interface State {
  readonly reader: Reader;
  readonly problems: InputProblem[];
  readonly metaArgs: ArgInstruction[];
  readonly stages: (Stage & { readonly instructions: Instruction[] })[];
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;

/** Reads a Dockerfile as buildkit does; never throws. `file` only goes into the spans. */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const reader = readerOf(text, file);
  const state: State = { reader, problems: [], metaArgs: [], stages: [] };
  const syntax = readDirectives(reader);
  for (let joined = nextJoined(reader); joined !== undefined; joined = nextJoined(reader)) readInstruction(joined, state);
  if (state.stages.length === 0) problem(state, 0, 'The file has no FROM.');
  const { metaArgs, stages, problems } = state;
  return { escape: reader.escape, syntax, metaArgs, stages, comments: reader.comments, problems };
}

const DIRECTIVE = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*?)\s*$/;

/** `# escape=` and `# syntax=` count only before anything else; they stay comments too. */
function readDirectives(reader: Reader): string | null {
  let syntax: string | null = null;
  const seen = new Set<string>();
  for (const line of reader.lines) {
    const [, name = '', value = ''] = DIRECTIVE.exec(line.text) ?? [];
    const key = name.toLowerCase();
    if ((key !== 'escape' && key !== 'syntax' && key !== 'check') || seen.has(key)) break;
    seen.add(key);
    if (key === 'syntax') syntax = value;
    if (key === 'escape' && (value === '`' || value === '\\')) reader.escape = value;
  }
  return syntax;
}

function readInstruction(joined: Joined, state: State): void {
  const head = partsOf(joined, state.reader.escape);
  if (head === undefined) return;
  const keyword = head.keyword.toUpperCase();
  const make = makerOf(keyword);
  if (keyword === 'FROM') addStage(joined, head, state);
  else if (make === undefined) problem(state, joined.start, unknownKeyword(head.keyword));
  else addInstruction(joined, head, make, state);
}

function addInstruction(joined: Joined, head: Head, make: Maker, state: State): void {
  const plain = withBase(head, joined.end);
  const first = make(plain);
  const announced = takesHeredocs(first) && announcedIn(joined).length > 0;
  const heredocs = announced ? readHeredocs(state.reader, joined) : undefined;
  if (announced && heredocs === undefined) problem(state, joined.start, 'A heredoc is not terminated.');
  add(heredocs === undefined ? first : make({ ...withBase(head, heredocs.end), heredocs: heredocs.heredocs }), joined, state);
}

type Head = NonNullable<ReturnType<typeof partsOf>>;

/** Instructions written as JSON hold no heredocs. */
function takesHeredocs(made: Instruction | Refused): boolean {
  if ('refused' in made) return false;
  return made.kind === 'COPY' || made.kind === 'ADD' || (made.kind === 'RUN' && made.command.form === 'shell');
}

function withBase(head: Head, end: number): Parts {
  const keywordSpan = spanIn(head.joined, 0, head.keyword.length);
  return { ...head, heredocs: [], base: { keywordSpan, span: { file: head.joined.file, start: head.joined.start, end } } };
}

function add(made: Instruction | Refused, joined: Joined, state: State): void {
  const stage = state.stages[state.stages.length - 1];
  if ('refused' in made) problem(state, joined.start, made.refused);
  else if (stage !== undefined) stage.instructions.push(made);
  else if (made.kind === 'ARG') state.metaArgs.push(made);
  else problem(state, joined.start, `${made.kind} stands before the first FROM.`);
}

function addStage(joined: Joined, head: Head, state: State): void {
  const [base, as, name] = plainWords(joined.text, head.rest);
  const count = plainWords(joined.text, head.rest).length;
  if (base === undefined || (count !== 1 && !(count === 3 && as?.text.toLowerCase() === 'as'))) {
    problem(state, joined.start, 'FROM takes an image, or an image, AS and a name.');
    if (base === undefined) return;
  }
  state.stages.push({
    index: state.stages.length,
    name: name?.text.toLowerCase() ?? null,
    base: textOf(joined, base),
    platform: head.flags.find((flag) => flag.name === 'platform')?.value ?? null,
    span: { file: joined.file, start: joined.start, end: joined.end },
    instructions: [],
  });
}

function unknownKeyword(keyword: string): string {
  if (keyword.startsWith('{%') || keyword.startsWith('{{')) return 'A template statement stands where an instruction is expected.';
  return /^[A-Za-z]{1,20}$/.test(keyword) ? `\`${keyword}\` is no instruction.` : 'The line starts with no instruction.';
}

function problem(state: State, at: number, message: string): void {
  if (state.problems.length < MAX_PROBLEMS) state.problems.push({ id: 'input/syntax-error', file: state.reader.file, at, message });
}
