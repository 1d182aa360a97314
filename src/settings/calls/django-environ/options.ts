import { lift, originAt, PyError, type Run, unknownAt } from '../../run.ts';
import { int, type Known, type Site, type Val } from '../../values/object.ts';
import { literal } from '../python/data.ts';
import { since } from '../releases.ts';

/** django-environ: how options in a URL's query are read. */

/** `_cast_int`: digits are a number. */
export function castInt(run: Run, text: Known, site: Site): Val {
  if (text.obj.t !== 'str') return text;
  if (/^\d+$/.test(text.obj.v)) return int(BigInt(text.obj.v), originAt(site, undefined, text.origin));
  // `isdigit` knows the digits of every script.
  return /^[\p{Nd}\p{No}]+$/u.test(text.obj.v) ? unknownAt(run, 'unsupported-syntax', site) : text;
}

/** `_cast`: what `ast.literal_eval` makes of it, or the text. */
export function castLiteral(run: Run, text: Known, site: Site): Val {
  if (text.obj.t !== 'str') return text;
  // A number with a leading zero is no literal.
  if (/^[+-]?0\d*[1-9]\d*$/.test(text.obj.v.trim()))
    return since(run, 'django-environ', '0.7') === true ? text : unknownAt(run, 'unsupported-syntax', site);
  if (/(^|[^\w.])0\d*[1-9]/.test(text.obj.v) || /[^\x20-\x7e]/.test(text.obj.v)) return plainOr(run, text, text.obj.v, site);
  try {
    return lift(run, literal(run, text, site), (one) => one);
  } catch (error) {
    if (!(error instanceof PyError) || (error.type !== 'ValueError' && error.type !== 'SyntaxError')) throw error;
    // Before 0.7 what is no Python at all raised.
    const caught = error.type === 'ValueError' ? true : since(run, 'django-environ', '0.7');
    if (caught === false) throw error;
    return caught ? text : unknownAt(run, 'unsupported-syntax', site);
  }
}

function plainOr(run: Run, text: Known, value: string, site: Site): Val {
  if (since(run, 'django-environ', '0.7') !== true) return unknownAt(run, 'unsupported-syntax', site);
  return /^[^\d'"[({+\-.bBrRuU]/.test(value) && !/^(True|False|None)/.test(value) ? text : unknownAt(run, 'unsupported-syntax', site);
}
