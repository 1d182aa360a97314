import { builtinName } from '../../builtins/builtins.ts';
import { strOf } from '../../builtins/format.ts';
import { arg, isNone, textArg } from '../../builtins/native.ts';
import { callUnknown, callWith } from '../../expressions/call.ts';
import { contains, identical } from '../../expressions/comparison.ts';
import { choose, truthOf } from '../../expressions/truth.ts';
import { invalid } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom, viewFrom, withItems } from '../../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import { shlexWords, strippedWords } from '../python/shlex.ts';

/** python-decouple 3.8: what `cast` may be. */

const TRUE_WORDS = new Set(['y', 'yes', 't', 'true', 'on', '1']);
const FALSE_WORDS = new Set(['n', 'no', 'f', 'false', 'off', '0']);

/** `cast=bool` is a cast of the library's own. */
export function castOne(run: Run, value: Val, cast: Val, name: string, site: Site): Val {
  const wanted = builtinName(run, 'bool');
  const isBool = cast.k === 'known' && wanted?.k === 'known' && identical(cast.obj, wanted.obj) === true;
  return isBool ? booleanCast(run, strOf(run, value, site), name, site) : callWith(run, cast, [value], site);
}

function booleanCast(run: Run, value: Val, name: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) =>
      one.obj.t === 'str' && one.obj.v === '' ? bool(false, originAt(site, undefined, one.origin)) : truthWord(run, one, name, site),
    (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `decouple.bool(${one.key})` }),
  );
}

/** strtobool */
export function truthWord(run: Run, one: Known, name: string, site: Site): Val {
  if (one.obj.t === 'bool') return one;
  if (one.obj.t !== 'str')
    return one.obj.t === 'none' ? raise(run, 'AttributeError', 'no attribute lower', site) : unknownAt(run, 'dynamic-call', site);
  const text = one.obj.v.toLowerCase();
  const origin = originAt(site, undefined, one.origin);
  if (TRUE_WORDS.has(text)) return bool(true, origin);
  if (FALSE_WORDS.has(text)) return bool(false, origin);
  return invalid(run, 'ValueError', name, site);
}

interface CsvOptions {
  readonly cast: Val;
  readonly delimiter: string | undefined;
  readonly strip: string | null | undefined;
  readonly post: Val;
}

/** Csv(cast=str, delimiter=',', strip=string.whitespace, post_process=list) */
export function makeCsv(run: Run, args: CallArgs, at: Site): Val {
  const textOr = (index: number, name: string, otherwise: string) => {
    const given = arg(args, index, name);
    return given === undefined ? otherwise : textArg(given);
  };
  const stripped = arg(args, 2, 'strip');
  const cast = arg(args, 0, 'cast') ?? builtinName(run, 'str');
  const post = arg(args, 3, 'post_process') ?? builtinName(run, 'list');
  if (args.open !== null || cast === undefined || post === undefined)
    return callUnknown(run, args.open ?? unknownAt(run, 'dynamic-call', at), args, at);
  const strip = isNone(stripped) ? null : textOr(2, 'strip', ' \t\n\r\v\f');
  const options: CsvOptions = { cast, delimiter: textOr(1, 'delimiter', ','), strip, post };
  const call = (given: CallArgs, site: Site): Val =>
    splitCsv(run, given.pos[0] ?? given.kw.get('value') ?? none(originAt(site)), options, site);
  return known({ t: 'native', cls: 'decouple.Csv', call, truth: true }, originAt(at));
}

function splitCsv(run: Run, value: Val, { cast, delimiter, strip, post }: CsvOptions, at: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'none') return callWith(run, post, [], at);
      if (one.obj.t !== 'str') return raise(run, 'AttributeError', 'Csv needs a text', at);
      if (delimiter === undefined || strip === undefined || hasRoot(one.obj.v))
        return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
      const { words, error } = shlexWords(one.obj.v, delimiter);
      const items = strippedWords(words, strip).map((word) =>
        callWith(run, cast, [str(word, originAt(at, undefined, one.origin), one.secret)], at),
      );
      if (error !== null) return raise(run, 'ValueError', error, at, one.read?.name ?? null);
      const isList = post.k === 'known' && post.obj.t === 'builtin' && post.obj.name === 'list';
      return isList
        ? known(listFrom(run, items), originAt(at, undefined, one.origin))
        : callWith(run, post, [known(viewFrom(run, items), originAt(at))], at);
    },
    (one) => {
      const kind = post.k === 'known' && post.obj.t === 'builtin' ? post.obj.name : '';
      return { ...one, type: kind === 'list' ? 'list' : null, truth: null, env: null, key: '' };
    },
  );
}

/** Choices(flat=None, cast=str, choices=None) */
export function makeChoices(run: Run, args: CallArgs, site: Site): Val {
  if (args.open !== null) return callUnknown(run, args.open, args, site);
  const nothing = known(tuple([]), originAt(site));
  const given = (index: number, name: string): Val => {
    const value = arg(args, index, name) ?? nothing;
    return value.k === 'known' && truthOf(run, value, site) === false ? nothing : value;
  };
  const cast = arg(args, 1, 'cast') ?? builtinName(run, 'str') ?? none(originAt(site));
  return withItems(run, given(0, 'flat'), site, (flat) =>
    withItems(run, given(2, 'choices'), site, (pairs) => {
      const first = pairs.map((pair) =>
        pair.k === 'known' && pair.obj.t === 'tuple' && pair.obj.items.length === 2
          ? (pair.obj.items[0] ?? pair)
          : unknownAt(run, 'unsupported-syntax', site),
      );
      const valid = known(listFrom(run, [...flat, ...first]), originAt(site));
      return known(
        { t: 'native', cls: 'decouple.Choices', truth: true, call: (inner, at) => chosen(run, valid, cast, inner, at) },
        originAt(site),
      );
    }),
  );
}

function chosen(run: Run, valid: Val, cast: Val, args: CallArgs, at: Site): Val {
  const value = callWith(run, cast, [args.pos[0] ?? none(originAt(at))], at);
  return choose(
    run,
    contains(run, valid, value, at),
    at,
    'the value is one of the choices',
    () => value,
    () => raise(run, 'ValueError', 'Value not in list', at),
  );
}
