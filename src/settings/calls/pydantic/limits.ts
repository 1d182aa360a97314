import { isNone } from '../../builtins/native.ts';
import { type Run, unknownAt } from '../../run.ts';
import type { Site, Val } from '../../values/object.ts';
import { type FieldInfo, type FieldType, type Generation, type Limits, NO_LIMITS } from './types.ts';

/** Options of Field that change nothing of the value. */
const HARMLESS = new Set([
  'alias',
  'alias_priority',
  'validation_alias',
  'serialization_alias',
  'title',
  'description',
  'examples',
  'example',
  'exclude',
  'include',
  'repr',
  'init',
  'init_var',
  'kw_only',
  'json_schema_extra',
  'deprecated',
  'frozen',
  'allow_mutation',
  'validate_default',
  'env',
  'default',
  'default_factory',
]);
const BOUNDS = new Set(['gt', 'ge', 'lt', 'le', 'min_length', 'max_length', 'min_items', 'max_items']);

/** The type with the bounds that Field, conint and their like set; opaque for options that are not followed. */
export function limited(run: Run, type: FieldType, info: FieldInfo, generation: Generation | null, site: Site): FieldType {
  const refuse = (): FieldType => ({ k: 'opaque', why: info.open ?? unknownAt(run, 'unsupported-syntax', site) });
  if (info.open !== null) return refuse();
  const bounds = new Map<string, number>();
  for (const [name, value] of info.kw) {
    if (HARMLESS.has(name) || isNone(value)) continue;
    const number = BOUNDS.has(name) ? numberIn(value) : undefined;
    if (number === undefined) return refuse();
    bounds.set(name, number);
  }
  return bounds.size === 0 ? type : (bounded(type, bounds, generation) ?? refuse());
}

function numberIn(value: Val): number | undefined {
  if (value.k !== 'known') return undefined;
  if (value.obj.t === 'int') return Number.isSafeInteger(Number(value.obj.v)) ? Number(value.obj.v) : undefined;
  return value.obj.t === 'float' ? value.obj.v : undefined;
}

/** Undefined: pydantic refuses the bound for this type, or nobody has looked. */
function bounded(type: FieldType, bounds: ReadonlyMap<string, number>, generation: Generation | null): FieldType | undefined {
  const only = (...names: readonly string[]) => [...bounds.keys()].every((name) => names.includes(name));
  const limits = (old: Limits): Limits => ({
    gt: bounds.get('gt') ?? old.gt,
    ge: bounds.get('ge') ?? old.ge,
    lt: bounds.get('lt') ?? old.lt,
    le: bounds.get('le') ?? old.le,
    minLength: bounds.get('min_length') ?? bounds.get('min_items') ?? old.minLength,
    maxLength: bounds.get('max_length') ?? bounds.get('max_items') ?? old.maxLength,
  });
  switch (type.k) {
    case 'int':
    case 'float':
      return only('gt', 'ge', 'lt', 'le') ? { ...type, limits: limits(type.limits) } : undefined;
    case 'str':
      return only('min_length', 'max_length') ? { ...type, limits: limits(type.limits) } : undefined;
    case 'list':
      return only('min_length', 'max_length', 'min_items', 'max_items') &&
        generation === (bounds.has('min_items') || bounds.has('max_items') ? 1 : 2)
        ? { ...type, limits: limits(type.limits) }
        : undefined;
    case 'optional': {
      const inner = bounded(type.of, bounds, generation);
      return inner === undefined ? undefined : { k: 'optional', of: inner };
    }
    default:
      return undefined;
  }
}

export function limitsOf(bounds: Partial<Limits>): Limits {
  return { ...NO_LIMITS, ...bounds };
}
