import type { Evaluation } from '../check/result.ts';
import type { Data } from '../core/data.ts';
import { guardsInWords } from '../core/guard.ts';
import { type Origin, placeOf } from '../core/origin.ts';
import { isSecretName } from '../core/secret.ts';
import type { UnknownReason, Value } from '../core/value.ts';
import { encodeValue } from '../settings/encode.ts';
import type { EnvironmentRead, ReleaseRange } from '../settings/model.ts';
import { maskTexts, maskUserParts } from './mask.ts';
import { type OriginStep, originSteps } from './origin-words.ts';
import type { Texts } from './run.ts';
import { partsOf } from './setting-parts.ts';

/** One settings module under one environment, as `settings` and `env` print it (DESIGN §8, schema/settings.schema.json). */
export interface ModuleJson {
  readonly module: string;
  readonly file: string | null;
  readonly project: string;
  readonly deployments: readonly string[];
  /** Names of the processes that load it under this environment; none for what only a file names. */
  readonly processes: readonly string[];
  readonly django: string | null;
  readonly complete: boolean;
  readonly raised: { readonly type: string; readonly message: string; readonly file: string; readonly line: number } | null;
  readonly files: readonly string[];
  readonly environment: Readonly<Record<string, VariableJson>>;
  readonly settings: Readonly<Record<string, SettingJson>>;
  readonly reads: readonly ReadJson[];
}

export interface VariableJson {
  readonly value: unknown;
  readonly file: string | null;
  readonly line: number | null;
}

export type SettingJson = DecidedJson & {
  /** Of a setting that is asked for by name: values inside it that are decided somewhere else, and assignments that it overrides. */
  readonly parts?: readonly (DecidedJson & { readonly path: string })[];
  readonly overrides?: readonly { readonly file: string; readonly line: number }[];
};

/** A value and the steps that decided it, the latest first. */
export type DecidedJson =
  | { readonly kind: 'known'; readonly value: unknown; readonly origin: readonly OriginStep[] }
  | {
      readonly kind: 'conditional';
      readonly cases: readonly { readonly when: string; readonly value: unknown; readonly origin: readonly OriginStep[] }[];
    }
  | { readonly kind: 'unknown'; readonly why: UnknownReason; readonly names: readonly string[]; readonly origin: readonly OriginStep[] };

export interface ReadJson {
  readonly name: string;
  readonly required: boolean;
  readonly provided: boolean | null;
  readonly default: unknown;
  readonly file: string;
  readonly line: number;
}

export interface ModuleOptions {
  readonly texts: Texts;
  readonly showSecrets: boolean;
  /** Names to list; null is all that the modules set. */
  readonly names: readonly string[] | null;
  /** Settings to list with Django's default where the modules leave them out. */
  defaultNames(evaluation: Evaluation): readonly string[];
  defaultIn(evaluation: Evaluation, name: string): Value<Data | undefined>;
}

/** One entry for each module and distinct environment, in order of module, file and deployments. */
export function moduleEntries(evaluations: readonly Evaluation[], options: ModuleOptions): readonly ModuleJson[] {
  const groups = new Map<Evaluation['evaluated'], Evaluation[]>();
  for (const one of evaluations) {
    const group = groups.get(one.evaluated);
    if (group) group.push(one);
    else groups.set(one.evaluated, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [moduleEntry(first, users(group), options)];
  });
}

function users(group: readonly Evaluation[]): Pick<ModuleJson, 'deployments' | 'processes'> {
  const processes = group.flatMap((one) => (one.deployment.kind === 'settings' ? [] : one.processes.map(({ name }) => name)));
  return { deployments: [...new Set(group.map((one) => one.deployment.id))].sort(), processes: [...new Set(processes)].sort() };
}

function moduleEntry(
  one: Evaluation,
  { deployments, processes }: Pick<ModuleJson, 'deployments' | 'processes'>,
  options: ModuleOptions,
): ModuleJson {
  const { evaluated, environment } = one;
  const { texts } = options;
  const wanted = (name: string) => options.names === null || options.names.includes(name);
  const own = [...evaluated.settings].filter(([name]) => wanted(name));
  // A module that may set more than is known, or that stops before its end, leaves nothing to the defaults.
  const whole = evaluated.complete === true && !evaluated.stopped;
  const missing = whole ? options.defaultNames(one).filter((name) => wanted(name) && !evaluated.settings.has(name)) : [];
  const defaults = missing.map((name): [string, Value<Data | undefined>] => [name, options.defaultIn(one, name)]);
  const settings = [...own, ...defaults]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]): [string, SettingJson][] => {
      const encoded = settingJson(name, value, options);
      if (encoded === null) return [];
      return [[name, options.names === null ? encoded : { ...encoded, ...storyJson(name, one, options) }]];
    });
  return {
    module: one.module,
    file: evaluated.file,
    project: one.project.root || '.',
    deployments,
    processes,
    django: releaseText(one.project.django),
    complete: evaluated.complete === true,
    raised:
      evaluated.raised === null
        ? null
        : {
            type: evaluated.raised.type,
            message: maskUserParts(evaluated.raised.message),
            file: evaluated.raised.at.file,
            line: texts.position(evaluated.raised.at.file, evaluated.raised.at.start).line,
          },
    files: evaluated.files,
    environment: Object.fromEntries(
      [...environment.variables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, variableJson(name, value, options)]),
    ),
    settings: Object.fromEntries(settings),
    reads: evaluated.reads.map((read) => readJson(read, options)),
  };
}

/** "5.2.19", or the range that the project pins: ">=4.2,<5.0". Null when nothing pins it. */
export function releaseText(range: ReleaseRange): string | null {
  if (range.exact !== null) return range.exact;
  const parts = [range.from === null ? '' : `>=${range.from}`, range.before === null ? '' : `<${range.before}`].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? null : parts.join(',');
}

/** What only somebody who asks for one setting wants to know of it. */
function storyJson(name: string, { evaluated }: Evaluation, options: ModuleOptions): Pick<SettingJson, 'parts' | 'overrides'> {
  const value = evaluated.settings.get(name);
  const parts = (value === undefined ? [] : partsOf(name, value)).flatMap((part) => {
    const secret = part.keys.find(isSecretName) ?? name;
    const encoded = settingJson(secret, part.value, options);
    return encoded === null ? [] : [{ path: part.path, ...encoded }];
  });
  const overrides = (evaluated.assignments.get(name) ?? [])
    .slice(0, -1)
    .map(({ file, start }) => ({ file, line: options.texts.position(file, start).line }));
  return { ...(parts.length === 0 ? {} : { parts }), ...(overrides.length === 0 ? {} : { overrides }) };
}

function settingJson(name: string, value: Value<Data | undefined>, options: ModuleOptions): DecidedJson | null {
  const encode = (data: Data) => encoded(data, name, options);
  const origin = (from: Origin) => originSteps(from, options.texts);
  switch (value.kind) {
    case 'known':
      return value.value === undefined ? null : { kind: 'known', value: encode(value.value), origin: origin(value.origin) };
    case 'unknown':
      return { kind: 'unknown', why: value.why, names: value.names, origin: origin(value.origin) };
    case 'conditional':
      return {
        kind: 'conditional',
        cases: value.cases.map(({ when, then }) => ({
          when: maskUserParts(guardsInWords(when)),
          value: then.kind === 'unknown' || then.value === undefined ? { $unknown: true } : encode(then.value),
          origin: origin(then.origin),
        })),
      };
  }
}

/** Secrets by form (tokens, URL passwords) go too, whatever the setting is called. */
function encoded(data: Data, name: string, options: ModuleOptions): unknown {
  const value = encodeValue(data, { name, showSecrets: options.showSecrets });
  return options.showSecrets ? value : maskTexts(value);
}

function variableJson(name: string, value: Value<string>, options: ModuleOptions): VariableJson {
  const at = value.kind === 'conditional' ? undefined : placeOf(value.origin);
  const where = { file: at?.file ?? null, line: at === undefined ? null : options.texts.position(at.file, at.start).line };
  return { value: value.kind === 'known' ? encoded(value.value, name, options) : { $unknown: true }, ...where };
}

function readJson(read: EnvironmentRead, options: ModuleOptions): ReadJson {
  const fallback = read.fallback;
  return {
    name: read.name,
    required: read.required,
    provided: read.provided,
    default: fallback === null ? null : fallback.kind === 'known' ? encoded(fallback.value, read.name, options) : { $unknown: true },
    file: read.at.file,
    line: options.texts.position(read.at.file, read.at.start).line,
  };
}
