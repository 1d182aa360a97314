import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { type ManifestEntry, type ManifestNode, nodeAt, textNode, textOfNode } from './node.ts';

/** What a chart is installed with. */
export interface ChartValues {
  readonly root: ManifestNode | null;
  /** A file for production says the last word; else whoever installs the chart may set what is empty. */
  readonly isFinal: boolean;
  readonly chartName: string | null;
}

/** Values of a later file over those of an earlier one: maps are merged, everything else is replaced. */
export function overlaid(base: ManifestNode | null, over: ManifestNode | null): ManifestNode | null {
  if (over === null || base?.kind !== 'map' || over.kind !== 'map') return over ?? base;
  const entries = new Map<string, ManifestEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const value = overlaid(entries.get(key)?.value ?? null, entry.value);
    if (value !== null) entries.set(key, { keyAt: entry.keyAt, value });
  }
  return { ...base, entries };
}

/** Whether a condition of a template holds: a plain value, or `not` one. */
export function conditionOf(text: string, dot: string | null, values: ChartValues): Answer {
  const inner = /^not\s+(\S+)$/.exec(text)?.[1];
  const path = pathOf(inner ?? text, dot);
  if (path === null) return 'maybe';
  const truth = truthOf(path, values);
  return inner === undefined || truth === 'maybe' ? truth : truth === 'yes' ? 'no' : 'yes';
}

function truthOf(path: readonly string[], values: ChartValues): Answer {
  const node = nodeAt(values.root, ...path);
  if (node?.kind === 'hole') return 'maybe';
  if (node !== null && !isEmpty(node)) return 'yes';
  return values.isFinal ? 'no' : 'maybe';
}

function isEmpty(node: ManifestNode): boolean {
  if (node.kind === 'scalar') return node.value === null || node.value === false || node.value === '' || node.value === 0;
  if (node.kind === 'list') return node.items.length === 0;
  return node.kind === 'map' && node.entries.size === 0;
}

/** `.Values.a.b`, or `.` and `.c` within `with .Values.a`, as the keys below the values. */
export function pathOf(text: string, dot: string | null): readonly string[] | null {
  const whole =
    text === '.'
      ? dot
      : /^\.[\w.]+$/.test(text) && !/^\.(Values|Release|Chart|Capabilities|Files|Template)\b/.test(text) && dot !== null
        ? `${dot}${text}`
        : text;
  const found = /^\$?\.Values\.([\w.]+)$/.exec(whole ?? '');
  return found === null ? null : (found[1] ?? '').split('.');
}

/** What an expression yields; null when that is not known. */
export function evaluated(expression: string, dot: string | null, values: ChartValues, at: Span): ManifestNode | null {
  if (expression.includes('(')) return null;
  const [first = '', ...filters] = piped(expression);
  let node = operand(first.trim(), dot, values, at);
  for (const one of filters) node = filtered(node, one.trim(), dot, values, at);
  // What is empty by default is meant to be set by whoever installs the chart.
  return node === null || node.kind === 'hole' || (isEmpty(node) && !values.isFinal) ? null : node;
}

function piped(text: string): readonly string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|`[^`]*`|[^|])+/g) ?? [];
}

function operand(text: string, dot: string | null, values: ChartValues, at: Span): ManifestNode | null {
  const literal = /^"((?:\\.|[^"\\])*)"$/.exec(text)?.[1];
  if (literal !== undefined) return textNode(literal, at);
  if (/^\$?\.Chart\.Name$/.test(text)) return values.chartName === null ? null : textNode(values.chartName, at);
  const path = pathOf(text, dot);
  if (path !== null) return nodeAt(values.root, ...path) ?? { kind: 'scalar', value: null, text: '', at };
  const call = /^(toYaml|quote|squote|toString|int|b64enc|tpl)\s+(\S+)(\s+\$|\s+\.)?$/.exec(text);
  if (call !== null) return filtered(operand(call[2] ?? '', dot, values, at), call[1] ?? '', dot, values, at);
  const fallback = /^default\s+("(?:\\.|[^"\\])*"|\S+)\s+(\S+)$/.exec(text);
  return fallback === null ? null : filtered(operand(fallback[2] ?? '', dot, values, at), `default ${fallback[1] ?? ''}`, dot, values, at);
}

function filtered(node: ManifestNode | null, filter: string, dot: string | null, values: ChartValues, at: Span): ManifestNode | null {
  const fallback = /^default\s+(.+)$/.exec(filter)?.[1];
  if (fallback !== undefined) {
    if (node === null || node.kind === 'hole' || !isEmpty(node)) return node;
    return values.isFinal ? operand(fallback, dot, values, at) : null;
  }
  if (/^(n?indent\s+\d+|toYaml|int|trim)$/.test(filter)) return node;
  const text = textOfNode(node);
  if (node === null || text === null) return null;
  if (/^(quote|squote|toString)$/.test(filter)) return textNode(text, node.at);
  if (filter === 'b64enc') return textNode(base64Of(text), node.at);
  return filter === 'tpl' && !text.includes('{{') ? node : null;
}

function base64Of(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text.slice(0, 10_000))));
}
