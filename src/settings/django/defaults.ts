import type { Data } from '../../core/data.ts';
import type { Value } from '../../core/value.ts';
import type { ReleaseRange } from '../model.ts';

/** What Django gives a setting that nothing sets; undefined when it defines none of that name. */
export function djangoDefault(_name: string, _range: ReleaseRange): Value<Data> | undefined {
  return undefined;
}
