import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { YamlEntry, YamlNode, YamlScalar } from '../../syntax/yaml/node.ts';
import { plainValue } from '../../syntax/yaml/plain.ts';
import { type ManifestEntry, type ManifestNode, plainNode, textNode, textOfNode } from './node.ts';
import { TEMPLATE_ENTRIES } from './services.ts';
import { innerOf, negated, type TemplateBlock, type TemplateLine, type TemplateText } from './template-blocks.ts';
import { type ChartValues, conditionOf, evaluated, pathOf } from './values.ts';

/** A template of a chart, and what it is filled in with. */
export interface TemplateSource {
  readonly file: string;
  readonly text: string;
  readonly template: TemplateText;
  readonly values: ChartValues;
}

/** A node of a template with its values put in: what they do not settle is a hole, and never the whole file. */
export function templateNode(node: YamlNode, source: TemplateSource, end: number): ManifestNode {
  return converted(node, source, { start: node.span.start, end });
}

interface Region {
  readonly start: number;
  readonly end: number;
}

/** Blocks around an offset, the outermost first. */
export function blocksAround(at: number, { template }: TemplateSource): readonly TemplateBlock[] {
  return template.blocks.filter((one) => one.start <= at && at < one.end).sort((a, b) => a.start - b.start);
}

/** Whether what stands at an offset is there, given that its parent at another offset is; 'maybe' where both branches may be meant. */
export function isThere(at: number, parent: number | null, source: TemplateSource): Answer {
  const outer = new Set(parent === null ? [] : blocksAround(parent, source));
  let answer: Answer = 'yes';
  for (const one of blocksAround(at, source)) {
    if (outer.has(one)) continue;
    if (one.kind === 'range' || one.kind === 'define') return 'maybe';
    const holds = conditionOf(one.over, dotAt(one.start - 1, source), source.values);
    const is: Answer = one.negated ? negated(holds) : holds;
    if (is === 'maybe' || (is === 'no' && one.chained)) answer = 'maybe';
    else if (is === 'no') return 'no';
  }
  return answer;
}

/** What `.` means at an offset: the values of the innermost `with`. */
function dotAt(at: number, source: TemplateSource): string | null {
  const inner = blocksAround(at, source).filter((one) => one.kind === 'with' || one.kind === 'range');
  const last = inner.at(-1);
  if (last === undefined || last.kind === 'range' || last.negated) return null;
  const path = pathOf(last.over, null);
  return path === null ? null : `.Values.${path.join('.')}`;
}

function converted(node: YamlNode, source: TemplateSource, region: Region): ManifestNode {
  if (node.kind === 'scalar') return scalar(node, source);
  return node.kind === 'seq' ? list(node, source, region) : map(node, source, region);
}

function scalar(node: YamlScalar, source: TemplateSource): ManifestNode {
  const at = node.span;
  if (!node.hole) return plainNode(node, true);
  const holes = [...node.text.matchAll(/\{\{[\s\S]*?\}\}/g)].map(([one]) => one);
  const dot = dotAt(at.start, source);
  const parts = holes.map((one) => evaluated(innerOf(one), dot, source.values, at));
  const [only] = parts;
  if (holes.length === 1 && only !== undefined && only !== null && node.text.trim() === holes[0]) return typed(only, node);
  let text = node.text;
  let isWhole = true;
  for (const [index, one] of holes.entries()) {
    const value = textOfNode(parts[index] ?? null);
    if (value === null) isWhole = false;
    else text = text.replace(one, () => value);
  }
  if (!isWhole) return { kind: 'hole', text: nameText(text, source), at };
  return textNode(text, at);
}

function typed(value: ManifestNode, node: YamlScalar): ManifestNode {
  if (value.kind !== 'scalar') return value;
  return node.quoted
    ? textNode(value.text, value.at)
    : { ...value, value: typeof value.value === 'string' ? plainValue(value.text, 'go') : value.value };
}

/** Two templates that differ in blanks and dashes only make the same text; variables of a file are what they stand for. */
function nameText(text: string, { template, file }: TemplateSource): string {
  const whole = text.replace(/\$(\w+)/g, (all, name: string) => {
    const given = template.locals.get(name);
    return given === undefined || given === null || given.length > 200 ? `${all}@${file}` : `(${given})`;
  });
  return whole
    .replace(/\{\{-?\s*/g, '{{ ')
    .replace(/\s*-?\}\}/g, ' }}')
    .replace(/\s+/g, ' ')
    .replace(/\|\s*(quote|trunc \d+|trimSuffix "-")\s*/g, '');
}

function list(node: Extract<YamlNode, { kind: 'seq' }>, source: TemplateSource, region: Region): ManifestNode {
  let open: string | null =
    linesIn(region, source, columnOf(node.span.start, source.text)).length > 0 ? 'a template makes more items' : null;
  const items = node.items.flatMap((one, index) => {
    const there = isThere(one.span.start, node.span.start === one.span.start ? region.start : node.span.start, source);
    if (there === 'no') return [];
    if (there === 'maybe') {
      open = 'a template decides which items there are';
      return [];
    }
    return [converted(one, source, { start: one.span.start, end: node.items[index + 1]?.span.start ?? region.end })];
  });
  return { kind: 'list', items, at: node.span, open };
}

function columnOf(at: number, text: string): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** Expressions on lines of their own in a region that belong to a collection at a column, not to what stands in it. */
function linesIn(region: Region, { template }: TemplateSource, column: number): readonly TemplateLine[] {
  return template.lines.filter((one) => one.at >= region.start && one.end <= region.end && one.depth === column);
}

function map(node: Extract<YamlNode, { kind: 'map' }>, source: TemplateSource, region: Region): ManifestNode {
  const first = node.entries.find((one) => !one.merged);
  const column = first === undefined ? -1 : columnOf(first.keySpan.start, source.text);
  const entries = new Map<string, ManifestEntry>();
  let open: string | null = node.entries.some((one) => one.keyHole) ? 'a template names an entry' : null;
  const own = node.entries.filter((one) => !one.merged).sort((a, b) => a.keySpan.start - b.keySpan.start);
  own.forEach((one, index) => {
    const place: Region = { start: one.keySpan.end, end: own[index + 1]?.keySpan.start ?? region.end };
    const there = isThere(one.keySpan.start, region.start === one.keySpan.start ? null : region.start, source);
    const known = region.start === one.keySpan.start ? 'yes' : there;
    if (known === 'no') return;
    const value = known === 'maybe' ? hole(one, source) : entryValue(one, source, place);
    if (value !== null) entries.set(one.key, { keyAt: one.keySpan, value });
  });
  for (const one of node.entries.filter((entry) => entry.merged))
    if (!entries.has(one.key)) entries.set(one.key, { keyAt: one.keySpan, value: plainNode(one.value) });
  const claimed = own.filter(({ value }) => value.kind === 'scalar' && !value.hole && value.value === null);
  const isClaimed = (at: number) =>
    claimed.some((one) => one.keySpan.end <= at && at < (own[own.indexOf(one) + 1]?.keySpan.start ?? region.end));
  for (const line of linesIn(region, source, column).filter((one) => !isClaimed(one.at)))
    open = putIn(line, source, entries, region) ?? open;
  return { kind: 'map', entries, at: node.span, open };
}

function hole(entry: YamlEntry, source: TemplateSource): ManifestNode {
  const { start, end } = entry.value.span;
  return {
    kind: 'hole',
    text: nameText(source.text.slice(entry.keySpan.start, Math.max(end, entry.keySpan.end)), source),
    at: end > start ? entry.value.span : entry.keySpan,
  };
}

/** An empty value is what the expressions on the lines below it make. */
function entryValue(entry: YamlEntry, source: TemplateSource, place: Region): ManifestNode | null {
  const { value } = entry;
  if (value.kind !== 'scalar' || value.hole || value.value !== null)
    return converted(value, source, { start: value.span.start, end: place.end });
  const column = columnOf(entry.keySpan.start, source.text);
  const lines = source.template.lines.filter((one) => one.at >= place.start && one.end <= place.end && one.depth >= column);
  const there = lines.map((one) => isThere(one.at, entry.keySpan.start, source));
  const meant = lines.filter((_, index) => there[index] !== 'no');
  const [only] = meant;
  if (only === undefined) return plainNode(value);
  const made =
    meant.length === 1 && there[lines.indexOf(only)] === 'yes'
      ? evaluated(only.expression, dotAt(only.at, source), source.values, spanOf(only, source))
      : null;
  const names = meant.map(
    (one) => [nameText(`{{ ${one.expression.replace(/\|\s*n?indent\s+\d+/, '')} }}`, source), spanOf(one, source)] as const,
  );
  if (made !== null) return made;
  const entries = names.map(([key, at]) => [key, { keyAt: at, value: { kind: 'hole', text: key, at } }] as const);
  // Labels of one template on both sides are the same.
  return { kind: 'map', entries: new Map<string, ManifestEntry>(entries), at: spanOf(only, source), open: TEMPLATE_ENTRIES };
}

function spanOf(line: TemplateLine, { file }: TemplateSource): Span {
  return { file, start: line.at, end: line.end };
}

/** Entries that an expression adds to a map; what it leaves open. */
function putIn(line: TemplateLine, source: TemplateSource, entries: Map<string, ManifestEntry>, region: Region): string | null {
  const there = isThere(line.at, region.start, source);
  if (there === 'no') return null;
  const made = there === 'yes' ? evaluated(line.expression, dotAt(line.at, source), source.values, spanOf(line, source)) : null;
  if (made?.kind === 'map') {
    for (const [key, entry] of made.entries) entries.set(key, entry);
    return null;
  }
  const key = nameText(`{{ ${line.expression.replace(/\|\s*n?indent\s+\d+/, '')} }}`, source);
  const at = spanOf(line, source);
  entries.set(key, { keyAt: at, value: { kind: 'hole', text: key, at } });
  return TEMPLATE_ENTRIES;
}
