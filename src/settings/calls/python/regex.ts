import { builtin, PYTHON, textArg } from '../../builtins/native.ts';
import { raise } from '../../raise.ts';
import { lift, liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom, listFrom } from '../../values/iterate.ts';
import { int, type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import type { ModelledModule } from '../registry.ts';

/** Python's number of a flag of `re`, as JavaScript writes it. */
const REGEX_FLAGS: Readonly<Record<string, string>> = { '0': '', '2': 'i', '8': 'm', '16': 's' };

/** A Python pattern that means the same to JavaScript; undefined for one that may not. */
function translated(pattern: string, flags: string): RegExp | undefined {
  if (/\(\?(?![:=!]|P<|<[=!])|\\[AZzGpPNU]|\(\?P[=>]|[*+?}]\+|\(\?#|\\[1-9]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<'), `${flags}u`);
  } catch {
    return undefined;
  }
}

/** Characters of a text that a pattern is run over: one with a repetition in a repeated group, one with several repetitions, any other. */
const SEARCHED = { exploding: 18, several: 300, simple: 20_000 };

/** Whether a group is repeated that may itself match in several ways: matching may take time exponential in the text. */
function mayExplode(pattern: string): boolean {
  const open: { loose: boolean }[] = [{ loose: false }];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    const inner = open.at(-1);
    if (inner === undefined) return true;
    if (c === '\\') i++;
    else if (c === '[') i = classEnd(pattern, i);
    else if (c === '(') open.push({ loose: false });
    else if (c === ')') {
      const closed = open.pop();
      const outer = open.at(-1);
      if (closed === undefined || outer === undefined) return true;
      const repeated = /^(?:[*+]|\{\d*,?\d*\})/.test(pattern.slice(i + 1, i + 12));
      if (repeated && closed.loose) return true;
      outer.loose ||= closed.loose;
    } else if (c === '*' || c === '+' || c === '?' || c === '|' || c === '{') inner.loose = true;
  }
  return false;
}

function classEnd(pattern: string, start: number): number {
  for (let i = start + 2; i < pattern.length; i++) {
    if (pattern.charAt(i) === '\\') i++;
    else if (pattern.charAt(i) === ']') return i;
  }
  return pattern.length;
}

/** Whether the pattern can be run over this text without taking long, and means the same: \w and its like know more letters in Python. */
function isSafe(source: { readonly pattern: string; readonly flags: string } | undefined, text: string): boolean {
  if (source === undefined) return false;
  const { pattern, flags } = source;
  if (/[^\x00-\x7f]/.test(text) && (flags.includes('i') || /\\[wWdDsSbB]/.test(pattern))) return false;
  const unbounded = pattern.match(/[*+]|\{\d*,\}/g)?.length ?? 0;
  return text.length <= (mayExplode(pattern) ? SEARCHED.exploding : unbounded > 1 ? SEARCHED.several : SEARCHED.simple);
}

export function reModule(run: Run): ModelledModule {
  const patternOf = (value: Known): { readonly pattern: string; readonly flags: string } | undefined =>
    value.obj.t === 'regex'
      ? { pattern: value.obj.pattern, flags: value.obj.flags }
      : value.obj.t === 'str'
        ? { pattern: value.obj.v, flags: '' }
        : undefined;
  const flagsOf = (value: Val | undefined): string | undefined =>
    value === undefined ? '' : value.k === 'known' && value.obj.t === 'int' ? REGEX_FLAGS[String(value.obj.v)] : undefined;
  const search = (name: string, anchor: (source: string) => string) => () =>
    builtin(name, (args, at) =>
      liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
        const flags = flagsOf(args.pos[2] ?? args.kw.get('flags'));
        const source = pattern === undefined ? undefined : patternOf(pattern);
        if (text?.obj.t === 'none') return raise(run, 'TypeError', 'expected string or bytes-like object', at, text.read?.name ?? null);
        const regex = source === undefined || flags === undefined ? undefined : translated(anchor(source.pattern), source.flags + flags);
        if (
          regex === undefined ||
          text?.obj.t !== 'str' ||
          hasRoot(text.obj.v) ||
          !isSafe(source, text.obj.v) ||
          (/\$/.test(source?.pattern ?? '') && text.obj.v.endsWith('\n'))
        )
          return unknownAt(run, 'unsupported-syntax', at);
        const found = regex.exec(text.obj.v);
        return found === null ? none(originAt(at)) : matchObject(run, found, text, at);
      }),
    );
  return {
    open: true,
    names: {
      compile: () =>
        builtin('compile', (args, at) =>
          lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
            const flags = flagsOf(args.pos[1] ?? args.kw.get('flags'));
            if (one.obj.t !== 'str') return one.obj.t === 'regex' ? one : unknownAt(run, 'unsupported-syntax', at);
            return known({ t: 'regex', pattern: one.obj.v, flags: flags ?? '?' }, originAt(at));
          }),
        ),
      match: search('match', (source) => `^(?:${source})`),
      search: search('search', (source) => source),
      fullmatch: search('fullmatch', (source) => `^(?:${source})$`),
      sub: () =>
        builtin('sub', (args, at) =>
          liftAll(run, args.pos.slice(0, 3), ([pattern, replacement, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex =
              source === undefined || args.pos.length > 3 || args.kw.size > 0 ? undefined : translated(source.pattern, `${source.flags}g`);
            if (
              regex === undefined ||
              replacement?.obj.t !== 'str' ||
              text?.obj.t !== 'str' ||
              hasRoot(text.obj.v) ||
              !isSafe(source, text.obj.v) ||
              replacement.obj.v.includes('\\') ||
              /\$/.test(source?.pattern ?? '')
            )
              return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
            const { v } = replacement.obj;
            return str(
              text.obj.v.replace(regex, () => v),
              originAt(at, undefined, text.origin),
              text.secret,
            );
          }),
        ),
      split: () =>
        builtin('split', (args, at) =>
          liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex =
              source === undefined || args.pos.length > 2 || /\(/.test(source.pattern)
                ? undefined
                : translated(source.pattern, source.flags);
            if (regex === undefined || text?.obj.t !== 'str' || hasRoot(text.obj.v) || !isSafe(source, text.obj.v) || regex.test(''))
              return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
            return known(
              listFrom(
                run,
                text.obj.v.split(regex).map((part) => str(part, originAt(at, undefined, text.origin), text.secret)),
              ),
              originAt(at),
            );
          }),
        ),
      findall: () =>
        builtin('findall', (args, at) =>
          liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex = source === undefined || args.pos.length > 2 ? undefined : translated(source.pattern, `${source.flags}g`);
            if (
              regex === undefined ||
              text?.obj.t !== 'str' ||
              hasRoot(text.obj.v) ||
              !isSafe(source, text.obj.v) ||
              /\((?!\?)|\(\?P</.test(source?.pattern ?? '')
            )
              return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
            return known(
              listFrom(
                run,
                (text.obj.v.match(regex) ?? []).map((part) => str(part, originAt(at, undefined, text.origin), text.secret)),
              ),
              originAt(at),
            );
          }),
        ),
      escape: () =>
        builtin('escape', (args, at) =>
          lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
            one.obj.t === 'str' && !hasRoot(one.obj.v)
              ? str(one.obj.v.replace(/[-\\^$*+?.()|[\]{}#&~ \t\n\r\v\f]/g, '\\$&'), originAt(at))
              : unknownAt(run, 'unsupported-syntax', at, { type: 'str' }),
          ),
        ),
      IGNORECASE: () => int(2, PYTHON),
      I: () => int(2, PYTHON),
      MULTILINE: () => int(8, PYTHON),
      M: () => int(8, PYTHON),
      DOTALL: () => int(16, PYTHON),
      S: () => int(16, PYTHON),
    },
  };
}

function matchObject(run: Run, found: RegExpExecArray, text: Known, site: Site): Val {
  const group = (index: string | undefined): Val =>
    index === undefined ? none(originAt(site)) : str(index, originAt(site, undefined, text.origin), text.secret);
  const one = (key: Val | undefined, at: Site): Val => {
    if (key === undefined) return group(found[0]);
    if (key.k === 'known' && key.obj.t === 'int')
      return Number(key.obj.v) < found.length ? group(found[Number(key.obj.v)]) : raise(run, 'IndexError', 'no such group', at);
    const name = textArg(key);
    return name === undefined
      ? unknownAt(run, 'dynamic-call', at)
      : found.groups !== undefined && name in found.groups
        ? group(found.groups[name])
        : raise(run, 'IndexError', 'no such group', at);
  };
  return known(
    {
      t: 'native',
      cls: 're.Match',
      truth: true,
      getItem: one,
      attr: (name) => {
        if (name === 'group')
          return builtin(name, (args, at) =>
            args.pos.length <= 1 ? one(args.pos[0], at) : known(tuple(args.pos.map((key) => one(key, at))), originAt(at)),
          );
        if (name === 'groups') return builtin(name, (_args, at) => known(tuple(found.slice(1).map(group)), originAt(at)));
        if (name === 'groupdict')
          return builtin(name, (_args, at) =>
            known(
              dictFrom(
                run,
                Object.entries(found.groups ?? {}).map(([key, value]) => [key, group(value)] as const),
                at,
              ),
              originAt(at),
            ),
          );
        return undefined;
      },
    },
    originAt(site),
  );
}
