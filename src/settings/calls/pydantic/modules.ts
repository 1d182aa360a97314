import { arg, builtin, PYTHON, typeObject } from '../../builtins/native.ts';
import { exceptionClass, mayRaise, raise } from '../../raise.ts';
import { insideTry, lift, originAt, type Run, unknownAt } from '../../run.ts';
import { dictFrom } from '../../values/iterate.ts';
import { type CallArgs, known, none, type Obj, type Site, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';
import { DECODE, LAYERS } from './annotations.ts';
import { baseClass, generationPinned, noteGeneration } from './classes.ts';
import { computedField, fieldValidator, modelValidator, rootValidator, validator } from './decorators.ts';
import type { Context } from './failure.ts';
import { aliasChoices, fieldCall } from './fields.ts';
import { limited, limitsOf } from './limits.ts';
import { toSecret } from './scalars.ts';
import { type FieldInfo, type FieldType, type Generation, type Layer, markType, type UrlKind } from './types.ts';
import { newUrlKinds, urlKinds } from './url-kinds.ts';
import { toUrl } from './urls.ts';

/** pydantic 1.10 and 2.14, pydantic-settings 2.16. */

type Names = Readonly<Record<string, () => Val>>;

function baseModel(run: Run, home: string, generation: Generation | null) {
  return baseClass(run, `${home}.main`, 'BaseModel', generation, null);
}

/** A type that is called as well: `PostgresDsn('postgres://…')`. */
function typeName(run: Run, name: string, type: FieldType, generation: Generation | null): () => Val {
  return () =>
    markType(
      typeObject(name, (args, at) => {
        const [value] = args.pos;
        if (value === undefined || generation === null || args.kw.size > 0 || args.open !== null)
          return unknownAt(run, 'unsupported-syntax', at);
        const context: Context = { run, generation, site: at, variable: name };
        return lift(run, value, (one) =>
          type.k === 'url'
            ? toUrl(context, one, type.url)
            : type.k === 'secret'
              ? toSecret(context, one, type.home)
              : unknownAt(run, 'unsupported-syntax', at),
        );
      }),
      type,
    );
}

function constrained(run: Run, name: string, base: FieldType, generation: Generation | null): () => Val {
  return () =>
    builtin(name, (args, at) => {
      const info: FieldInfo = {
        fallback: null,
        factory: null,
        demanded: false,
        kw: args.kw,
        open: args.open ?? (args.pos.length > 0 ? unknownAt(run, 'unsupported-syntax', at) : null),
      };
      return markType(known({ t: 'native', cls: `pydantic.${name}` }, originAt(at)), limited(run, base, info, generation, at));
    });
}

/** Names that both generations have. */
function shared(run: Run, home: string, generation: Generation | null): Names {
  const int = (limits: Parameters<typeof limitsOf>[0]): FieldType => ({ k: 'int', limits: limitsOf(limits) });
  const float = (limits: Parameters<typeof limitsOf>[0]): FieldType => ({ k: 'float', limits: limitsOf(limits) });
  const types: Readonly<Record<string, FieldType>> = {
    PositiveInt: int({ gt: 0 }),
    NegativeInt: int({ lt: 0 }),
    NonNegativeInt: int({ ge: 0 }),
    NonPositiveInt: int({ le: 0 }),
    PositiveFloat: float({ gt: 0 }),
    NonNegativeFloat: float({ ge: 0 }),
    ...Object.fromEntries(urlKinds(home).map((url: UrlKind) => [url.name, { k: 'url' as const, url }])),
    SecretStr: { k: 'secret', home },
    EmailStr: { k: 'email' },
  };
  return {
    BaseModel: () => known(baseModel(run, home, generation), PYTHON),
    Field: () => fieldCall(run),
    ...Object.fromEntries(Object.entries(types).map(([name, type]) => [name, typeName(run, name, type, generation)])),
    conint: constrained(run, 'conint', int({}), generation),
    confloat: constrained(run, 'confloat', float({}), generation),
    constr: constrained(run, 'constr', { k: 'str', limits: limitsOf({}) }, generation),
    ValidationError: () => errorClass('ValidationError'),
  };
}

function errorClass(name: string): Val {
  const cls = exceptionClass(name);
  return cls === undefined ? none(PYTHON) : known(cls, PYTHON);
}

/** Names that only the old pydantic has, or has in this meaning. */
function old(run: Run, home: string): Names {
  const extra = (value: string) => known({ t: 'str' as const, v: value }, PYTHON);
  return {
    BaseSettings: () =>
      known(baseClass(run, `${home}.env_settings`, 'BaseSettings', 1, baseModel(run, home, home === 'pydantic' ? null : 1)), PYTHON),
    validator: () => validator(run),
    root_validator: () => rootValidator(run),
    Extra: () =>
      known(
        {
          t: 'native',
          cls: `${home}.config.Extra`,
          attr: (name) => (name === 'forbid' || name === 'allow' || name === 'ignore' ? extra(name) : undefined),
        },
        PYTHON,
      ),
  };
}

/** Names of pydantic 2 only. */
function recent(run: Run): Names {
  const layer = (name: string, mode: Layer['mode']) => () =>
    builtin(name, (args: CallArgs, at: Site) => {
      const call = arg(args, 0, 'func');
      if (call === undefined) return unknownAt(run, 'unsupported-syntax', at);
      const obj: Obj = { t: 'native', cls: `pydantic.functional_validators.${name}` };
      if (call.k === 'known') LAYERS.set(obj, { mode, call, method: false, site: at });
      return known(obj, originAt(at));
    });
  return {
    field_validator: () => fieldValidator(run),
    model_validator: () => modelValidator(run),
    computed_field: () => computedField(run),
    AliasChoices: () => aliasChoices(run),
    ConfigDict: () => configDict(run),
    BeforeValidator: layer('BeforeValidator', 'before'),
    AfterValidator: layer('AfterValidator', 'after'),
    ...Object.fromEntries(newUrlKinds('pydantic').map((url) => [url.name, typeName(run, url.name, { k: 'url', url }, 2)])),
  };
}

/** `SettingsConfigDict(env_file='.env')` is a dict of its arguments. */
function configDict(run: Run): Val {
  return typeObject('ConfigDict', (args, at) =>
    args.open !== null || args.pos.length > 0
      ? unknownAt(run, 'unsupported-syntax', at)
      : known(dictFrom(run, [...args.kw], at), originAt(at)),
  );
}

function noted(run: Run, generation: Generation, names: Names): Names {
  return Object.fromEntries(
    Object.entries(names).map(([name, make]) => [
      name,
      () => {
        noteGeneration(run, generation);
        return make();
      },
    ]),
  );
}

function mark(decode: 'no' | 'force', name: string): () => Val {
  return () => {
    const obj: Obj = { t: 'native', cls: `pydantic_settings.sources.types.${name}` };
    DECODE.set(obj, decode);
    return known(obj, PYTHON);
  };
}

/** Names of pydantic-settings, which cannot be installed beside pydantic 1. */
function separate(run: Run, names: Names): Names {
  return Object.fromEntries(
    Object.entries(noted(run, 2, names)).map(([name, make]) => [
      name,
      () => {
        const site = { file: run.frame.module.file, start: 0, end: 0 };
        return generationPinned(run) === 1 ? raise(run, 'ModuleNotFoundError', "No module named 'pydantic_settings'", site) : make();
      },
    ]),
  );
}

/** pydantic 2 refuses to give `BaseSettings` away. */
function movedSettings(run: Run, make: (() => Val) | undefined): Val {
  const pinned = generationPinned(run);
  const site = { file: run.frame.module.file, start: 0, end: 0 };
  const message = '`BaseSettings` has been moved to the `pydantic-settings` package.';
  if (pinned === 2) return raise(run, 'PydanticImportError', message, site);
  if (pinned === null && insideTry(run)) mayRaise(run, 'PydanticImportError', message, site);
  noteGeneration(run, 1);
  return make?.() ?? none(PYTHON);
}

export function pydanticModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const module = (names: Names): ModelledModule => ({ open: true, names });
  const { BaseSettings, validator: oldValidator, root_validator: oldRoot, Extra } = old(run, 'pydantic');
  const both = shared(run, 'pydantic', null);
  const one = shared(run, 'pydantic.v1', 1);
  const main: Names = {
    ...both,
    BaseSettings: () => movedSettings(run, BaseSettings),
    ...(oldValidator === undefined || oldRoot === undefined || Extra === undefined
      ? {}
      : { validator: oldValidator, root_validator: oldRoot, Extra }),
    ...noted(run, 2, recent(run)),
  };
  const first: Names = { ...one, ...old(run, 'pydantic.v1') };
  const settings: Names = {
    BaseSettings: () => known(baseClass(run, 'pydantic_settings.main', 'BaseSettings', 2, baseModel(run, 'pydantic', null)), PYTHON),
    SettingsConfigDict: () => configDict(run),
    NoDecode: mark('no', 'NoDecode'),
    ForceDecode: mark('force', 'ForceDecode'),
    SettingsError: () => errorClass('SettingsError'),
  };
  return {
    pydantic: module(main),
    'pydantic.fields': module({ Field: () => fieldCall(run) }),
    'pydantic.networks': module(main),
    'pydantic.types': module(main),
    'pydantic.env_settings': module(main),
    'pydantic.class_validators': module(main),
    'pydantic.functional_validators': module(main),
    'pydantic.v1': module(first),
    pydantic_settings: module(separate(run, settings)),
    'pydantic_settings.main': module(separate(run, settings)),
    'pydantic_settings.sources': module(separate(run, settings)),
  };
}
