import { isNone, pathArg } from '../../builtins/native.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { recordRead } from '../../environment.ts';
import { makeError } from '../../raise.ts';
import { PyError, type Run, unknownAt } from '../../run.ts';
import { ABSENT, type CallArgs, type Known, none, originOfVal, type Site, type Slot, type SlotCase } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import { conditional } from '../../values/state.ts';
import { loads } from '../python/json.ts';
import type { Options } from './config.ts';
import { type Extra, extrasDiffer, fileExtras } from './extras.ts';
import { type Complexity, complexity, lookups, type Names } from './lookups.ts';
import { deepMerged, plant, renamed, splitTimes, type Tree, treeDict, underKey } from './nested.ts';
import type { Field, FieldType, Generation, Model } from './types.ts';
import { ambientUnder, fileEntries, processVariables, type Variables } from './variables.ts';

/** Where the values of a settings class come from: pydantic-settings 2.16, and BaseSettings of pydantic 1.10. */

export interface Given {
  readonly slot: Slot;
  /** The variable that gives it, or that would. */
  readonly variable: string;
  /** Given in the call: no variable is read. */
  readonly direct: boolean;
  /** Put together from variables of its parts. */
  readonly parts: boolean;
}
export interface Gathered {
  readonly given: ReadonlyMap<string, Given>;
  /** Names that are no field's, with what they hold. */
  readonly extras: ReadonlyMap<string, Extra>;
  /** Releases differ in what else there is. */
  readonly doubtful: boolean;
}

interface Found {
  readonly slot: Slot;
  readonly variable: string;
  readonly parts?: boolean;
}

/** Everything that the sources hold for a class; raises SettingsError as they do. */
export function gather(run: Run, model: Model, options: Options, generation: Generation, args: CallArgs, site: Site): Gathered {
  const files = fileEntries(run, options, site);
  const process = processVariables(run, options, site);
  const sources: readonly Variables[] =
    generation === 2
      ? [process, { entries: files, other: absentUnder, open: false }]
      : [{ ...process, entries: new Map([...files, ...process.entries]) }];
  const given = new Map<string, Given>();
  for (const source of sources)
    for (const field of model.fields.values())
      given.set(
        field.name,
        joined(run, given.get(field.name), fromSource({ run, options, generation, site: field.site, source }, field), site),
      );
  for (const secrets of options.secrets) {
    const slot = secretSlot(run, pathArg(secrets), site);
    if (slot.k === 'absent') continue;
    for (const [name, one] of given) if (one.slot.k === 'absent') given.set(name, { ...one, slot: { ...slot, names: [one.variable] } });
  }
  const extras = generation === 2 ? fileExtras(model, options, files) : new Map<string, Extra>();
  const doubtful = generation === 2 && extrasDiffer(model, options, files, extras);
  initValues(run, model, options, args, given, extras, site);
  return { given, extras, doubtful };
}

/** What an earlier source gives goes before what a later one does. */
function joined(run: Run, high: Given | undefined, low: Found, site: Site): Given {
  const own: Given = { slot: low.slot, variable: low.variable, direct: false, parts: low.parts === true };
  if (high === undefined) return own;
  if (high.slot.k === 'absent') return low.slot.k === 'absent' ? high : own;
  const { slot } = high;
  const mayLack = slot.k === 'cond' && slot.cases.some((one) => one.then.k === 'absent');
  return { ...high, slot: mayLack ? behindSlot(slot, low.slot) : deepMerged(run, low.slot, slot, site), parts: high.parts || own.parts };
}

function absentUnder(_folded: string, written: string): { readonly variable: string; readonly slot: Slot } {
  return { variable: written, slot: ABSENT };
}

function behindSlot(slot: Extract<Slot, { k: 'cond' }>, next: Slot): Slot {
  return conditional(slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? next : one.then })));
}

function secretSlot(run: Run, path: string | undefined, site: Site) {
  const folder = path === undefined ? undefined : treePath(path, workingFolder(run));
  if (folder !== undefined && run.request.tree.kindOf(folder) === undefined) return ABSENT;
  return unknownAt(run, 'missing-file', site, { type: 'str' });
}

interface Place {
  readonly run: Run;
  readonly options: Options;
  readonly generation: Generation;
  readonly site: Site;
  readonly source: Variables;
}

function fromSource(place: Place, field: Field): Found {
  const { run, options, generation, source, site } = place;
  const names = lookups(field, options, generation);
  const raw = firstSet(source, names);
  const kind = complexity(field.type, generation);
  if (kind === 'unknown')
    return raw.slot.k === 'absent' ? raw : { ...raw, slot: unknownAt(run, 'unsupported-syntax', site, { names: [raw.variable] }) };
  const skip = field.decode === 'no' || (!options.decoding && field.decode !== 'force');
  const decodes = kind !== 'no' && !(generation === 2 && skip);
  const decoded = eachCase(raw.slot, (one) =>
    isNoneText(options, one) ? none(one.origin) : decodes ? decode(place, one, kind, raw.variable, field) : one,
  );
  if (kind === 'no') return { ...raw, slot: decoded };
  // A JSON null counts as nothing found to pydantic 2.
  if (generation === 2 && isNone(decoded) && raw.slot.k === 'known' && !isNoneText(options, raw.slot)) return { ...raw, slot: ABSENT };
  const built = exploded(place, field, names);
  if (built === null)
    return {
      ...raw,
      slot:
        decoded.k === 'known' && decoded.obj.t === 'dict'
          ? options.caseSensitive || generation === 1
            ? decoded
            : renamed(run, field.type, decoded, site)
          : decoded,
    };
  if (decoded.k === 'known' && decoded.obj.t !== 'dict') return { ...raw, slot: decoded };
  if (decoded.k === 'unk' || decoded.k === 'cond' || built.k !== 'known')
    return { variable: raw.variable, slot: unknownAt(run, 'opaque-env', site, { names: [raw.variable] }) };
  const whole = decoded.k === 'absent' ? built : deepMerged(run, decoded, built, site);
  const slot = whole.k === 'known' && !options.caseSensitive && generation === 2 ? renamed(run, field.type, whole, site) : whole;
  return { slot, variable: raw.variable, parts: true };
}

function isNoneText(options: Options, one: Known): boolean {
  return options.noneText !== null && one.obj.t === 'str' && one.obj.v === options.noneText;
}

function firstSet(source: Variables, names: readonly Names[]): Found {
  const [name, ...rest] = names;
  if (name === undefined) return { slot: ABSENT, variable: '' };
  const found = source.entries.get(name.folded) ?? source.other(name.folded, name.written);
  if (rest.length === 0) return found;
  if (found.slot.k === 'absent') {
    const later = firstSet(source, rest);
    return later.slot.k === 'absent' ? found : later;
  }
  if (found.slot.k !== 'cond') return found;
  return { variable: found.variable, slot: behindSlot(found.slot, firstSet(source, rest).slot) };
}

/** Changes what is known of a slot, case by case; what raises in one of several cases is unknown there. */
function eachCase(slot: Slot, change: (one: Known) => Slot): Slot {
  if (slot.k === 'known') return change(slot);
  if (slot.k !== 'cond') return slot;
  return conditional(
    slot.cases.map((one: SlotCase) => {
      if (one.then.k !== 'known') return one;
      try {
        return { when: one.when, then: change(one.then) };
      } catch (error) {
        if (!(error instanceof PyError)) throw error;
        return { when: one.when, then: { ...opaqueOf(one.then), why: 'raised' as const } };
      }
    }),
  );
}

function opaqueOf(one: Known) {
  return {
    k: 'unk' as const,
    why: 'opaque-env' as const,
    names: [],
    origin: originOfVal(one),
    type: null,
    truth: null,
    env: null,
    key: '',
    secret: one.secret,
    many: false,
  };
}

function decode({ run, site }: Place, one: Known, kind: Complexity, variable: string, field: Field): Slot {
  if (one.obj.t !== 'str') return one;
  try {
    const value = loads(run, { ...one, read: null }, site);
    return value.k === 'known' ? { ...value, secret: one.secret } : value;
  } catch (error) {
    if (!(error instanceof PyError) || error.type !== 'JSONDecodeError') throw error;
    if (kind === 'union') return one;
    throw makeError(run, 'SettingsError', `error parsing the value of ${variable} for the field ${field.name}`, site, variable);
  }
}

/** The variables below a field's names; null when there are none. */
function exploded(place: Place, field: Field, names: readonly Names[]): Slot | null {
  const { run, options, generation, source, site } = place;
  const { delimiter } = options;
  if (delimiter === null) return null;
  const prefixes = names.map((name) => `${name.folded}${delimiter}`);
  const tree: Tree = new Map();
  let some = false;
  for (const [name, { variable, slot }] of source.entries) {
    const prefix = prefixes.find((one) => name.startsWith(one));
    if (prefix === undefined) continue;
    some = true;
    const rest =
      generation === 2
        ? splitTimes(name.slice(prefix.length), delimiter, options.maxSplit - 1)
        : name.slice(options.prefix.length).split(delimiter).slice(1);
    if (!options.recent && rest.join('\n') !== splitTimes(name.slice(options.prefix.length), delimiter, -1).slice(1).join('\n'))
      return unknownAt(run, 'unsupported-syntax', site);
    const keys = rest.slice(0, -1);
    const last = rest[rest.length - 1] ?? '';
    // The parts of a model are read when it is made; those of a mapping here.
    if (field.type.k !== 'model') recordRead(run, variable, library(generation), site, slot);
    const value = generation === 2 ? leaf(place, field, keys, last, slot, variable) : slot;
    if (!plant(tree, keys, last, value)) return unknownAt(run, 'unsupported-syntax', site);
  }
  if (some) return treeDict(run, tree, site);
  // In an environment that may hold more, the parts may be set as well.
  const maybe = source.open || prefixes.some((prefix) => source.other !== absentUnder && ambientUnder(options, prefix));
  return maybe ? unknownAt(run, 'opaque-env', site) : null;
}

export function library(generation: Generation): string {
  return generation === 1 ? 'pydantic' : 'pydantic-settings';
}

function leaf(place: Place, field: Field, keys: readonly string[], last: string, slot: Slot, variable: string): Slot {
  const { run, options, site } = place;
  let target: { readonly type: FieldType; readonly field: Field | null } | undefined = { type: field.type, field };
  for (const key of [...keys, last]) target = target === undefined ? undefined : underKey(target.type, key, options);
  if (slot.k !== 'known' || slot.obj.t !== 'str' || slot.obj.v === '') return slot;
  if (isNoneText(options, slot)) return none(slot.origin);
  const isDict = field.type.k === 'dict';
  if (target === undefined && isDict && !options.recent) return unknownAt(run, 'unsupported-syntax', site);
  if (target === undefined) return isDict ? decode(place, slot, 'union', variable, field) : slot;
  const kind = complexity(target.type, 2);
  if (kind === 'unknown') return unknownAt(run, 'unsupported-syntax', site);
  if (kind === 'no') return slot;
  if (target.field === null)
    return kind === 'yes' ? decode(place, slot, 'union', variable, field) : unknownAt(run, 'unsupported-syntax', site);
  if (target.field.decode === 'no' || (!options.decoding && target.field.decode !== 'force')) return slot;
  return decode(place, slot, kind, variable, target.field);
}

function initValues(
  run: Run,
  model: Model,
  options: Options,
  args: CallArgs,
  given: Map<string, Given>,
  extras: Map<string, Extra>,
  site: Site,
): void {
  for (const [name, value] of args.kw) {
    if (name.startsWith('_')) continue;
    const field = [...model.fields.values()].find((one) => inputNames(one, options).includes(name));
    if (field === undefined) {
      const similar = [...model.fields.values()].some((one) =>
        inputNames(one, options).some((each) => each.toLowerCase() === name.toLowerCase()),
      );
      extras.set(name, { slot: similar ? unknownAt(run, 'unsupported-syntax', site) : value, variable: name });
      continue;
    }
    const old = given.get(field.name);
    given.set(field.name, {
      slot: old === undefined ? value : deepMerged(run, old.slot, value, site),
      variable: field.name,
      direct: true,
      parts: false,
    });
  }
}

/** Names under which a value is handed over. */
export function inputNames(field: Field, options: Options): readonly string[] {
  if (field.aliases === null) return [field.name];
  return options.byName ? [...field.aliases, field.name] : field.aliases;
}
