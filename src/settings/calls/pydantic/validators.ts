import { callValue } from '../../expressions/call.ts';
import { bind } from '../../expressions/instances.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type CallArgs, type ClassObj, type FuncObj, known, type Site, str, type Val } from '../../values/object.ts';
import { type Context, wrapErrors } from './failure.ts';
import type { Field, FieldValidator, Model } from './types.ts';
import { type MakeModel, validate } from './validate.ts';

/** A field's value through the validators that the project wrote around its type. */
export function validated(context: Context, model: Model, field: Field, value: Val, sofar: ReadonlyMap<string, Val>, make: MakeModel): Val {
  const own = [...model.validators.values()].filter((one) => one.fields.includes(field.name) || one.fields.includes('*'));
  if (own.length === 0) return validate(context, field.type, value, make);
  if (own.some((one) => one.eachItem)) return unknownAt(context.run, 'unsupported-syntax', field.site);
  const call = (one: FieldValidator, given: Val) => callValidator(context, model.cls, one, field, given, sofar);
  if (context.generation === 1) {
    const before = own.filter((one) => one.mode === 'before').reduce((given, one) => call(one, given), value);
    return own.filter((one) => one.mode === 'after').reduce((given, one) => call(one, given), validate(context, field.type, before, make));
  }
  const around = (at: number, given: Val): Val => {
    const one = own[at];
    if (one === undefined) return validate(context, field.type, given, make);
    if (one.mode === 'plain') return call(one, given);
    return one.mode === 'before' ? around(at - 1, call(one, given)) : call(one, around(at - 1, given));
  };
  return around(own.length - 1, value);
}

function callValidator(
  context: Context,
  cls: ClassObj,
  one: FieldValidator,
  field: Field,
  value: Val,
  sofar: ReadonlyMap<string, Val>,
): Val {
  const { run, site } = context;
  const args = argumentsOf(context, one.call, field, value, sofar);
  if (args === undefined) return unknownAt(run, 'unsupported-syntax', one.site);
  return wrapErrors(context, () => callValue(run, boundTo(cls, one.call, site), args, site));
}

function boundTo(cls: ClassObj, func: FuncObj, site: Site): Val {
  const origin = originAt(site);
  return func.flavour === 'static' ? known(func, origin) : bind(known(cls, origin), func);
}

/** Undefined: the function asks for something that is not followed. */
function argumentsOf(context: Context, func: FuncObj, field: Field, value: Val, sofar: ReadonlyMap<string, Val>): CallArgs | undefined {
  const params = func.flavour === 'static' ? func.params : func.params.slice(1);
  const [first, ...rest] = params;
  if (first === undefined || params.some((param) => param.kind === 'args' || param.kind === 'kwargs')) return undefined;
  const { run, site, generation } = context;
  if (generation === 2) {
    const asked = params.filter((param) => param.fallback === null && param.kind !== 'keyword-only');
    if (asked.length !== params.length || params.length > 2) return undefined;
    return { pos: rest.length === 0 ? [value] : [value, infoValue(run, field, sofar, site)], kw: new Map(), open: null };
  }
  const kw = new Map<string, Val>();
  for (const param of rest) {
    if (param.name === 'values') kw.set('values', known(dictFrom(run, [...sofar], site), originAt(site)));
    else if (param.name === 'field' || param.name === 'config') kw.set(param.name, unknownAt(run, 'unsupported-syntax', site));
    else return undefined;
  }
  return { pos: [value], kw, open: null };
}

/** ValidationInfo of pydantic 2. */
function infoValue(run: Run, field: Field, sofar: ReadonlyMap<string, Val>, site: Site): Val {
  const data = known(dictFrom(run, [...sofar], site), originAt(site));
  return known(
    {
      t: 'native',
      cls: 'pydantic_core.core_schema.ValidationInfo',
      attr: (name, at) => (name === 'data' ? data : name === 'field_name' ? str(field.name, originAt(at)) : undefined),
    },
    originAt(site),
  );
}

/** The validators of a whole model: `before` gets what was given and returns it changed. */
export function callRoot(context: Context, cls: ClassObj, func: FuncObj, value: Val): Val {
  const { run, site } = context;
  const params = func.flavour === 'static' ? func.params : func.params.slice(1);
  if (params.length !== 1) return unknownAt(run, 'unsupported-syntax', site);
  return wrapErrors(context, () => callValue(run, boundTo(cls, func, site), { pos: [value], kw: new Map(), open: null }, site));
}
