import { arg, builtin, isLeftOut, isNone, textArg } from '../../builtins/native.ts';
import { type Run, unknownAt } from '../../run.ts';
import { type CallArgs, known, type Obj, type Site, type Slot, type Unk, type Val } from '../../values/object.ts';
import { limited } from './limits.ts';
import { type Annotation, type Field, type FieldInfo, type FieldType, infoOf, type Model, markInfo } from './types.ts';

/** `Field(…)`: what it says of default, names and bounds. */

/** `Field(default, …)` as a value. */
export function fieldCall(run: Run): Val {
  return builtin('Field', (args, at) => {
    const fallback = arg(args, 0, 'default') ?? null;
    const factory = args.kw.get('default_factory') ?? null;
    const open = args.open ?? (args.pos.length > 1 ? unknownAt(run, 'unsupported-syntax', at) : null);
    const none = (value: Val | null) => value === null || isNone(value);
    return markInfo(known({ t: 'native', cls: 'pydantic.fields.FieldInfo' }, { step: 'default', of: 'pydantic' }), {
      fallback: isEllipsis(fallback) ? null : fallback,
      factory: none(factory) ? null : factory,
      demanded: isEllipsis(fallback),
      kw: args.kw,
      open,
    });
  });
}

function isEllipsis(value: Val | null): boolean {
  return value?.k === 'known' && value.obj.t === 'ellipsis';
}

const CHOICES = new WeakMap<Obj, readonly string[]>();

/** `AliasChoices('a', 'b')`; with a path in it nothing is known of it. */
export function aliasChoices(run: Run): Val {
  return builtin('AliasChoices', (args: CallArgs, at: Site) => {
    const names = args.pos.flatMap((one) => textArg(one) ?? []);
    if (args.open !== null || names.length !== args.pos.length || names.length === 0) return unknownAt(run, 'unsupported-syntax', at);
    const obj: Obj = { t: 'native', cls: 'pydantic.aliases.AliasChoices' };
    CHOICES.set(obj, names);
    return known(obj, { step: 'default', of: 'pydantic' });
  });
}

/** Undefined: not understood; null: none. */
function aliasesOf(info: FieldInfo, generation: Model['generation']): readonly string[] | null | undefined {
  const value = (generation === 1 ? undefined : info.kw.get('validation_alias')) ?? info.kw.get('alias');
  if (isLeftOut(value)) return null;
  if (value.k !== 'known') return undefined;
  const text = textArg(value);
  return text === undefined ? CHOICES.get(value.obj) : [text];
}

/** `env='X'` or `env=['X', 'Y']` of pydantic 1. */
function envOf(value: Val | undefined): readonly string[] | null | undefined {
  if (value === undefined) return null;
  const text = textArg(value);
  if (text !== undefined) return [text];
  if (value.k !== 'known') return undefined;
  const items =
    value.obj.t === 'tuple'
      ? value.obj.items
      : value.obj.t === 'list' && value.obj.cell.state.alternatives === null
        ? value.obj.cell.state.items
        : [];
  const names = items.flatMap((one) => textArg(one) ?? []);
  return names.length === 0 || names.length !== items.length ? undefined : names;
}

interface Owner {
  readonly run: Run;
  readonly generation: Model['generation'];
  readonly config: ReadonlyMap<string, Val>;
}

/** The field that an annotation and the value assigned to it make. */
export function fieldOf(owner: Owner, name: string, annotation: Annotation, given: Slot | null, site: Site): Field {
  const { run, generation } = owner;
  const assigned = given === null || given.k === 'absent' ? null : given;
  const own = infoOf(assigned ?? undefined);
  const infos = own === undefined ? annotation.info : [...annotation.info, own];
  let type = infos.reduce<FieldType>((sofar, info) => limited(run, sofar, info, generation, site), annotation.type);
  let fallback: Val | null = null;
  let factory: Val | null = null;
  for (const info of infos) {
    if (info.fallback === null && info.factory === null) continue;
    fallback = info.fallback;
    factory = info.factory;
  }
  if (assigned !== null && own === undefined && !isEllipsis(assigned)) {
    fallback = assigned;
    factory = null;
  }
  const refuse = (why: Unk = unknownAt(run, 'unsupported-syntax', site)): FieldType => ({ k: 'opaque', why });
  if (fallback?.k === 'cond' && fallback.cases.some((one) => one.then.k === 'absent')) type = refuse();
  if (given?.k === 'cond' && given.cases.some((one) => one.then.k === 'absent')) type = refuse();
  if (
    fallback?.k === 'known' &&
    fallback.obj.t === 'native' &&
    fallback.obj.cls.startsWith('pydantic.') &&
    !/\.(?:types|networks)\./.test(fallback.obj.cls)
  )
    type = refuse();
  if (generation === 1 && isNone(fallback)) type = nullable(type);
  const demanded = isEllipsis(assigned) || infos.some((info) => info.demanded);
  if (generation === 1 && (type.k === 'optional' || type.k === 'any') && fallback === null && factory === null && !demanded)
    fallback = known({ t: 'none' }, { step: 'default', of: 'pydantic' });
  const config = configured(owner, name);
  const aliases = firstOf(infos, (info) => aliasesOf(info, generation));
  const env =
    config === undefined ? undefined : (config ?? firstOf(infos, (info) => envOf(generation === 1 ? info.kw.get('env') : undefined)));
  if (aliases === undefined || env === undefined) type = refuse();
  return {
    name,
    type,
    fallback,
    factory,
    aliases: aliases ?? null,
    env: env ?? null,
    decode: annotation.decode,
    validateDefault: firstFlag(infos, 'validate_default'),
    excluded: firstFlag(infos, 'exclude') === true,
    site,
  };
}

/** pydantic 1: a default of None lets None in. */
function nullable(type: FieldType): FieldType {
  return type.k === 'optional' || type.k === 'any' || type.k === 'opaque' || type.k === 'none' ? type : { k: 'optional', of: type };
}

function firstOf<T>(infos: readonly FieldInfo[], read: (info: FieldInfo) => T | null | undefined): T | null | undefined {
  for (const info of [...infos].reverse()) {
    const value = read(info);
    if (value !== null) return value;
  }
  return null;
}

function firstFlag(infos: readonly FieldInfo[], name: string): boolean | null {
  for (const info of [...infos].reverse()) {
    const value = info.kw.get(name);
    if (value?.k === 'known' && value.obj.t === 'bool') return value.obj.v;
  }
  return null;
}

/** `Config.fields = {'name': {'env': 'X'}}` of pydantic 1; undefined when it is not understood. */
function configured({ config, generation }: Owner, name: string): readonly string[] | null | undefined {
  const all = generation === 1 ? config.get('fields') : undefined;
  if (all === undefined) return null;
  if (all.k !== 'known' || all.obj.t !== 'dict' || all.obj.cell.state.open !== null) return undefined;
  const entry = all.obj.cell.state.entries.get(`s:${name}`)?.value;
  if (entry === undefined) return null;
  if (entry.k !== 'known' || entry.obj.t !== 'dict' || entry.obj.cell.state.open !== null) return undefined;
  const keys = [...entry.obj.cell.state.entries.keys()];
  const env = entry.obj.cell.state.entries.get('s:env')?.value;
  if (keys.length !== 1 || env === undefined || env.k === 'absent') return undefined;
  return envOf(env);
}
