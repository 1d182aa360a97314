import { originAt, type Run } from '../run.ts';
import { dictFrom, listFrom } from './iterate.ts';
import { bool, int, known, none, type Site, str, type Val } from './object.ts';

/** Data that a library writes down in its own source. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** The objects of Python for plain data; numbers are whole. */
export function fromPlain(run: Run, data: Plain, site: Site): Val {
  const origin = originAt(site);
  if (data === null) return none(origin);
  if (typeof data === 'boolean') return bool(data, origin);
  if (typeof data === 'number') return int(data, origin);
  if (typeof data === 'string') return str(data, origin);
  if (isList(data))
    return known(
      listFrom(
        run,
        data.map((one) => fromPlain(run, one, site)),
      ),
      origin,
    );
  return known(
    dictFrom(
      run,
      Object.entries(data).map(([key, value]) => [key, fromPlain(run, value, site)] as const),
      site,
    ),
    origin,
  );
}

function isList(data: readonly Plain[] | { readonly [key: string]: Plain }): data is readonly Plain[] {
  return Array.isArray(data);
}
