import type { PlainData, PlainMap } from '../plain-data.ts';

/**
 * The plain part of YAML 1.2, without loading a library: block mappings and lists, flow ones on one line, quoted and plain scalars.
 * What else YAML has (anchors, tags, block scalars, texts over several lines, several documents) is no document here.
 */

class Refused extends Error {}

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly at: number;
}

interface Reader {
  readonly lines: readonly Line[];
  next: number;
  depth: number;
}

const MAX_DEPTH = 40;

/** A line without its comment; null for one that holds nothing. */
function contentOf(line: string, at: number): Line | null {
  const indent = line.length - line.trimStart().length;
  if (line.slice(0, indent).includes('\t')) throw new Refused();
  let quote = '';
  let end = line.length;
  for (let i = indent; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== '') {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && (i === indent || /[\s[{,:-]/.test(line.charAt(i - 1)))) quote = char;
    else if (char === '#' && (i === indent || /\s/.test(line.charAt(i - 1)))) {
      end = i;
      break;
    }
  }
  if (quote !== '') throw new Refused();
  const text = line.slice(indent, end).trimEnd();
  return text === '' ? null : { indent, text, at: at + indent };
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (const raw of text.split('\n')) {
    const line = contentOf(raw, at);
    if (line !== null) {
      if (/^(---|\.\.\.|%)/.test(line.text) && !(line.text === '---' && lines.length === 0)) throw new Refused();
      if (line.text !== '---') lines.push(line);
    }
    at += raw.length + 1;
  }
  return lines;
}

/** A block that stands at one indentation. */
function block(reader: Reader, indent: number): PlainData {
  if (reader.depth++ > MAX_DEPTH) throw new Refused();
  const first = reader.lines[reader.next];
  if (first === undefined || first.indent !== indent) throw new Refused();
  const made = isItem(first.text) ? list(reader, indent) : mapping(reader, indent);
  reader.depth--;
  return made;
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}

function list(reader: Reader, indent: number): PlainData {
  const items: PlainData[] = [];
  const at = reader.lines[reader.next]?.at ?? 0;
  for (;;) {
    const line = reader.lines[reader.next];
    if (line === undefined || line.indent !== indent || !isItem(line.text)) break;
    const rest = line.text.slice(1).trimStart();
    const inner = indent + line.text.length - rest.length;
    if (rest === '') {
      reader.next++;
      items.push(below(reader, indent, false, line.at));
    } else if (isItem(rest) || keyOf(rest) !== null) {
      // The item is a block of its own that begins on this line.
      const lines = [...reader.lines];
      lines[reader.next] = { indent: inner, text: rest, at: line.at };
      const nested: Reader = { lines, next: reader.next, depth: reader.depth };
      items.push(block(nested, inner));
      reader.next = nested.next;
    } else {
      reader.next++;
      items.push(inline(rest, line.at));
      noContinuation(reader, indent);
    }
  }
  return { kind: 'list', items, at };
}

/** `key:` and what follows it; null for a line that is no pair. */
function keyOf(text: string): { readonly key: string; readonly rest: string } | null {
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')\s*:(?:\s+(.*)|$)/.exec(text);
  if (quoted !== null) return { key: quoted[1] ?? quoted[2] ?? '', rest: quoted[3] ?? '' };
  const plain = /^([A-Za-z_][\w.@ -]*?)\s*:(?:\s+(.*)|$)/.exec(text);
  if (plain === null) return null;
  const key = plain[1] ?? '';
  if (scalar(key, 0).kind !== 'str') throw new Refused();
  return { key, rest: plain[2] ?? '' };
}

function mapping(reader: Reader, indent: number): PlainMap {
  const made: PlainMap = { kind: 'map', at: reader.lines[reader.next]?.at ?? 0, entries: new Map() };
  for (;;) {
    const line = reader.lines[reader.next];
    if (line === undefined || line.indent !== indent || isItem(line.text)) break;
    const pair = keyOf(line.text);
    if (pair === null || made.entries.has(pair.key)) throw new Refused();
    reader.next++;
    if (pair.rest === '') made.entries.set(pair.key, below(reader, indent, true, line.at));
    else {
      made.entries.set(pair.key, inline(pair.rest, line.at));
      noContinuation(reader, indent);
    }
  }
  return made;
}

/** The block under a key or a dash; nothing there is null. Lists may stand as far left as their key. */
function below(reader: Reader, indent: number, isKey: boolean, at: number): PlainData {
  const line = reader.lines[reader.next];
  if (line !== undefined && line.indent > indent) return lineIsBlock(line) ? block(reader, line.indent) : refuse();
  if (isKey && line !== undefined && line.indent === indent && isItem(line.text)) return block(reader, indent);
  return { kind: 'null', at };
}

function lineIsBlock(line: Line): boolean {
  return isItem(line.text) || keyOf(line.text) !== null;
}

function refuse(): never {
  throw new Refused();
}

/** A scalar goes on in the next line when that is further in. */
function noContinuation(reader: Reader, indent: number): void {
  const line = reader.lines[reader.next];
  if (line !== undefined && line.indent > indent) throw new Refused();
}

interface Flow {
  readonly text: string;
  readonly at: number;
  i: number;
  depth: number;
}

function inline(text: string, at: number): PlainData {
  const flow: Flow = { text, at, i: 0, depth: 0 };
  if (!/^[[{"']/.test(text)) return scalar(text, at);
  const made = flowValue(flow);
  if (flow.i !== text.length) throw new Refused();
  return made;
}

function blanks(flow: Flow): void {
  while (flow.text[flow.i] === ' ') flow.i++;
}

function flowValue(flow: Flow): PlainData {
  blanks(flow);
  const char = flow.text[flow.i];
  if (flow.depth > MAX_DEPTH || char === undefined) throw new Refused();
  if (char === '"' || char === "'") return { kind: 'str', v: quoted(flow, char), at: flow.at };
  if (char === '[' || char === '{') {
    flow.depth++;
    const made = char === '[' ? flowList(flow) : flowMap(flow);
    flow.depth--;
    return made;
  }
  const found = /^[^,[\]{}"'#:]+(?::(?![\s,[\]{}])[^,[\]{}"'#:]*)*/.exec(flow.text.slice(flow.i));
  if (found === null) throw new Refused();
  flow.i += found[0].length;
  return scalar(found[0].trim(), flow.at);
}

function quoted(flow: Flow, quote: string): string {
  const shape = quote === '"' ? /^"((?:[^"\\]|\\["\\/nt])*)"/ : /^'((?:[^']|'')*)'/;
  const found = shape.exec(flow.text.slice(flow.i));
  if (found === null) throw new Refused();
  flow.i += found[0].length;
  const text = found[1] ?? '';
  if (quote === "'") return text.replaceAll("''", "'");
  return text.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}

function flowList(flow: Flow): PlainData {
  const items: PlainData[] = [];
  flow.i++;
  blanks(flow);
  while (flow.text[flow.i] !== ']') {
    items.push(flowValue(flow));
    separator(flow, ']');
  }
  flow.i++;
  blanks(flow);
  return { kind: 'list', items, at: flow.at };
}

function flowMap(flow: Flow): PlainData {
  const made: PlainMap = { kind: 'map', at: flow.at, entries: new Map() };
  flow.i++;
  blanks(flow);
  while (flow.text[flow.i] !== '}') {
    const key = flowValue(flow);
    blanks(flow);
    if (key.kind !== 'str' || made.entries.has(key.v) || !/^:[ [{"']/.test(flow.text.slice(flow.i))) throw new Refused();
    flow.i++;
    made.entries.set(key.v, flowValue(flow));
    separator(flow, '}');
  }
  flow.i++;
  blanks(flow);
  return made;
}

function separator(flow: Flow, end: string): void {
  blanks(flow);
  if (flow.text[flow.i] === ',') {
    flow.i++;
    blanks(flow);
  } else if (flow.text[flow.i] !== end) throw new Refused();
}

/** A plain scalar as the core schema of YAML 1.2 reads it; what readers take for other things is a doubt. */
function scalar(text: string, at: number): PlainData {
  if (/^(~|null|Null|NULL)?$/.test(text)) return { kind: 'null', at };
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(text)) return { kind: 'bool', v: text.toLowerCase() === 'true', at };
  if (/^[-+]?(0|[1-9]\d*)$/.test(text)) return { kind: 'int', v: BigInt(text.replace('+', '')), at };
  if (/^[-+]?\d+\.\d+$/.test(text)) return { kind: 'float', v: Number(text), at };
  if (text === '=' || text === '<<') throw new Refused();
  if (/: |:$| #|^[?:-](\s|$)|^[,[\]{}#&*!|>'"%@`]|[\x00-\x08\x0b-\x1f\x7f]/.test(text)) throw new Refused();
  if (/^\d+\.\d+\.\d+\.\d+(:\d+|\/\d+)?$/.test(text)) return { kind: 'str', v: text, at };
  return /^[-+.\d=]/.test(text) && !/^(\.{0,2}\/|--?[a-z])/.test(text) ? { kind: 'doubt', at } : { kind: 'str', v: text, at };
}

/** A whole file that is one mapping; undefined where it is not valid or holds more than the plain part. */
export function parseYamlData(text: string): PlainMap | undefined {
  try {
    const lines = linesOf(text.replaceAll('\r\n', '\n').replace(/^\ufeff/, ''));
    if (lines.length === 0) return { kind: 'map', at: 0, entries: new Map() };
    const reader: Reader = { lines, next: 0, depth: 0 };
    const made = block(reader, lines[0]?.indent ?? 0);
    return made.kind === 'map' && reader.next === lines.length ? made : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
