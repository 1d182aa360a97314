import { isLeftOut } from '../../builtins/native.ts';
import { lookupVariable, recordRead } from '../../environment.ts';
import { truthOf } from '../../expressions/truth.ts';
import { envFileAt } from '../../imports/libraries.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { type Known, known, type Site, type Slot, str, type Val } from '../../values/object.ts';
import { writeScope } from '../../values/state.ts';
import { keep } from '../django-environ/files.ts';
import { findFile, localName, readValues } from './files.ts';
import { atPath, hasMergeMark, type Joining, joined, kept, lost } from './merge.ts';
import { type Parsed, parseText } from './text.ts';

/** One load of dynaconf: options, files and variables in their order, into a store of first-level keys. */
export interface Options {
  readonly prefix: string;
  readonly switcher: string;
  /** The environment when no variable switches it; null is `development`. */
  readonly env: string | null;
  readonly environments: boolean;
  readonly files: readonly string[];
  /** A folder of the tree; null: none is given. */
  readonly root: string | null;
  /** Every later file is looked for from the folder of the first one found, when no root is given. */
  readonly skip: string | null;
  readonly dotenv: boolean;
  readonly mergeEnabled: boolean;
}

/** Formatted when it is read: `@format {this.NAME}`. */
export interface Format {
  readonly k: 'format';
  readonly text: Known;
  readonly cast: string | null;
}
export interface Store {
  readonly values: Map<string, Slot | Format>;
  /** Keys that files or variables have set. */
  readonly changed: Set<string>;
  /** Keys that were taken out again. */
  readonly deleted: Set<string>;
  /** Any variable may be set that is not listed. */
  readonly open: boolean;
  /** A mark to merge may have stayed in a constant: then all that is set back is merged, which is not followed. */
  marked: boolean;
}

/** Options under their plain names: as constants of a settings module they would change what dynaconf does. */
const SPECIAL = new Set(
  `APPLY_DEFAULT_ON_NONE AUTO_CAST BASE_NAMESPACE COMMENTJSON_ENABLED CORE_LOADERS DEFAULT_ENV DOTENV_OVERRIDE DOTENV_PATH DOTENV_VERBOSE
  DOTTED_LOOKUP ENCODING ENV ENVIRONMENTS ENVIRONMENT ENVVAR ENVVAR_PREFIX ENV_SWITCHER FORCE_ENV FRESH_VARS GLOBAL_ENV IGNORE_UNKNOWN_ENVVARS
  INCLUDES INDEX_SEPARATOR INSTANCE LOADERS LOWERCASE_READ MAIN_ENV MERGE_ENABLED NAMESPACE NESTED_SEPARATOR PRELOAD PROJECT_ROOT REDIS_ENABLED
  ROOT_PATH SECRETS SETTINGS_FILE SETTINGS_FILES SETTINGS_MODULE SILENT_ERRORS SKIP_FILES SYSENV_FALLBACK VALIDATE_ON_UPDATE VAULT_ENABLED
  YAML_LOADER DYNACONF_NAMESPACE DYNACONF_SETTINGS DYNACONF_SETTINGS_MODULE DYNACONF_SILENT_ERRORS DYNACONF_ALWAYS_FRESH_VARS DYNACONF_INCLUDE
  YAML LOAD_DOTENV DYNABOXIFY FRESH DEFAULTS LOADED_ENVS LOADED_HOOKS LOADED_FILES DELETED ENV_CACHE POST_HOOKS FILTER_STRATEGY VALIDATE_ONLY
  VALIDATE_EXCLUDE RENAMED_VARS`.split(/\s+/),
);
/** Options of loaders that are off: as constants they stay what they are, and dynaconf does not keep them. */
const IDLE = /^(REDIS|REDIS_URL|VAULT|VAULT_(?!ENABLED).*)$/;

/** Whether a constant of this name changes what dynaconf does. */
export function isOption(name: string): boolean {
  return SPECIAL.has(name) || name.endsWith('_FOR_DYNACONF');
}
export function isIdle(name: string): boolean {
  return IDLE.test(name);
}

/** Variables that change dynaconf itself; with one of them set nothing is followed. */
function isOptionVariable(name: string, options: Options): boolean {
  if (name === 'ENV_FOR_DYNACONF' || name === options.switcher) return false;
  return (
    name.endsWith('_FOR_DYNACONF') ||
    name === 'PROJECT_ROOT' ||
    name === 'SETTINGS_MODULE' ||
    /^DYNACONF_(NAMESPACE|SETTINGS|SETTINGS_MODULE|SILENT_ERRORS|ALWAYS_FRESH_VARS|INCLUDE)$/.test(name)
  );
}

/** `foo__bar` → `FOO__bar` */
export function upperFirst(key: string): string {
  const at = key.indexOf('__');
  return at === -1 ? key.toUpperCase() : key.slice(0, at).toUpperCase() + key.slice(at);
}

function variableNames(run: Run): readonly string[] {
  const names = new Set([...run.request.environment.variables.keys(), ...run.environ.state.names.keys()]);
  return [...names].sort();
}

/** What the variables hold that a load takes: another text later means that loading then gives something else. */
export function variablesNow(run: Run, options: Options, site: Site): string {
  const names = variableNames(run).filter(
    (name) => name === options.switcher || /DYNACONF/.test(name) || name.startsWith(`${options.prefix.toUpperCase()}_`),
  );
  const held = names.map((name) => {
    const slot = lookupVariable(run, name, site);
    return slot.k === 'known' && slot.obj.t === 'str' ? [name, slot.obj.v] : [name, slot.k, slot.k === 'unk' ? slot.key : ''];
  });
  return JSON.stringify([held, run.environ.state.open?.key ?? null]);
}

/** Sets a key, nested ones too, as `Settings.set` does. */
function setKey(run: Run, store: Store, name: string, parsed: Parsed, how: Joining, site: Site): void {
  const path = name.replaceAll('__', '.').split('.');
  const key = (path[0] ?? '').trim().toUpperCase();
  const old = store.values.get(key);
  const existing = old === undefined || old.k === 'format' ? undefined : old;
  store.changed.add(key);
  store.deleted.delete(key);
  if (name.includes('[') || (old?.k === 'format' && (path.length > 1 || parsed.kind !== 'value'))) {
    store.values.set(key, lost(run, site));
    return;
  }
  if (path.length > 1) {
    const there = existing?.k === 'known' && truthOf(run, existing, site) === false ? undefined : existing;
    const made = how.enabled ? undefined : atPath(run, there, path.slice(1), parsed, site);
    store.values.set(key, made ?? lost(run, site));
    return;
  }
  if (parsed.kind === 'format') {
    store.values.set(key, { k: 'format', text: parsed.text, cast: parsed.cast });
    return;
  }
  const made = joined(run, existing, parsed, how, site);
  if (made === undefined) {
    store.values.delete(key);
    store.deleted.add(key);
  } else store.values.set(key, made === 'unfollowed' ? lost(run, site) : made);
  store.marked ||= made === 'unfollowed' && old !== undefined && parsed.kind === 'value' && hasMergeMark(parsed.value);
}

/** A value of a file or constant: texts are tokens or themselves. */
function parsedSlot(run: Run, slot: Slot, site: Site): Parsed {
  if (slot.k === 'known' && slot.obj.t === 'str') return parseText(run, slot, false, site);
  const value = kept(run, slot, site);
  return { kind: 'value', value: value.k === 'absent' ? lost(run, site) : value };
}

/** The constants of the module and the other arguments: the first that is kept. */
function setConstants(run: Run, store: Store, constants: ReadonlyMap<string, Slot>, site: Site): boolean {
  for (const [name, slot] of [...constants].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (isIdle(name)) continue;
    if (name.includes('__') || name.includes('.')) return false;
    if (slot.k === 'known' && slot.obj.t === 'str') {
      const parsed = parseText(run, slot, false, site);
      if (parsed.kind !== 'value') return false;
      store.values.set(name.toUpperCase(), parsed.value);
    } else store.values.set(name.toUpperCase(), kept(run, slot, site));
  }
  return true;
}

function truth(slot: Slot | undefined): boolean | undefined {
  if (slot === undefined) return false;
  return slot.k === 'known' && slot.obj.t === 'bool' ? slot.obj.v : undefined;
}

/** One section of a file, or a whole file without sections. */
function setSection(run: Run, store: Store, values: ReadonlyMap<string, Slot>, fileMerge: boolean, options: Options, site: Site): boolean {
  const upper = new Map([...values].map(([name, value]) => [upperFirst(name), value]));
  const own = upper.get('DYNACONF_MERGE');
  const always = own === undefined ? fileMerge : truth(own);
  if (always === undefined || upper.has('DYNACONF_DOTTED_LOOKUP') || upper.has('DYNACONF_INCLUDE')) return false;
  upper.delete('DYNACONF_MERGE');
  for (const [name, value] of upper) {
    if (isOption(name) && name !== 'ENV') return false;
    setKey(run, store, name, parsedSlot(run, value, site), { always, enabled: options.mergeEnabled }, site);
  }
  return true;
}

function setFile(run: Run, store: Store, file: string, env: string, options: Options, site: Site): boolean {
  const values = readValues(run, file, site);
  if (values === null) return false;
  if (!options.environments) return setSection(run, store, values, false, options, site);
  const lower = new Map([...values].map(([name, value]) => [name.toLowerCase(), value]));
  const merge = truth(lower.get('dynaconf_merge'));
  if (merge === undefined || lower.has('dynaconf_dotted_lookup')) return false;
  const layers = new Set(['default', options.prefix.toLowerCase(), ...env.split(',').map((one) => one.trim().toLowerCase()), 'global']);
  for (const layer of layers) {
    const section = lower.get(layer);
    if (isLeftOut(section)) continue;
    if (section.k !== 'known' || section.obj.t !== 'dict') return false;
    const inner = new Map<string, Slot>();
    for (const { key, value } of section.obj.cell.state.entries.values()) if (key.obj.t === 'str') inner.set(key.obj.v, value);
    if (!setSection(run, store, inner, merge, options, site)) return false;
  }
  return true;
}

function setFiles(run: Run, store: Store, env: string, options: Options, site: Site): boolean {
  const found: string[] = [];
  for (const name of options.files) {
    if (/[*?[]/.test(name) || !/\.[a-z]+$/.test(name)) return false;
    const absolute = name.startsWith('/') || name.startsWith('<ROOT>');
    const near = found[0];
    const root = options.root ?? (near === undefined ? null : near.slice(0, Math.max(0, near.lastIndexOf('/'))));
    const file = absolute ? envFileAt(run, name) : findFile(run, name, root, options.skip);
    if (absolute && file === undefined) return false;
    if (file !== undefined && file !== null) found.push(file);
  }
  const local = found.filter((file) => !file.includes('.local.')).map(localName);
  const all = [...found, ...local.filter((file) => run.request.tree.kindOf(file) !== null)];
  return all.every((file) => setFile(run, store, file, env, options, site));
}

/** Whether one of some nested keys lies on the way to another: which of them is set first then matters. */
function overlap(keys: readonly string[]): boolean {
  const paths = keys.map((key) => `${key.toLowerCase()}__`);
  return paths.some((one, i) => paths.some((other, j) => i !== j && other.startsWith(one)));
}

/** The variables of one prefix. Their order is the environment's, so a key that is given whole and in part is lost. */
function setVariables(run: Run, store: Store, prefix: string, options: Options, site: Site): boolean {
  const groups = new Map<string, string[]>();
  for (const name of variableNames(run)) {
    if (isOptionVariable(name, options)) {
      if (lookupVariable(run, name, site).k !== 'absent') return false;
      continue;
    }
    if (!name.startsWith(`${prefix}_`) || lookupVariable(run, name, site).k === 'absent') continue;
    const key = name.slice(prefix.length + 1);
    if (key === 'SETTINGS_MODULE' || key === '') continue;
    if (isOption(upperFirst(key)) && key !== 'ENV') return false;
    const top = (key.split('__')[0] ?? '').toUpperCase();
    groups.set(top, [...(groups.get(top) ?? []), name]);
  }
  const how = { always: false, enabled: options.mergeEnabled };
  for (const [top, names] of groups) {
    const keys = names.map((name) => name.slice(prefix.length + 1));
    const mixed = overlap(keys);
    for (const name of names) {
      const slot = lookupVariable(run, name, site);
      recordRead(run, name, 'dynaconf', site, slot);
      if (mixed || slot.k !== 'known') {
        store.values.set(top, lost(run, site));
        store.changed.add(top);
        continue;
      }
      setKey(run, store, name.slice(prefix.length + 1), variableValue(run, slot, site), how, site);
    }
  }
  return true;
}

/** The text of a variable is read as TOML first, and what comes out as a value of a file. */
function variableValue(run: Run, slot: Known, site: Site): Parsed {
  const text =
    slot.obj.t === 'str' && /^(True|False)$/.test(slot.obj.v.trim()) ? str(slot.obj.v.toLowerCase(), slot.origin, slot.secret) : slot;
  const parsed = parseText(run, text, true, site);
  return parsed.kind === 'value' ? parsedSlot(run, parsed.value, site) : parsed;
}

/** Loads a `.env` that holds nothing but plain assignments; false for any other. */
export function loadDotenv(run: Run, root: string | null, site: Site): boolean {
  for (const from of root === null ? [null] : [null, root]) {
    const file = findFile(run, '.env', from, null);
    if (file === undefined) continue;
    const read = run.request.tree.read(file);
    if (!read.ok) return false;
    let start = 0;
    for (const line of read.text.split('\n')) {
      const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:([^\s'"\\$#`]*)|"([^"\\$]*)"|'([^'\\$]*)')\s*$/.exec(line);
      if (found === null && !/^\s*(#.*)?$/.test(line)) {
        writeScope(run.journal, run.environ).open = unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
        return false;
      }
      const [, name = '', bare, double, single] = found ?? [];
      const at = { file, start, end: start + line.length };
      const origin = { step: 'env' as const, name, state: 'given' as const, at, from: file };
      if (found !== null) keep(run, name, str(bare ?? double ?? single ?? '', origin), false, site);
      start += line.length + 1;
    }
  }
  return true;
}

/** Loads everything for one environment; null where something is met that is not followed. */
export function load(run: Run, options: Options, constants: ReadonlyMap<string, Slot>, env: string, site: Site): Store | null {
  const { environment } = run.request;
  const open = environment.closed !== true || run.environ.state.open !== null;
  const store: Store = { values: new Map(), changed: new Set(), deleted: new Set(), open, marked: false };
  if (!setConstants(run, store, constants, site) || !setFiles(run, store, env, options, site)) return null;
  for (const prefix of new Set(['DYNACONF', options.prefix.toUpperCase()]))
    if (!setVariables(run, store, prefix, options, site)) return null;
  return store.values.has('DYNACONF_INCLUDE') || store.marked ? null : store;
}

/** What a key holds when it is read. In an open environment some variable may have changed it. */
export function heldValue(run: Run, store: Store, key: string, site: Site): Slot | undefined {
  const held = store.values.get(key);
  if (held === undefined) return undefined;
  const value = held.k === 'format' ? formatted(run, store, held, site, 0) : held;
  if (!store.open) return value;
  const guard = { on: 'text' as const, key: `dynaconf:${key}`, text: `no variable of the environment changes ${key}` };
  const other = unknownAt(run, 'opaque-env', site, { names: [key] });
  const cases = value.k === 'cond' ? value.cases : [{ when: [], then: value }];
  return {
    k: 'cond',
    cases: [
      ...cases.map((one) => ({ when: [...one.when, { ...guard, holds: true }], then: one.then })),
      { when: [{ ...guard, holds: false }], then: other },
    ],
  };
}

/** str.format with `{this.NAME}` and `{env[NAME]}`. */
function formatted(run: Run, store: Store, format: Format, site: Site, depth: number): Val {
  const text = format.text.obj.t === 'str' ? format.text.obj.v : '';
  let out = '';
  let secret = format.text.secret;
  for (const part of text.split(/(\{[^{}]*\})/)) {
    if (/^\{.*\}$/.test(part)) {
      const inner = fieldText(run, store, part.slice(1, -1), site, depth);
      if (inner === undefined) return lost(run, site);
      out += inner.text;
      secret ||= inner.secret;
    } else if (/[{}]/.test(part)) return lost(run, site);
    else out += part;
  }
  const made = str(out, originAt(site, undefined, format.text.origin), secret);
  if (format.cast === null) return made;
  const cast = parseText(run, str(`${format.cast} ${out}`, made.origin, secret), false, site);
  return cast.kind === 'value' ? cast.value : lost(run, site);
}

function fieldText(
  run: Run,
  store: Store,
  field: string,
  site: Site,
  depth: number,
): { readonly text: string; readonly secret: boolean } | undefined {
  const name = /^this\.([A-Za-z_]\w*)$/.exec(field)?.[1];
  const variable = /^env\[(\w+)\]$/.exec(field)?.[1];
  const held = name === undefined ? undefined : store.values.get(name.toUpperCase());
  const slot =
    variable !== undefined
      ? lookupVariable(run, variable, site)
      : held?.k === 'format'
        ? depth > 8
          ? undefined
          : formatted(run, store, held, site, depth + 1)
        : held;
  if (variable !== undefined) recordRead(run, variable, 'dynaconf', site, lookupVariable(run, variable, site));
  if (slot?.k !== 'known') return undefined;
  const { obj } = slot;
  if (obj.t === 'str' || obj.t === 'path') return { text: obj.v, secret: slot.secret };
  if (obj.t === 'int') return { text: String(obj.v), secret: false };
  return obj.t === 'bool' ? { text: obj.v ? 'True' : 'False', secret: false } : undefined;
}

export function nothing(site: Site): Known {
  return known({ t: 'none' }, originAt(site));
}
