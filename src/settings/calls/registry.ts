import { PYTHON } from '../builtins/native.ts';
import { isStandardModule } from '../imports/stdlib-names.ts';
import type { Run } from '../run.ts';
import { known, type ModuleObj, unk, type Val } from '../values/object.ts';
import { newCell, newJournal, type ScopeState } from '../values/state.ts';
import { configurationsModules } from './configurations/modules.ts';
import { decoupleModules } from './decouple/modules.ts';
import { djDatabaseUrlModules } from './dj-database-url/modules.ts';
import { djEmailUrlModules } from './dj-email-url.ts';
import { djangoModules } from './django.ts';
import { djangoCacheUrlModules } from './django-cache-url.ts';
import { djangoEnvironModules } from './django-environ/modules.ts';
import { djangoHerokuModules } from './django-heroku.ts';
import { dynaconfModules } from './dynaconf/modules.ts';
import { environsModules } from './environs/modules.ts';
import { envparseModules } from './envparse/modules.ts';
import { pydanticModules } from './pydantic/modules.ts';
import { collectionsModules } from './python/collections.ts';
import { configparserModules } from './python/configparser.ts';
import { contextlibModules } from './python/contextlib.ts';
import { dataModules } from './python/data.ts';
import { dataclassModules } from './python/dataclasses.ts';
import { enumModules } from './python/enum.ts';
import { functoolsModules } from './python/functools.ts';
import { operatorModules } from './python/itertools.ts';
import { osModules } from './python/os.ts';
import { pathlibModules } from './python/pathlib.ts';
import { stdlibModules } from './python/stdlib.ts';
import { sysModules } from './python/sys.ts';
import { typingModules } from './python/typing.ts';
import { urlModules } from './python/urls.ts';
import { dotenvModules } from './python-dotenv.ts';
import { quietModules } from './quiet.ts';
import { splitSettingsModules } from './split-settings/modules.ts';
import { thirdPartyModules } from './third-party.ts';

/** What a modelled module offers: made when it is first asked for. */
export type ModuleTable = Readonly<Record<string, () => Val>>;
export interface ModelledModule {
  readonly names: ModuleTable;
  /** Names that are not listed exist but are not understood. */
  readonly open: boolean;
  /** Any name at all. */
  readonly any?: (name: string) => Val;
}
export type ModuleSource = (run: Run) => Readonly<Record<string, ModelledModule>>;

const SOURCES: readonly ModuleSource[] = [
  osModules,
  sysModules,
  pathlibModules,
  dataModules,
  collectionsModules,
  contextlibModules,
  functoolsModules,
  operatorModules,
  enumModules,
  dataclassModules,
  typingModules,
  quietModules,
  stdlibModules,
  urlModules,
  djangoModules,
  thirdPartyModules,
  decoupleModules,
  djangoEnvironModules,
  dotenvModules,
  environsModules,
  djDatabaseUrlModules,
  djangoHerokuModules,
  djEmailUrlModules,
  envparseModules,
  dynaconfModules,
  djangoCacheUrlModules,
  splitSettingsModules,
  configparserModules,
  configurationsModules,
  pydanticModules,
];

const tables = new WeakMap<Run, Map<string, ModelledModule>>();

function tableOf(run: Run): Map<string, ModelledModule> {
  const old = tables.get(run);
  if (old !== undefined) return old;
  const all = new Map<string, ModelledModule>();
  for (const source of SOURCES) for (const [name, module] of Object.entries(source(run))) all.set(name, together(all.get(name), module));
  tables.set(run, all);
  return all;
}

/** Two sources may know parts of one module; the later one's names count. */
function together(old: ModelledModule | undefined, more: ModelledModule): ModelledModule {
  return old === undefined ? more : { ...old, ...more, names: { ...old.names, ...more.names } };
}

/** The model of a module outside the tree, or undefined. */
export function nativeModule(run: Run, name: string): ModuleObj | undefined {
  const old = run.natives.get(name);
  if (old !== undefined) return old === null ? undefined : old;
  const table = tableOf(run);
  const model = table.get(name);
  if (model === undefined) {
    run.natives.set(name, null);
    return undefined;
  }
  const cache = new Map<string, Val>();
  const attr = (key: string): Val | undefined => {
    const before = cache.get(key);
    if (before !== undefined) return before;
    const make = Object.hasOwn(model.names, key) ? model.names[key] : undefined;
    const made = make?.() ?? model.any?.(key);
    if (made !== undefined) {
      cache.set(key, made);
      return made;
    }
    const inner = table.has(`${name}.${key}`) ? nativeModule(run, `${name}.${key}`) : undefined;
    return inner === undefined ? undefined : known(inner, PYTHON);
  };
  const open = model.open ? unk(isStandardModule(name) ? 'dynamic-call' : 'third-party', PYTHON, { key: `module:${name}` }) : null;
  const patched = newCell<ScopeState>(newJournal(), { k: 'scope', names: new Map(), open: null });
  const obj: ModuleObj = { t: 'module', name, file: null, scope: null, attr, open, patched };
  run.natives.set(name, obj);
  return obj;
}

/** Whether a module outside the tree is modelled, or is a package that one of those lies in. */
export function isModelled(run: Run, name: string): boolean {
  return [...tableOf(run).keys()].some((one) => one === name || one.startsWith(`${name}.`));
}
