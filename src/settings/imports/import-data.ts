import type { Data } from '../../core/data.ts';
import { Secret } from '../../core/secret.ts';
import type { Value } from '../../core/value.ts';
import type { Run } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom, listFrom, setFrom } from '../values/iterate.ts';
import { bool, known, none, str, tuple, unk, type Val } from '../values/object.ts';

/** The way back over the boundary: data as objects of the interpreter, fresh and mutable. */
export function importData(run: Run, value: Value<Data>): Val {
  if (value.kind === 'unknown') return unk(value.why, value.origin, { names: value.names, type: value.type ?? null });
  if (value.kind === 'conditional') {
    return {
      k: 'cond',
      cases: value.cases.map((one) => {
        const then = importData(run, one.then);
        return { when: one.when, then: then.k === 'cond' ? unk('limit', one.then.origin) : then };
      }),
    };
  }
  const { origin, value: data } = value;
  const site = { file: '', start: 0, end: 0 };
  if (data === null) return none(origin);
  if (typeof data === 'boolean') return bool(data, origin);
  if (typeof data === 'number') return known(Number.isInteger(data) ? { t: 'int', v: BigInt(data) } : { t: 'float', v: data }, origin);
  if (typeof data === 'string') return str(data, origin);
  if (data instanceof Secret) return str(data.reveal(), origin, true);
  switch (data.kind) {
    case 'list':
      return known(
        listFrom(
          run,
          data.items.map((item) => importData(run, item)),
        ),
        origin,
      );
    case 'tuple':
      return known(tuple(data.items.map((item) => importData(run, item))), origin);
    case 'set':
      return setFrom(
        run,
        data.items.map((item) => importData(run, item)),
        false,
        site,
      );
    case 'dict': {
      const dict = dictFrom(run, [], site);
      for (const entry of data.entries)
        setItem(run, dict, importData(run, { kind: 'known', value: entry.key, origin }), importData(run, entry.value), site);
      return known(dict, origin);
    }
    case 'path':
      return known({ t: 'path', v: data.value }, origin);
    default:
      return unk('third-party', origin);
  }
}
