import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { HaproxyFile, HaproxyLine, HaproxySection, HaproxyWord } from '../../syntax/haproxy/index.ts';
import { type Acls, aclsOf } from './conditions.ts';

/** One file of a configuration. */
export interface HaproxySource {
  readonly file: string;
  readonly document: HaproxyFile;
}

/** A frontend, backend or listen section with the defaults that hold for it. */
export interface Scope {
  readonly section: HaproxySection;
  readonly lines: readonly HaproxyLine[];
  readonly defaults: readonly HaproxyLine[];
  readonly acls: Acls;
}

/** The sections of the given kinds, each with its `defaults`: those named by `from`, else the last ones before it. */
export function scopesOf({ sections }: HaproxyFile, ...kinds: readonly string[]): readonly Scope[] {
  const byName = new Map<string, readonly HaproxyLine[]>();
  const out: Scope[] = [];
  let current: readonly HaproxyLine[] = [];
  for (const section of sections) {
    const words = [section.name, ...section.args].flatMap((word) => (word === null ? [] : [word.text]));
    const from = words.indexOf('from');
    const parent = from === -1 ? undefined : byName.get(words[from + 1] ?? '');
    if (section.kind === 'defaults') {
      current = [...(parent ?? []), ...section.lines];
      if (section.name !== null) byName.set(section.name.text, current);
    } else if (kinds.includes(section.kind))
      out.push({ section, lines: section.lines, defaults: parent ?? current, acls: aclsOf(section.lines) });
  }
  return out;
}

/** Lines of a keyword (of one or more words: `option forwardfor`) in the section itself. */
export function own(lines: readonly HaproxyLine[], ...keyword: readonly string[]): readonly HaproxyLine[] {
  return lines.filter(({ words }) => keyword.every((text, i) => words[i]?.text === text));
}

/** The line in force for a keyword: the last of the section, else the last of its defaults. */
export function inForce({ lines, defaults }: Scope, ...keyword: readonly string[]): HaproxyLine | null {
  return own(lines, ...keyword).at(-1) ?? own(defaults, ...keyword).at(-1) ?? null;
}

/** `option x`, unless `no option x` stands nearer. */
export function optionLine(scope: Scope, name: string): HaproxyLine | null {
  for (const lines of [scope.lines, scope.defaults]) {
    const found = lines.filter(({ words }) => {
      const texts = words.map((word) => word.text);
      return (texts[0] === 'option' && texts[1] === name) || (texts[0] === 'no' && texts[1] === 'option' && texts[2] === name);
    });
    const last = found.at(-1);
    if (last !== undefined) return last.words[0]?.text === 'no' ? null : last;
  }
  return null;
}

export function modeOf(scope: Scope): string {
  return inForce(scope, 'mode')?.words[1]?.text ?? 'tcp';
}

const UNITS: Readonly<Record<string, number>> = { us: 0.000001, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time; milliseconds without a unit. Null when HAProxy would refuse it. */
export function haproxySeconds(text: string): number | null {
  const found = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text);
  return found === null ? null : Number(found[1]) * (UNITS[found[2] ?? 'ms'] ?? 1);
}

export function wordValue(word: HaproxyWord): Value<string> {
  const origin = textOrigin(word.span);
  return word.hole ? unknown('host', origin, [], 'str') : known(word.text, origin);
}
