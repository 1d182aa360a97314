import { typeError } from '../expressions/operators.ts';
import { plainOf, special } from '../expressions/overloads.ts';
import { choose } from '../expressions/truth.ts';
import { mayRaise, raise } from '../raise.ts';
import { demand, insideTry, lift, originAt, type Run, unknownAt } from '../run.ts';
import { bool, int, known, type Site, type Val } from '../values/object.ts';
import { hasRoot } from '../values/text.ts';
import { stripText } from './str-methods.ts';

/** A cast of something unknown may fail; an except around it then runs. */
export function castUnknown(run: Run, value: Val, type: 'int' | 'float' | 'bool' | 'str' | 'list', name: string, site: Site): Val {
  return lift(
    run,
    value,
    (one) => one,
    (one) => {
      if (insideTry(run) && type !== 'str' && type !== 'bool') mayRaise(run, 'ValueError', 'invalid value', site);
      return { ...one, type, truth: null, env: null, many: false, key: one.key === '' ? '' : `${name}(${one.key})` };
    },
  );
}

export function toInt(run: Run, value: Val, base: number, site: Site): Val {
  return lift(
    run,
    value,
    (given) => {
      const own = special(run, given, '__int__', [], site) ?? special(run, given, '__index__', [], site);
      if (own !== undefined) return own;
      const one = plainOf(given);
      const { obj } = one;
      if (obj.t === 'int') return one;
      if (obj.t === 'bool') return int(obj.v ? 1 : 0, originAt(site, undefined, one.origin));
      if (obj.t === 'float')
        return Number.isFinite(obj.v)
          ? int(BigInt(Math.trunc(obj.v)), originAt(site, undefined, one.origin))
          : raise(run, Number.isNaN(obj.v) ? 'ValueError' : 'OverflowError', 'cannot convert float to integer', site);
      if (obj.t === 'str') {
        if (one.read?.fallback === null) demand(run, one.read);
        const text = stripText(obj.v, null, 'both').replace(/(?<=\d)_(?=\d)/g, '');
        if (base === 10 && /^[+-]?\d+$/.test(text)) return int(BigInt(text.replace(/^\+/, '')), originAt(site, undefined, one.origin));
        if (base === 8 && /^(0o)?[0-7]+$/i.test(text))
          return int(BigInt(`0o${text.replace(/^0o/i, '')}`), originAt(site, undefined, one.origin));
        if (base === 16 && /^(0x)?[0-9a-f]+$/i.test(text))
          return int(BigInt(`0x${text.replace(/^0x/i, '')}`), originAt(site, undefined, one.origin));
        if (base !== 10 || hasRoot(text) || OTHER_DIGIT.test(text)) return unknownAt(run, 'unsupported-syntax', site, { type: 'int' });
        return raise(
          run,
          'ValueError',
          one.secret ? 'invalid literal for int()' : 'invalid literal for int() with base 10',
          site,
          one.read?.name ?? null,
        );
      }
      if (obj.t === 'none' || obj.t === 'list' || obj.t === 'dict')
        return typeError(run, 'int() argument must be a string or a number', [one], site);
      return unknownAt(run, 'dynamic-call', site, { type: 'int' });
    },
    (one) => castUnknown(run, one, 'int', 'int', site),
  );
}

/** Python reads the digits of every script. */
const OTHER_DIGIT = /[^\P{Nd}0-9]/u;

export function toFloat(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (given) => {
      const own = special(run, given, '__float__', [], site);
      if (own !== undefined) return own;
      const one = plainOf(given);
      const { obj } = one;
      if (obj.t === 'float') return one;
      if (obj.t === 'int') return known({ t: 'float', v: Number(obj.v) }, originAt(site, undefined, one.origin));
      if (obj.t === 'bool') return known({ t: 'float', v: obj.v ? 1 : 0 }, originAt(site));
      if (obj.t === 'str') {
        if (one.read?.fallback === null) demand(run, one.read);
        if (/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(obj.v))
          return known({ t: 'float', v: Number(obj.v) }, originAt(site, undefined, one.origin));
        if (/inf|nan|_/i.test(obj.v) || OTHER_DIGIT.test(obj.v) || hasRoot(obj.v))
          return unknownAt(run, 'unsupported-syntax', site, { type: 'float' });
        return raise(run, 'ValueError', 'could not convert string to float', site, one.read?.name ?? null);
      }
      if (obj.t === 'none') return typeError(run, 'float() argument must be a string or a number', [one], site);
      return unknownAt(run, 'dynamic-call', site, { type: 'float' });
    },
    (one) => castUnknown(run, one, 'float', 'float', site),
  );
}

export function toBool(run: Run, value: Val, site: Site): Val {
  return choose(
    run,
    value,
    site,
    'bool(…)',
    () => bool(true, originAt(site, undefined, value.k === 'cond' ? undefined : value.origin)),
    () => bool(false, originAt(site, undefined, value.k === 'cond' ? undefined : value.origin)),
  );
}
