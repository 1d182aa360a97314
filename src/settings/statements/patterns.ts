import type { Pattern } from '../../syntax/python/index.ts';
import { isInstance } from '../builtins/objects.ts';
import { attribute, attributeOf } from '../expressions/attributes.ts';
import { compare } from '../expressions/comparison.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { lookupClass } from '../expressions/instances.ts';
import { subscript } from '../expressions/subscripts.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { dictFrom, itemsOf, listFrom } from '../values/iterate.ts';
import { bool, type DictObj, derived, type Known, known, none, type ScopeChain, type Site, type Unk, type Val } from '../values/object.ts';
import { writeMap } from '../values/state.ts';
import { keyOf } from '../values/text.ts';

/** Names that a pattern binds when it matches as a whole. */
export type Captures = (readonly [string, Val])[];

interface Matching {
  readonly run: Run;
  readonly chain: ScopeChain;
  readonly site: Site;
  readonly captures: Captures;
}

/** Whether a pattern matches: a bool, or unknown. */
export function matchPattern(run: Run, pattern: Pattern, subject: Val, chain: ScopeChain, site: Site, captures: Captures): Val {
  return match({ run, chain, site, captures }, pattern, subject);
}

function match(on: Matching, pattern: Pattern, subject: Val): Val {
  const { run, site, chain, captures } = on;
  switch (pattern.kind) {
    case 'any':
      return answer(on, true);
    case 'capture':
      captures.push([pattern.name, subject]);
      return answer(on, true);
    case 'value': {
      const value = evaluate(run, pattern.value, chain);
      const constant = value.k === 'known' && (value.obj.t === 'none' || value.obj.t === 'bool');
      return compare(run, constant ? 'is' : '==', subject, value, site);
    }
    case 'or':
      return anyOf(on, pattern.options, subject);
    case 'as': {
      const inner = match(on, pattern.pattern, subject);
      captures.push([pattern.name, subject]);
      return inner;
    }
    case 'sequence':
      return sequence(on, pattern.items, subject);
    case 'mapping':
      return mapping(on, pattern, subject);
    case 'class':
      return classPattern(on, pattern, subject);
    case 'rest':
    case 'unsupported':
      return open(on);
  }
}

function answer(on: Matching, is: boolean): Val {
  return bool(is, originAt(on.site));
}

function open(on: Matching): Unk {
  return unknownAt(on.run, 'unsupported-syntax', on.site, { type: 'bool' });
}

function truth(value: Val): boolean | undefined {
  return value.k === 'known' && value.obj.t === 'bool' ? value.obj.v : undefined;
}

/** The first that matches; behind one that may match nothing is certain, and what it binds neither. */
function anyOf(on: Matching, options: readonly Pattern[], subject: Val): Val {
  for (const [i, option] of options.entries()) {
    const captures: Captures = [];
    const result = match({ ...on, captures }, option, subject);
    const is = truth(result);
    if (is === false) continue;
    if (is === true) {
      on.captures.push(...captures);
      return result;
    }
    if (i === options.length - 1 && captures.length === 0) return result;
    const hole = open(on);
    for (const [name] of captures) on.captures.push([name, derived(hole)]);
    return hole;
  }
  return answer(on, false);
}

/** All of several parts must match. */
function allOf(on: Matching, parts: readonly (() => Val)[]): Val {
  let unsure: Val | undefined;
  for (const part of parts) {
    const result = part();
    const is = truth(result);
    if (is === false) return result;
    if (is === undefined) unsure = unsure === undefined ? result : open(on);
  }
  return unsure ?? answer(on, true);
}

function sequence(on: Matching, patterns: readonly Pattern[], subject: Val): Val {
  const { run, site } = on;
  if (subject.k !== 'known') return open(on);
  const { obj } = subject;
  if (obj.t === 'instance' || obj.t === 'native') return open(on);
  if ((obj.t !== 'tuple' && obj.t !== 'list' && obj.t !== 'range') || (obj.t === 'list' && obj.view)) return answer(on, false);
  const items = itemsOf(run, subject, site);
  if (items === undefined || items.some((one) => one.k === 'unk' && one.many)) return open(on);
  const star = patterns.findIndex((one) => one.kind === 'rest');
  if (star === -1 ? items.length !== patterns.length : items.length < patterns.length - 1) return answer(on, false);
  const after = star === -1 ? 0 : patterns.length - star - 1;
  return allOf(
    on,
    patterns.map((one, i) => () => {
      if (one.kind === 'rest') {
        if (one.name !== null) on.captures.push([one.name, known(listFrom(run, items.slice(i, items.length - after)), originAt(site))]);
        return answer(on, true);
      }
      const at = star !== -1 && i > star ? items.length - (patterns.length - i) : i;
      return match(on, one, items[at] ?? none(originAt(site)));
    }),
  );
}

function mapping(on: Matching, pattern: Extract<Pattern, { kind: 'mapping' }>, subject: Val): Val {
  const { run, site, chain } = on;
  if (subject.k !== 'known') return open(on);
  const { obj } = subject;
  if (obj.t === 'instance' || obj.t === 'native') return open(on);
  if (obj.t !== 'dict') return answer(on, false);
  if (obj.cell.state.open !== null) return open(on);
  const keys = pattern.items.map((item) => evaluate(run, item.key, chain));
  const result = allOf(
    on,
    pattern.items.map((item, i) => () => {
      const key = keys[i] ?? none(originAt(site));
      const there = compare(run, 'in', key, subject, site);
      return truth(there) === true ? match(on, item.pattern, subscript(run, subject, key, site)) : there;
    }),
  );
  if (pattern.rest !== null && truth(result) !== false) on.captures.push([pattern.rest, remainder(on, obj, keys)]);
  return result;
}

function remainder(on: Matching, dict: DictObj, keys: readonly Val[]): Known {
  const rest = dictFrom(on.run, [], on.site);
  const without = new Set(keys.map((key) => (key.k === 'known' ? keyOf(key.obj) : null)));
  const { entries } = writeMap(on.run.journal, rest.cell);
  for (const [id, entry] of dict.cell.state.entries) if (!without.has(id)) entries.set(id, entry);
  return known(rest, originAt(on.site));
}

/** Built-in types whose one positional pattern matches the subject itself. */
const SELF_MATCHING: ReadonlySet<string> = new Set([
  ...['bool', 'bytearray', 'bytes', 'dict', 'float', 'frozenset', 'int', 'list', 'set', 'str', 'tuple'],
]);

function classPattern(on: Matching, pattern: Extract<Pattern, { kind: 'class' }>, subject: Val): Val {
  const { run, site } = on;
  const cls = evaluate(run, pattern.cls, on.chain);
  if (subject.k !== 'known') return open(on);
  const is = isInstance(run, subject, cls);
  if (is === undefined) return open(on);
  if (!is) return answer(on, false);
  const names = matchArgs(on, cls, pattern.items.length);
  if (names === undefined) return open(on);
  const parts = [
    ...pattern.items.map((item, i) => () => (names === 'self' ? match(on, item, subject) : part(on, names[i] ?? '', item, subject))),
    ...pattern.keywords.map((one) => () => part(on, one.name, one.pattern, subject)),
  ];
  return allOf(on, parts);
  function part(of: Matching, name: string, inner: Pattern, from: Known): Val {
    const value = attributeOf(run, from, name, site);
    return value === undefined ? (from.obj.t === 'instance' ? answer(of, false) : open(of)) : match(of, inner, value);
  }
}

function matchArgs(on: Matching, cls: Val, count: number): readonly string[] | 'self' | undefined {
  if (count === 0) return [];
  if (cls.k !== 'known') return undefined;
  if (cls.obj.t === 'builtin') return cls.obj.type && SELF_MATCHING.has(cls.obj.name) && count === 1 ? 'self' : undefined;
  if (cls.obj.t !== 'class' || lookupClass(cls.obj, '__match_args__') === undefined) return undefined;
  const listed = attribute(on.run, cls, '__match_args__', on.site);
  if (listed.k !== 'known' || listed.obj.t !== 'tuple') return undefined;
  const names = listed.obj.items.flatMap((one) => (one.k === 'known' && one.obj.t === 'str' ? [one.obj.v] : []));
  return names.length >= count ? names : undefined;
}
