import { boolArg, builtin, textArg } from '../../builtins/native.ts';
import { callUnknown } from '../../expressions/call.ts';
import { type Run, unknownAt } from '../../run.ts';
import { type CallArgs, type FuncObj, known, type Obj, type Site, type Unk, type Val } from '../../values/object.ts';

/** What a decorator of pydantic leaves in a class body, until the class is made. */
export type Mark =
  | {
      readonly k: 'field';
      readonly fields: readonly string[];
      readonly mode: 'before' | 'after' | 'plain';
      readonly eachItem: boolean;
      readonly always: boolean;
      readonly old: boolean;
      readonly func: FuncObj;
      readonly site: Site;
    }
  | { readonly k: 'root'; readonly mode: 'before' | 'after'; readonly old: boolean; readonly func: FuncObj; readonly site: Site }
  | { readonly k: 'computed'; readonly func: FuncObj }
  | { readonly k: 'open'; readonly why: Unk };

const MARKS = new WeakMap<Obj, Mark>();

export function markOf(value: Val): Mark | undefined {
  return value.k === 'known' ? MARKS.get(value.obj) : undefined;
}

function marked(mark: Mark, origin: Val): Val {
  const obj: Obj = { t: 'native', cls: 'pydantic.decorated' };
  MARKS.set(obj, mark);
  return known(obj, origin.k === 'cond' ? { step: 'default', of: 'pydantic' } : origin.origin);
}

function funcOf(value: Val | undefined): FuncObj | undefined {
  if (value?.k !== 'known') return undefined;
  return value.obj.t === 'func' && !value.obj.generator && value.obj.opaque === null ? value.obj : undefined;
}

/** A decorator that turns the function it is given into a mark. */
function decorator(run: Run, name: string, mark: (func: FuncObj) => Mark | undefined): Val {
  return builtin(name, (args, at) => {
    const [value] = args.pos;
    if (value === undefined) return callUnknown(run, unknownAt(run, 'unsupported-syntax', at), args, at);
    const func = funcOf(value);
    const made = func === undefined ? undefined : mark(func);
    return marked(made ?? { k: 'open', why: unknownAt(run, 'unsupported-syntax', at) }, value);
  });
}

function textsOf(args: CallArgs): readonly string[] | undefined {
  const texts = args.pos.map(textArg);
  const known = texts.flatMap((text) => (text === undefined ? [] : [text]));
  return args.open === null && known.length === texts.length ? known : undefined;
}

function onlyKeys(args: CallArgs, ...names: readonly string[]): boolean {
  return [...args.kw.keys()].every((name) => names.includes(name));
}

/** `@field_validator('a', 'b', mode=…)` of pydantic 2. */
export function fieldValidator(run: Run): Val {
  return builtin('field_validator', (args, at) => {
    const fields = textsOf(args);
    const mode = args.kw.has('mode') ? textArg(args.kw.get('mode')) : 'after';
    const ok = onlyKeys(args, 'mode', 'check_fields') && (mode === 'before' || mode === 'after' || mode === 'plain');
    return decorator(run, 'field_validator', (func) =>
      ok && fields !== undefined ? { k: 'field', fields, mode, eachItem: false, always: true, old: false, func, site: at } : undefined,
    );
  });
}

/** `@validator('a', pre=…, always=…)` of pydantic 1. */
export function validator(run: Run): Val {
  return builtin('validator', (args, at) => {
    const fields = textsOf(args);
    const pre = boolArg(args.kw.get('pre'), false);
    const eachItem = boolArg(args.kw.get('each_item'), false);
    const always = boolArg(args.kw.get('always'), false);
    const ok = onlyKeys(args, 'pre', 'each_item', 'always', 'check_fields', 'allow_reuse');
    return decorator(run, 'validator', (func) =>
      ok && fields !== undefined && pre !== undefined && eachItem !== undefined && always !== undefined
        ? { k: 'field', fields, mode: pre ? 'before' : 'after', eachItem, always, old: true, func, site: at }
        : undefined,
    );
  });
}

/** `@model_validator(mode=…)` of pydantic 2. */
export function modelValidator(run: Run): Val {
  return builtin('model_validator', (args, at) => {
    const mode = textArg(args.kw.get('mode'));
    return decorator(run, 'model_validator', (func) =>
      args.pos.length === 0 && onlyKeys(args, 'mode') && (mode === 'before' || mode === 'after')
        ? { k: 'root', mode, old: false, func, site: at }
        : undefined,
    );
  });
}

/** `@root_validator` of pydantic 1, with or without arguments. */
export function rootValidator(run: Run): Val {
  return builtin('root_validator', (args, at) => {
    const made = (pre: boolean | undefined) =>
      decorator(run, 'root_validator', (func) =>
        pre === undefined ? undefined : { k: 'root', mode: pre ? 'before' : 'after', old: true, func, site: at },
      );
    const [direct] = args.pos;
    if (direct !== undefined) {
      const bare = made(false);
      return bare.k === 'known' && bare.obj.t === 'builtin' ? bare.obj.call({ ...args, pos: [direct] }, at) : bare;
    }
    return made(onlyKeys(args, 'pre', 'skip_on_failure', 'allow_reuse') ? boolArg(args.kw.get('pre'), false) : undefined);
  });
}

/** `@computed_field`: a property that model_dump tells as well. */
export function computedField(run: Run): Val {
  const mark = (func: FuncObj): Mark | undefined =>
    func.flavour === 'property' || func.flavour === 'plain' ? { k: 'computed', func: { ...func, flavour: 'property' } } : undefined;
  return builtin('computed_field', (args, at) => {
    const made = decorator(run, 'computed_field', mark);
    if (args.pos.length === 0 || made.k !== 'known' || made.obj.t !== 'builtin')
      return args.kw.has('alias') ? unknownAt(run, 'unsupported-syntax', at) : made;
    return made.obj.call({ ...args, kw: new Map() }, at);
  });
}
