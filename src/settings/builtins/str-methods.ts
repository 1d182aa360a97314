import { ROOT } from '../../core/data.ts';
import { textResult, typeError } from '../expressions/operators.ts';
import { plainOf } from '../expressions/overloads.ts';
import { raise } from '../raise.ts';
import { liftAll, originAt, type Run, unknownAt } from '../run.ts';
import { listFrom } from '../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, type Site, str, tuple, type Val } from '../values/object.ts';
import { hasAbove } from '../values/paths.ts';
import { characters, hasRoot, lengthOf } from '../values/text.ts';
import { codec, encoded } from './codecs.ts';
import { braceFormat, joinTexts, padded } from './format.ts';
import { arg, boolArg, textArg } from './native.ts';

type TextCall = (run: Run, self: Known, text: string, args: CallArgs, site: Site) => Val;

const SPACE = ' \t\n\r\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000';
const SPACES = new RegExp(`[${SPACE}]+`, 'g');
const ONE_SPACE = new RegExp(`[${SPACE}]`);

export function stripText(text: string, chars: string | null, where: 'both' | 'left' | 'right'): string {
  if (chars === null) {
    let start = 0;
    let end = text.length;
    if (where !== 'right') while (start < end && ONE_SPACE.test(text.charAt(start))) start++;
    if (where !== 'left') while (end > start && ONE_SPACE.test(text.charAt(end - 1))) end--;
    return text.slice(start, end);
  }
  const set = new Set(characters(chars));
  const all = characters(text);
  let from = 0;
  let to = all.length;
  if (where !== 'right') while (from < to && set.has(all[from] ?? '')) from++;
  if (where !== 'left') while (to > from && set.has(all[to - 1] ?? '')) to--;
  return all.slice(from, to).join('');
}

/** Whether stripping could touch the unknown text of the repository's place. */
function stripTouchesRoot(text: string, chars: string | null, where: 'both' | 'left' | 'right'): boolean {
  if (!hasRoot(text)) return false;
  if (hasAbove(text)) return chars !== null;
  const rest = stripText(text.replaceAll(ROOT, '\ue000'), chars, where);
  if (where !== 'right' && rest.startsWith('\ue000') && chars !== null) return true;
  return where !== 'left' && rest.endsWith('\ue000') && chars !== null;
}

function stripMethod(where: 'both' | 'left' | 'right'): TextCall {
  return (run, self, text, args, site) => {
    const chars = arg(args, 0, 'chars');
    return liftAll(run, chars === undefined ? [] : [chars], ([one]) => {
      const set = one === undefined || one.obj.t === 'none' ? null : one.obj.t === 'str' ? one.obj.v : undefined;
      if (set === undefined) return typeError(run, 'strip arg must be None or str', [self, ...(one === undefined ? [] : [one])], site);
      if (stripTouchesRoot(text, set, where)) return unknownAt(run, 'host', site, { type: 'str' });
      return str(stripText(text, set, where), originAt(site, undefined, self.origin), self.secret);
    });
  };
}

function plain(change: (text: string) => string): TextCall {
  return (run, self, text, _args, site) =>
    hasRoot(text) ? unknownAt(run, 'host', site, { type: 'str' }) : textResult(run, change(text), self.secret, site);
}

/** A test of all characters. Which ones beyond ASCII count as digits or as upper case stands in long tables of Python. */
function test(check: (text: string) => boolean, reach: 'ascii' | 'unicode' = 'ascii'): TextCall {
  return (run, _self, text, _args, site) => {
    if (hasRoot(text)) return unknownAt(run, 'host', site, { type: 'bool' });
    if (reach === 'ascii' && /[^\x00-\x7f]/.test(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
    return bool(check(text), originAt(site));
  };
}

function splitText(text: string, separator: string | null, limit: number, fromRight: boolean): readonly string[] {
  if (separator !== null) {
    const parts = text.split(separator);
    if (limit < 0 || parts.length - 1 <= limit) return parts;
    if (fromRight) return [parts.slice(0, parts.length - limit).join(separator), ...parts.slice(parts.length - limit)];
    return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
  }
  const words = stripText(text, null, 'both');
  if (words === '') return [];
  const parts = words.split(SPACES);
  if (limit < 0 || parts.length - 1 <= limit) return parts;
  const rest = stripText(text, null, fromRight ? 'right' : 'left');
  const gaps = [...rest.matchAll(SPACES)];
  const cuts = fromRight ? gaps.slice(gaps.length - limit) : gaps.slice(0, limit);
  const out: string[] = [];
  let from = 0;
  for (const gap of cuts) {
    out.push(rest.slice(from, gap.index));
    from = gap.index + gap[0].length;
  }
  return [...out, rest.slice(from)];
}

/** The folders of a path in the repository: any number that lead to it, of which the last is not empty, and those in it. */
function folders(run: Run, self: Known, text: string, site: Site): readonly Val[] {
  const inside = text.slice(ROOT.length).split('/').slice(1);
  const origin = originAt(site, undefined, self.origin);
  return [{ ...unknownAt(run, 'host', site, { type: 'str' }), many: true }, ...inside.map((part) => str(part, origin, self.secret))];
}

function splitMethod(fromRight: boolean): TextCall {
  return (run, self, text, args, site) => {
    const given = [arg(args, 0, 'sep'), arg(args, 1, 'maxsplit')].map((one) => one ?? known({ t: 'none' }, self.origin));
    return liftAll(run, given, ([separator, limit]) => {
      const by = separator?.obj.t === 'str' ? separator.obj.v : separator?.obj.t === 'none' ? null : undefined;
      if (by === undefined) return typeError(run, 'must be str or None', separator === undefined ? [] : [separator], site);
      if (by === '') return raise(run, 'ValueError', 'empty separator', site);
      if (by === '/' && limit?.obj.t === 'none' && text.startsWith(ROOT) && !hasRoot(text.slice(ROOT.length)) && !hasAbove(text))
        return known(listFrom(run, folders(run, self, text, site)), originAt(site, undefined, self.origin));
      if (hasRoot(text) && (by === null || by === '/' || !/^[,;|]$/.test(by))) return unknownAt(run, 'host', site, { type: 'list' });
      const count = limit?.obj.t === 'int' ? Number(limit.obj.v) : -1;
      const parts = splitText(text, by, count, fromRight);
      return known(
        listFrom(
          run,
          parts.map((part) => str(part, originAt(site, undefined, self.origin), self.secret)),
        ),
        originAt(site, undefined, self.origin),
      );
    });
  };
}

function affix(end: boolean): TextCall {
  return (run, self, text, args, site) => {
    const wanted = arg(args, 0, 'prefix');
    if (wanted === undefined || args.pos.length > 1) return unknownAt(run, 'unsupported-syntax', site, { type: 'bool' });
    return liftAll(run, [wanted], ([one]) => {
      const options = one?.obj.t === 'tuple' ? one.obj.items : one === undefined ? [] : [one];
      let sure = true;
      for (const option of options) {
        const part = textArg(option);
        if (part === undefined)
          return option.k === 'unk'
            ? unknownAt(run, option.why, site, { type: 'bool' })
            : typeError(run, 'expected str or a tuple of str', [self, option], site);
        const known = affixKnown(text, part, end);
        if (known === true) return bool(true, originAt(site));
        if (known === undefined) sure = false;
      }
      return sure ? bool(false, originAt(site)) : unknownAt(run, 'host', site, { type: 'bool' });
    });
  };
}

function affixKnown(text: string, part: string, end: boolean): boolean | undefined {
  if (hasAbove(text) || hasAbove(part)) return undefined;
  if (end ? text.endsWith(part) : text.startsWith(part)) return true;
  if (!hasRoot(text)) return false;
  if (end) {
    const tail = text.slice(text.lastIndexOf(ROOT) + ROOT.length);
    return part.length <= tail.length || !part.endsWith(tail) ? false : undefined;
  }
  if (!text.startsWith(ROOT)) return part.length <= text.indexOf(ROOT) ? false : undefined;
  return part.startsWith('/') ? undefined : false;
}

function findMethod(last: boolean, raises: boolean): TextCall {
  return (run, _self, text, args, site) => {
    const part = args.pos[0];
    if (part === undefined || args.pos.length > 1 || hasRoot(text))
      return unknownAt(run, hasRoot(text) ? 'host' : 'unsupported-syntax', site, { type: 'int' });
    return liftAll(run, [part], ([one]) => {
      if (one?.obj.t !== 'str') return typeError(run, 'must be str', one === undefined ? [] : [one], site);
      const at = last ? text.lastIndexOf(one.obj.v) : text.indexOf(one.obj.v);
      if (at === -1 && raises) return raise(run, 'ValueError', 'substring not found', site);
      return int(at === -1 ? -1 : lengthOf(text.slice(0, at)), originAt(site));
    });
  };
}

function partition(last: boolean): TextCall {
  return (run, self, text, args, site) => {
    const part = args.pos[0];
    if (part === undefined || hasRoot(text)) return unknownAt(run, 'host', site);
    return liftAll(run, [part], ([one]) => {
      if (one?.obj.t !== 'str' || one.obj.v === '') return raise(run, 'ValueError', 'empty separator', site);
      const by = one.obj.v;
      const at = last ? text.lastIndexOf(by) : text.indexOf(by);
      const texts = at === -1 ? (last ? ['', '', text] : [text, '', '']) : [text.slice(0, at), by, text.slice(at + by.length)];
      return known(tuple(texts.map((piece) => str(piece, originAt(site, undefined, self.origin), self.secret))), originAt(site));
    });
  };
}

function justify(align: string): TextCall {
  return (run, self, text, args, site) =>
    liftAll(run, args.pos, ([width, fill]) => {
      if (width?.obj.t !== 'int' || hasRoot(text)) return unknownAt(run, 'host', site, { type: 'str' });
      const char = fill?.obj.t === 'str' ? fill.obj.v : align === '=' ? '0' : ' ';
      if (align === '^') return centred(run, self, text, Number(width.obj.v), char, site);
      const wide = padded(text, Number(width.obj.v), align, char);
      return wide === null ? unknownAt(run, 'limit', site, { type: 'str' }) : str(wide, originAt(site), self.secret);
    });
}

/** str.center: an odd blank goes left or right by the width. */
function centred(run: Run, self: Known, text: string, width: number, fill: string, site: Site): Val {
  const missing = width - lengthOf(text);
  if (missing <= 0) return self;
  if (width > 10_000) return unknownAt(run, 'limit', site, { type: 'str' });
  const left = (missing >> 1) + (missing & width & 1);
  return str(fill.repeat(left) + text + fill.repeat(missing - left), originAt(site), self.secret);
}

const replace: TextCall = (run, self, text, args, site) => {
  const [from, to] = args.pos;
  const count = arg(args, 2, 'count');
  if (from === undefined || to === undefined) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  return liftAll(run, count === undefined ? [from, to] : [from, to, count], ([first, second, third]) => {
    const [a, b] = [first, second].map((one) => (one === undefined ? undefined : plainOf(one)));
    if (a?.obj.t !== 'str' || b?.obj.t !== 'str')
      return typeError(run, 'replace() argument must be str', [...(a ? [a] : []), ...(b ? [b] : [])], site);
    if (third !== undefined && third.obj.t !== 'int') return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
    const old = a.obj.v;
    if (hasRoot(text) && !/^[\\\n\r]+$/.test(old) && a.obj.v !== b.obj.v) return unknownAt(run, 'host', site, { type: 'str' });
    if (old === '') return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
    const most = third?.obj.t === 'int' && third.obj.v >= 0n ? Number(third.obj.v) : Number.POSITIVE_INFINITY;
    const parts = text.split(old);
    const made = Math.min(most, parts.length - 1);
    const joined = [parts.slice(0, made + 1).join(b.obj.v), ...parts.slice(made + 1)].join(old);
    return textResult(run, joined, self.secret || b.secret, site);
  });
};

function asciiOnly(change: (text: string) => string): TextCall {
  return (run, self, text, args, site) =>
    /^[\x00-\x7f]*$/.test(text) ? plain(change)(run, self, text, args, site) : unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
}

/** Letters whose cases both languages map alike. */
function latinOnly(change: (text: string) => string): TextCall {
  return (run, self, text, args, site) =>
    /^[\x00-\u012f\u0132-\u017f\u0386-\u03a1\u03a4-\u03c1\u03c4-\u03ce\u0400-\u045f]*$/.test(text)
      ? plain(change)(run, self, text, args, site)
      : unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
}

/** A table of code points: to a text, another code point, or None. */
function translate(run: Run, self: Known, text: string, table: Val | undefined, site: Site): Val {
  const state = table?.k === 'known' && table.obj.t === 'dict' ? table.obj.cell.state : undefined;
  if (state === undefined || state.open !== null || hasRoot(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  let out = '';
  for (const char of text) {
    const to = state.entries.get(`n:${char.codePointAt(0)}`)?.value;
    if (to === undefined) out += char;
    else if (to.k === 'known' && to.obj.t === 'str') out += to.obj.v;
    else if (to.k === 'known' && to.obj.t === 'int') out += String.fromCodePoint(Number(to.obj.v));
    else if (to.k !== 'known' || to.obj.t !== 'none') return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  }
  return str(out, originAt(site), self.secret);
}

export const STR_METHODS: ReadonlyMap<string, TextCall> = new Map<string, TextCall>([
  ['lower', latinOnly((text) => text.toLowerCase())],
  ['upper', latinOnly((text) => text.toUpperCase())],
  ['casefold', asciiOnly((text) => text.toLowerCase())],
  ['title', asciiOnly((text) => text.toLowerCase().replace(/[a-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1)))],
  ['capitalize', asciiOnly((text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase())],
  [
    'swapcase',
    asciiOnly((text) => [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('')),
  ],
  ['strip', stripMethod('both')],
  ['lstrip', stripMethod('left')],
  ['rstrip', stripMethod('right')],
  ['split', splitMethod(false)],
  ['rsplit', splitMethod(true)],
  [
    'splitlines',
    (run, self, text, args, site) => {
      const keep = boolArg(arg(args, 0, 'keepends'), false);
      if (keep === undefined || /[\v\f\x1c-\x1e\x85\u2028\u2029]/.test(text) || hasRoot(text))
        return unknownAt(run, 'unsupported-syntax', site, { type: 'list' });
      const ended = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
      const lines = keep ? ended : ended.map((line) => line.replace(/[\r\n]+$/, ''));
      return known(
        listFrom(
          run,
          lines.map((line) => str(line, originAt(site, undefined, self.origin), self.secret)),
        ),
        originAt(site),
      );
    },
  ],
  ['startswith', affix(false)],
  ['endswith', affix(true)],
  ['find', findMethod(false, false)],
  ['rfind', findMethod(true, false)],
  ['index', findMethod(false, true)],
  ['rindex', findMethod(true, true)],
  ['partition', partition(false)],
  ['rpartition', partition(true)],
  ['replace', replace],
  [
    'join',
    (run, self, _text, args, site) => {
      const items = args.pos[0];
      return items === undefined ? raise(run, 'TypeError', 'join() takes exactly one argument', site) : joinTexts(run, self, items, site);
    },
  ],
  [
    'format',
    (run, self, _text, args, site) =>
      args.open === null ? braceFormat(run, self, args.pos, args.kw, site) : unknownAt(run, args.open.why, site, { type: 'str' }),
  ],
  [
    'format_map',
    (run, self, _text, args, site) => {
      const [map] = args.pos;
      const state = map?.k === 'known' && map.obj.t === 'dict' && map.obj.factory === null ? map.obj.cell.state : undefined;
      const kw = new Map<string, Val>();
      for (const entry of state?.entries.values() ?? [])
        if (entry.key.obj.t === 'str' && entry.value.k !== 'absent' && entry.value.k !== 'cond') kw.set(entry.key.obj.v, entry.value);
      return state === undefined || state.open !== null || kw.size !== state.entries.size
        ? unknownAt(run, 'unsupported-syntax', site, { type: 'str' })
        : braceFormat(run, self, [], kw, site);
    },
  ],
  [
    'count',
    (run, _self, text, args, site) => {
      const part = textArg(args.pos[0]);
      return part === undefined || part === '' || hasRoot(text)
        ? unknownAt(run, 'unsupported-syntax', site, { type: 'int' })
        : int(text.split(part).length - 1, originAt(site));
    },
  ],
  [
    'encode',
    (run, self, text, args, site) => {
      const v = encoded(text, codec(args));
      if (hasRoot(text)) return unknownAt(run, 'host', site);
      if (v === undefined) return unknownAt(run, 'unsupported-syntax', site);
      return known({ t: 'bytes', v }, originAt(site, undefined, self.origin), self.secret);
    },
  ],
  ['isdigit', test((text) => /^[0-9]+$/.test(text))],
  ['isdecimal', test((text) => /^[0-9]+$/.test(text))],
  ['isnumeric', test((text) => /^[0-9]+$/.test(text))],
  ['isascii', test((text) => /^[\x00-\x7f]*$/.test(text))],
  ['isprintable', test((text) => /^[\x20-\x7e]*$/.test(text))],
  ['istitle', test((text) => /[A-Za-z]/.test(text) && !/(?<![A-Za-z])[a-z]|(?<=[A-Za-z])[A-Z]/.test(text))],
  ['isalpha', test((text) => /^\p{L}+$/u.test(text), 'unicode')],
  ['isalnum', test((text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ['isspace', test((text) => text !== '' && stripText(text, null, 'both') === '', 'unicode')],
  ['isupper', test((text) => text.toUpperCase() === text && text.toLowerCase() !== text)],
  ['islower', test((text) => text.toLowerCase() === text && text.toUpperCase() !== text)],
  ['isidentifier', test((text) => /^[A-Za-z_]\w*$/.test(text))],
  ['zfill', justify('=')],
  ['ljust', justify('<')],
  ['rjust', justify('>')],
  ['center', justify('^')],
  [
    'removeprefix',
    (run, self, text, args, site) => {
      const part = textArg(args.pos[0]);
      if (part === undefined || (hasRoot(text) && affixKnown(text, part, false) === undefined))
        return unknownAt(run, 'host', site, { type: 'str' });
      return str(
        part !== '' && text.startsWith(part) ? text.slice(part.length) : text,
        originAt(site, undefined, self.origin),
        self.secret,
      );
    },
  ],
  [
    'removesuffix',
    (run, self, text, args, site) => {
      const part = textArg(args.pos[0]);
      if (part === undefined || (hasRoot(text) && affixKnown(text, part, true) === undefined))
        return unknownAt(run, 'host', site, { type: 'str' });
      return str(
        part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text,
        originAt(site, undefined, self.origin),
        self.secret,
      );
    },
  ],
  ['translate', (run, self, text, args, site) => translate(run, self, text, args.pos[0], site)],
  [
    'expandtabs',
    (run, self, text, args, site) => {
      const size = args.pos[0];
      const width = size === undefined ? 8 : size.k === 'known' && size.obj.t === 'int' ? Number(size.obj.v) : 0;
      if (width <= 0 || width > 100 || /[^\x20-\x7e\t]/.test(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
      let out = '';
      for (const char of text) out += char === '\t' ? ' '.repeat(width - (out.length % width)) : char;
      return str(out, originAt(site), self.secret);
    },
  ],
  [
    '__len__',
    (run, _self, text, _args, site) =>
      hasRoot(text) ? unknownAt(run, 'host', site, { type: 'int' }) : int(lengthOf(text), originAt(site)),
  ],
]);
