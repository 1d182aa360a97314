import type { Data } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import { unknown, type Value } from '../../core/value.ts';
import { type HclExpression, heredocAt } from '../../syntax/hcl/index.ts';
import { valueAt } from '../infrastructure/data.ts';
import { type JsonHole, jsonData } from '../infrastructure/json.ts';
import { evaluate } from './evaluate.ts';
import { fileAt } from './functions.ts';
import type { Module } from './module.ts';

/** Arguments that hold JSON: their text is read, so that one question fits all ways to write it. */
export const JSON_ARGUMENTS: ReadonlySet<string> = new Set(['container_definitions', 'policy', 'access_policies']);

/** What an argument of JSON says, however it is written: jsonencode, a heredoc, a text, a file or a template file. */
export function jsonArgument(one: HclExpression, module: Module): Value<Data> {
  const local = followed(one, module, 0);
  if (local !== null) return jsonArgument(local, module);
  if (one.kind === 'call' && one.name === 'templatefile') return ofTemplateFile(one, module);
  const { file, start, end } = one.span;
  const text = module.source.texts.get(file) ?? '';
  const heredoc = one.kind === 'literal' || one.kind === 'template' ? heredocAt(text, start, end) : null;
  if (heredoc !== null) {
    if (one.kind === 'template' && !one.plain) return unknown('unsupported-syntax', textOrigin(one.span));
    const holes = one.kind === 'template' ? holesOf(one.parts, text, module) : [];
    return jsonData(text.slice(heredoc.start, heredoc.end), { file, offset: heredoc.start }, holes, module.shared.parseYaml);
  }
  const value = evaluate(one, module);
  if (value.kind !== 'known' || typeof value.value !== 'string') return value;
  const at = value.origin.step === 'text' ? value.origin.at : one.span;
  const whole = module.shared.read(at.file) === value.value;
  // Offsets inside of an escaped text are none of the file: all of it stands where the text does.
  return jsonData(value.value, { file: at.file, offset: whole ? 0 : at.start, ...(whole ? {} : { all: at }) }, [], module.shared.parseYaml);
}

/** The expression that a local name stands for. */
function followed(one: HclExpression, module: Module, depth: number): HclExpression | null {
  if (one.kind !== 'reference' || one.root !== 'local' || one.path.length !== 1 || depth > 16) return null;
  const [name] = one.path;
  const next = typeof name === 'string' ? (module.locals.get(name) ?? null) : null;
  return next === null || next === one ? null : (followed(next, module, depth + 1) ?? (next.kind === 'reference' ? null : next));
}

function holesOf(parts: readonly (string | HclExpression)[], text: string, module: Module): readonly JsonHole[] {
  return parts.flatMap((part): readonly JsonHole[] => {
    if (typeof part === 'string') return [];
    const start = text.lastIndexOf('${', part.span.start);
    const end = text.indexOf('}', part.span.end) + 1;
    return start === -1 || end === 0 ? [] : [{ start, end, value: evaluate(part, module) }];
  });
}

/** `${name}` is an entry of the second argument. */
function ofTemplateFile(call: Extract<HclExpression, { readonly kind: 'call' }>, module: Module): Value<Data> {
  const [path, variables] = call.args;
  const written = path === undefined ? null : evaluate(path, module);
  const found = written?.kind === 'known' ? fileAt(written.value, module) : null;
  if (found === null || /%\{/.test(found.text)) return unknown('missing-file', textOrigin(call.span));
  const given = variables === undefined ? null : evaluate(variables, module);
  const holes = [...found.text.matchAll(/(?<!\$)\$\{([^{}]*)\}/g)].map((hole): JsonHole => {
    const name = (hole[1] ?? '').trim();
    const at = textOrigin({ file: found.file, start: hole.index, end: hole.index + hole[0].length });
    const value = given === null || !/^\w+$/.test(name) ? unknown('dynamic-call', at) : valueAt(given, [name]);
    const plain: Value<Data> =
      value.kind === 'known' && value.value !== undefined ? { ...value, value: value.value } : unknown('dynamic-call', at);
    return { start: hole.index, end: hole.index + hole[0].length, value: plain };
  });
  return jsonData(found.text, { file: found.file, offset: 0 }, holes, module.shared.parseYaml);
}
