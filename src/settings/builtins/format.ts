import { MAX_STRING } from '../../core/limits.ts';
import { attribute } from '../expressions/attributes.ts';
import { hasMethod, isClosedClass, lookupClass } from '../expressions/instances.ts';
import { textResult } from '../expressions/operators.ts';
import { plainOf, special } from '../expressions/overloads.ts';
import { subscript } from '../expressions/subscripts.ts';
import { raise } from '../raise.ts';
import { lift, liftAll, originAt, type Run, unknownAt, walking } from '../run.ts';
import { withItems } from '../values/iterate.ts';
import {
  type InstanceObj,
  type Known,
  known,
  type Obj,
  type Site,
  str,
  type TupleObj,
  tuple,
  type Unk,
  type Val,
} from '../values/object.ts';
import { hasRoot, lengthOf, pyRepr, pyStr } from '../values/text.ts';
import { formatted } from './format-spec.ts';

/** str(x) as a value. */
export function strOf(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'str') return one;
      if (one.obj.t === 'instance') return instanceText(run, one, one.obj, site);
      if (['list', 'tuple', 'dict', 'set'].includes(one.obj.t)) return reprOf(run, one, site);
      const text = pyStr(one.obj);
      return text === null
        ? unknownAt(run, 'dynamic-call', site, { type: 'str' })
        : str(text, originAt(site, undefined, one.origin), one.secret);
    },
    (one) => (one.type === 'str' && !one.many ? one : { ...one, type: 'str', key: '', truth: null, env: null, many: false }),
  );
}

export function reprOf(run: Run, value: Val, site: Site): Val {
  return lift(run, value, (one) => {
    if (one.obj.t === 'instance') {
      const own = special(run, one, '__repr__', [], site);
      if (own !== undefined) return own;
      if (one.obj.attrs.state.names.has('args')) return exceptionRepr(run, one.obj, site);
      return one.obj.payload === undefined ? unknownAt(run, 'host', site, { type: 'str' }) : reprOf(run, one.obj.payload, site);
    }
    const nested = run.membersLeft !== null && (one.obj.t === 'list' || one.obj.t === 'tuple' || one.obj.t === 'dict');
    const text = nested ? null : pyRepr(one.obj);
    if (text === null)
      return (
        walking(
          run,
          () => undefined,
          () => containerRepr(run, one, site),
        ) ?? unknownAt(run, 'dynamic-call', site, { type: 'str' })
      );
    return str(text, originAt(site), one.secret);
  });
}

/** repr of a container that holds objects of the project. */
function containerRepr(run: Run, one: Known, site: Site): Val | undefined {
  const { obj } = one;
  const joined = (open: string, items: readonly Val[], close: string): Val => {
    const parts: Val[] = [];
    for (const [i, item] of items.entries()) {
      if (i > 0) parts.push(str(', ', originAt(site)));
      parts.push(reprOf(run, item, site));
    }
    return concat(run, [str(open, originAt(site)), ...parts, str(close, originAt(site))], site);
  };
  if (obj.t === 'list' && !obj.view && obj.cell.state.alternatives === null) {
    const { items } = obj.cell.state;
    return items.every((item) => item.k === 'known') ? joined('[', items, ']') : undefined;
  }
  if (obj.t === 'tuple' && obj.cls === null && obj.fields === null && obj.items.every((item) => item.k === 'known'))
    return joined('(', obj.items, obj.items.length === 1 ? ',)' : ')');
  if (obj.t === 'tuple' && obj.fields !== null && obj.cls !== null && lookupClass(obj.cls, '__repr__') === undefined)
    return tupleRepr(run, obj, obj.cls.name, obj.fields, site);
  return undefined;
}

function tupleRepr(run: Run, obj: TupleObj, name: string, fields: readonly string[], site: Site): Val {
  const parts: Val[] = [str(`${name}(`, originAt(site))];
  for (const [i, field] of fields.entries()) {
    const item = obj.items[i];
    if (item !== undefined) parts.push(str(`${i > 0 ? ', ' : ''}${field}=`, originAt(site)), reprOf(run, item, site));
  }
  return concat(run, [...parts, str(')', originAt(site))], site);
}

/** str() of an instance: `__str__`, the built-in value it holds, `__repr__`, or what an exception was given. */
function instanceText(run: Run, one: Known, obj: InstanceObj, site: Site): Val {
  const own = special(run, one, '__str__', [], site);
  if (own !== undefined) return own;
  if (obj.attrs.state.names.has('args')) return exceptionText(run, obj, site);
  if (obj.payload !== undefined && (obj.payload.obj.t === 'str' || !hasMethod(obj, '__repr__'))) return strOf(run, obj.payload, site);
  return reprOf(run, one, site);
}

function argumentsOf(obj: InstanceObj): readonly Val[] | undefined {
  const args = obj.attrs.state.names.get('args');
  return args?.k === 'known' && args.obj.t === 'tuple' ? args.obj.items : undefined;
}

/** Exceptions whose text is made in a way of their own. */
const OWN_TEXT: ReadonlySet<string> = new Set(['OSError', 'UnicodeError', 'SyntaxError', 'ImportError']);

/** Modules whose exceptions say what they were given. */
const PLAIN_TEXT: ReadonlySet<string> = new Set(['builtins', 'django.core.exceptions', 'decouple']);

function exceptionText(run: Run, obj: InstanceObj, site: Site): Val {
  const args = argumentsOf(obj);
  const open = () => unknownAt(run, 'dynamic-call', site, { type: 'str' });
  if (args === undefined || !isClosedClass(obj.cls)) return open();
  const special = obj.cls.mro.find((base) => base.native && (OWN_TEXT.has(base.name) || !PLAIN_TEXT.has(base.module)));
  const [only] = args;
  if (special !== undefined && (args.length !== 1 || !PLAIN_TEXT.has(special.module))) return open();
  if (only === undefined) return str('', originAt(site));
  if (args.length > 1) return reprOf(run, known(tuple(args), originAt(site)), site);
  return obj.cls.mro.some((base) => base.native && base.name === 'KeyError') ? reprOf(run, only, site) : strOf(run, only, site);
}

function exceptionRepr(run: Run, obj: InstanceObj, site: Site): Val {
  const args = argumentsOf(obj);
  if (args === undefined || !isClosedClass(obj.cls)) return unknownAt(run, 'dynamic-call', site, { type: 'str' });
  const [only] = args;
  const inner = args.length === 1 && only !== undefined ? reprOf(run, only, site) : reprOf(run, known(tuple(args), originAt(site)), site);
  const name = str(obj.cls.name, originAt(site));
  if (args.length !== 1) return concat(run, [name, inner], site);
  return concat(run, [name, str('(', originAt(site)), inner, str(')', originAt(site))], site);
}

/** Joins texts; one unknown piece makes the whole unknown text. */
export function concat(run: Run, pieces: readonly Val[], site: Site): Val {
  return liftAll(
    run,
    pieces,
    (all) => {
      let text = '';
      for (const one of all) if (one.obj.t === 'str') text += one.obj.v;
      return textResult(
        run,
        text,
        all.some((one) => one.secret),
        site,
      );
    },
    (one) => openText(one, pieces),
  );
}

function openText(one: Unk, pieces: readonly Val[]): Unk {
  const names = pieces.flatMap((piece) => (piece.k === 'unk' ? piece.names : []));
  return {
    ...one,
    type: 'str',
    truth: null,
    env: null,
    key: '',
    many: false,
    names: [...new Set(names)],
    secret: pieces.some((piece) => piece.k !== 'cond' && piece.secret),
  };
}

/** format(value, spec) */
export function formatValue(run: Run, value: Val, spec: string, site: Site): Val {
  return lift(
    run,
    value,
    (given) => {
      const own = special(run, given, '__format__', [str(spec, originAt(site))], site);
      if (own !== undefined) return own;
      if (spec === '') return strOf(run, given, site);
      const one = plainOf(given);
      const text = formatted(one.obj, spec);
      return text === null ? unknownAt(run, 'unsupported-syntax', site, { type: 'str' }) : str(text, originAt(site), one.secret);
    },
    (one) => (spec === '' ? strOf(run, one, site) : { ...one, type: 'str', key: '', truth: null, env: null, many: false }),
  );
}

/** A text filled up to a width; null for one that is longer than any that is built. */
export function padded(text: string, width: number, align: string, fill: string): string | null {
  if (width > MAX_STRING) return null;
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  if (align === '<') return text + fill.repeat(missing);
  if (align === '^') return fill.repeat(missing >> 1) + text + fill.repeat(missing - (missing >> 1));
  if (align === '=' && /^[+-]/.test(text)) return `${text.charAt(0)}${fill.repeat(missing)}${text.slice(1)}`;
  return fill.repeat(missing) + text;
}

const PERCENT = /%(?:\(([^)]*)\))?([#0\- +]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** template % values */
export function percentFormat(run: Run, template: Known, values: Val, site: Site): Val {
  if (template.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site);
  const text = template.obj.v;
  const named = values.k === 'known' && values.obj.t === 'dict';
  const given: readonly Val[] = values.k === 'known' && values.obj.t === 'tuple' ? values.obj.items : [values];
  const pieces: Val[] = [];
  let last = 0;
  let used = 0;
  for (const match of text.matchAll(PERCENT)) {
    const [all, key, flags = '', width, precision, type] = match;
    pieces.push(str(text.slice(last, match.index), originAt(site), template.secret));
    last = match.index + all.length;
    if (type === '%') {
      pieces.push(str('%', originAt(site)));
      continue;
    }
    const value = key === undefined ? given[used++] : named ? subscript(run, values, str(key, originAt(site)), site) : undefined;
    if (value === undefined) return raise(run, 'TypeError', 'not enough arguments for format string', site);
    pieces.push(percentPiece(run, value, { flags, width, precision, type: type ?? 's' }, site));
  }
  const rest = text.slice(last);
  if (/%/.test(rest)) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  // Whatever can be subscripted may be left unused, as a mapping may.
  const mapping = values.k === 'known' && ['dict', 'list', 'native', 'instance', 'bytes'].includes(values.obj.t);
  if (!mapping && values.k !== 'unk' && used < given.length)
    return raise(run, 'TypeError', 'not all arguments converted during string formatting', site);
  pieces.push(str(rest, originAt(site), template.secret));
  return concat(run, pieces, site);
}

interface Conversion {
  readonly flags: string;
  readonly width: string | undefined;
  readonly precision: string | undefined;
  readonly type: string;
}

function percentPiece(run: Run, value: Val, how: Conversion, site: Site): Val {
  const { flags, width, precision, type } = how;
  if ('sra'.includes(type)) {
    const shown = type === 's' ? strOf(run, value, site) : type === 'r' ? reprOf(run, value, site) : asciiOf(run, value, site);
    if (width === undefined && precision === undefined) return shown;
    return lift(run, shown, (one) => {
      if (one.obj.t !== 'str' || hasRoot(one.obj.v)) return unknownAt(run, 'host', site, { type: 'str' });
      const cut = precision === undefined ? one.obj.v : [...one.obj.v].slice(0, Number(precision)).join('');
      return filled(run, padded(cut, Number(width ?? 0), flags.includes('-') ? '<' : '>', ' '), one, site);
    });
  }
  const align = flags.includes('-') ? '<' : flags.includes('0') ? '0=' : '>';
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const spec = `${align}${sign}${flags.includes('#') ? '#' : ''}${width ?? ''}`;
  return lift(run, value, (given) => {
    const text = numberText(plainOf(given).obj, type, spec, precision);
    if (text === 'refused') return raise(run, 'TypeError', `%${type} format: a number is required`, site, given.read?.name ?? null);
    return text === null ? unknownAt(run, 'unsupported-syntax', site, { type: 'str' }) : str(text, originAt(site), given.secret);
  });
}

/** A number as `%` writes it; null where it is not known. */
function numberText(obj: Obj, type: string, spec: string, precision: string | undefined): string | null | 'refused' {
  if (type === 'c') return obj.t === 'str' && [...obj.v].length === 1 ? obj.v : obj.t === 'int' ? formatted(obj, `${spec}c`) : null;
  if (obj.t === 'str' || obj.t === 'none' || obj.t === 'list' || obj.t === 'dict') return 'refused';
  if (!['int', 'bool', 'float'].includes(obj.t)) return null;
  if ('eEfFgG'.includes(type)) return formatted(obj, `${spec}.${precision ?? '6'}${type}`);
  if (precision !== undefined) return null;
  if ('diu'.includes(type)) {
    if (obj.t !== 'float') return formatted(obj, `${spec}d`);
    return Number.isFinite(obj.v) ? formatted({ t: 'int', v: BigInt(Math.trunc(obj.v)) }, `${spec}d`) : null;
  }
  if ('oxX'.includes(type)) return obj.t === 'float' ? 'refused' : formatted(obj, spec + type);
  return null;
}

/** ascii(x): repr with everything else escaped. */
export function asciiOf(run: Run, value: Val, site: Site): Val {
  return lift(run, reprOf(run, value, site), (one) =>
    one.obj.t === 'str' ? str(escaped(one.obj.v), one.origin, one.secret) : unknownAt(run, 'unsupported-syntax', site, { type: 'str' }),
  );
}

function escaped(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 128) out += char;
    else if (code < 256) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += code < 65536 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return out;
}

function filled(run: Run, text: string | null, of: Known, site: Site): Val {
  return text === null ? unknownAt(run, 'limit', site, { type: 'str' }) : str(text, of.origin, of.secret);
}

const BRACES = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g;

/** template.format(*pos, **kw) */
export function braceFormat(run: Run, template: Known, pos: readonly Val[], kw: ReadonlyMap<string, Val>, site: Site): Val {
  if (template.obj.t !== 'str') return unknownAt(run, 'dynamic-call', site);
  const text = template.obj.v;
  const pieces: Val[] = [];
  let last = 0;
  let used = 0;
  for (const match of text.matchAll(BRACES)) {
    const [all, name, conversion, spec] = match;
    const between = text.slice(last, match.index);
    if (/[{}]/.test(between)) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
    pieces.push(str(between, originAt(site), template.secret));
    last = match.index + all.length;
    if (all === '{{' || all === '}}') {
      pieces.push(str(all.slice(1), originAt(site)));
      continue;
    }
    if (hasRoot(text) && all.includes('<ROOT>')) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
    const value = fieldValue(run, name ?? '', pos, kw, () => used++, site);
    const wanted = spec === undefined ? '' : specText(run, spec, pos, kw, () => used++, site);
    if (wanted === null) return unknownAt(run, 'dynamic-call', site, { type: 'str' });
    const shown =
      conversion === 'r'
        ? reprOf(run, value, site)
        : conversion === 'a'
          ? asciiOf(run, value, site)
          : conversion === 's'
            ? strOf(run, value, site)
            : value;
    pieces.push(formatValue(run, shown, wanted, site));
  }
  const rest = text.slice(last);
  if (/[{}]/.test(rest)) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  pieces.push(str(rest, originAt(site), template.secret));
  return concat(run, pieces, site);
}

/** A specification whose own fields are filled in. */
function specText(
  run: Run,
  spec: string,
  pos: readonly Val[],
  kw: ReadonlyMap<string, Val>,
  next: () => number,
  site: Site,
): string | null {
  let sure = true;
  const text = spec.replace(/\{([^{}]*)\}/g, (_all, name: string) => {
    const value = strOf(run, fieldValue(run, name, pos, kw, next, site), site);
    if (value.k === 'known' && value.obj.t === 'str') return value.obj.v;
    sure = false;
    return '';
  });
  return sure && !/[{}]/.test(text) ? text : null;
}

function fieldValue(run: Run, field: string, pos: readonly Val[], kw: ReadonlyMap<string, Val>, next: () => number, site: Site): Val {
  const [, head = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
  let value: Val | undefined;
  if (head === '') value = pos[next()];
  else if (/^\d+$/.test(head)) value = pos[Number(head)];
  else value = kw.get(head);
  if (value === undefined)
    return /^\d*$/.test(head)
      ? raise(run, 'IndexError', 'Replacement index out of range for positional args tuple', site)
      : raise(run, 'KeyError', head, site);
  for (const [, attr, index] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    if (attr !== undefined) value = attribute(run, value, attr, site);
    else if (index !== undefined) {
      const key: Known = /^\d+$/.test(index) ? known({ t: 'int', v: BigInt(index) }, originAt(site)) : str(index, originAt(site));
      value = subscript(run, value, key, site);
    }
  }
  return value;
}

export function joinTexts(run: Run, separator: Known, items: Val, site: Site): Val {
  return withItems(run, items, site, (all) => {
    const many = all.find((one): one is Unk => one.k === 'unk');
    if (many !== undefined) return { ...many, type: 'str', truth: null, env: null, many: false, key: '' };
    const pieces: Val[] = [];
    for (const [i, one] of all.entries()) {
      if (i > 0) pieces.push(separator);
      const plain = one.k === 'known' ? plainOf(one) : one;
      if (plain.k === 'known' && plain.obj.t !== 'str') {
        if (plain.obj.t === 'lazy' || plain.obj.t === 'native') return unknownAt(run, 'dynamic-call', site, { type: 'str' });
        return raise(run, 'TypeError', 'sequence item: expected str instance', site, plain.read?.name ?? null);
      }
      pieces.push(plain);
    }
    return concat(run, pieces, site);
  });
}
