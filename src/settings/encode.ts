import type { Data } from '../core/data.ts';
import { guardsInWords } from '../core/guard.ts';
import { type Origin, stepsOf } from '../core/origin.ts';
import { isSecretName, maskUrls, Secret } from '../core/secret.ts';
import { type LineIndex, lineIndex, positionAt, type Span } from '../core/span.ts';
import type { Unknown, Value } from '../core/value.ts';
import type { SourceTree } from '../files/tree.ts';
import type { EvaluatedSettings } from './model.ts';

export interface EncodeOptions {
  readonly showSecrets: boolean;
  /** The setting or variable the value belongs to: a secret name hides its text. */
  readonly name?: string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Settled data as the JSON of `settings` writes it. */
export function encodeValue(data: Data, options: EncodeOptions): Json {
  if (typeof data === 'string' && options.name !== undefined && isHidden(options.name, options)) return dataOf(new Secret(data), options);
  return dataOf(data, options);
}

/** A value as the JSON of `settings` writes it; what is not settled becomes `{ "$unknown": true }`. */
export function encodeSettled(value: Value<Data>, options: EncodeOptions): Json {
  return value.kind === 'known' ? dataOf(value.value, options) : { $unknown: true };
}

function text(one: string, options: EncodeOptions): string {
  return options.showSecrets ? one : maskUrls(one);
}

function dataOf(data: Data, options: EncodeOptions): Json {
  if (data === null || typeof data === 'boolean') return data;
  if (typeof data === 'number')
    return Number.isFinite(data) ? data : { $type: 'float', value: Number.isNaN(data) ? 'nan' : data > 0 ? 'inf' : '-inf' };
  if (typeof data === 'string') return text(data, options);
  if (data instanceof Secret) {
    if (!options.showSecrets) return { $secret: true, length: data.lengthClass };
    return data.isBytes ? { $type: 'bytes', value: data.reveal() } : data.reveal();
  }
  switch (data.kind) {
    case 'list':
    case 'tuple':
    case 'set': {
      const items = data.items.map((item) => encodeSettled(item, options));
      const gaps = data.complete ? [] : (data.gaps ?? [items.length]);
      for (const at of [...gaps].reverse()) items.splice(at, 0, { $unknown: true, many: true });
      return data.kind === 'list' ? items : { $type: data.kind, items };
    }
    case 'dict':
      return encodeDict(data, options);
    case 'path':
      return { $type: 'path', value: text(data.value, options) };
    case 'bytes':
      return { $type: 'bytes', value: text(data.value, options) };
    case 'timedelta':
      return { $type: 'timedelta', seconds: data.seconds };
    case 'datetime':
      return { $type: 'datetime', value: data.value };
    case 'regex':
      return { $type: 'regex', pattern: data.pattern };
    case 'lazy':
      return { $type: 'lazy', value: text(data.value, options) };
    case 'object':
      return { $type: 'object', class: data.name };
    default:
      return { $type: data.kind, name: data.name };
  }
}

function encodeDict(data: Extract<Data, { kind: 'dict' }>, options: EncodeOptions): Json {
  const many = { $unknown: true, many: true };
  if (data.entries.every((entry) => typeof entry.key === 'string')) {
    const pairs = data.entries.map((entry): readonly [string, Json] => [String(entry.key), encodeSettled(entry.value, options)]);
    return Object.fromEntries(data.complete ? pairs : [...pairs, ['$unknown', many]]);
  }
  const items: Json[] = data.entries.map((entry) => [dataOf(entry.key, options), encodeSettled(entry.value, options)]);
  return { $type: 'dict', items: data.complete ? items : [...items, many] };
}

type Place = (span: Span) => { readonly file: string; readonly line: number; readonly column: number };

/** Turns spans into lines and columns; each file is indexed once. */
export function placer(tree: SourceTree): Place {
  const indexes = new Map<string, LineIndex>();
  return (span) => {
    let index = indexes.get(span.file);
    if (index === undefined) {
      const read = tree.read(span.file);
      index = lineIndex(read.ok ? read.text : '');
      indexes.set(span.file, index);
    }
    return { file: span.file, ...positionAt(index, span.start) };
  };
}

function encodeOrigin(origin: Origin, place: Place): Json {
  return stepsOf(origin).map((step): Json => {
    if (step.step === 'text') return { ...place(step.at), step: step.note ?? 'text' };
    if (step.step === 'default') return { file: null, line: null, column: null, step: `default of ${step.of}` };
    const at = step.at ?? step.read;
    const words = `environment variable ${step.name} ${step.state}${step.from === undefined ? '' : ` (${step.from})`}`;
    return at === undefined ? { file: null, line: null, column: null, step: words } : { ...place(at), step: words };
  });
}

function encodeUnknown(one: Unknown, place: Place): Json {
  return { kind: 'unknown', why: one.why, names: [...one.names], origin: encodeOrigin(one.origin, place) };
}

/** One setting: known, conditional or unknown, with the chain of places that decided it. */
export function encodeSetting(value: Value<Data>, place: Place, options: EncodeOptions): Json {
  if (value.kind === 'unknown') return encodeUnknown(value, place);
  if (value.kind === 'known') return { kind: 'known', value: encodeSettled(value, options), origin: encodeOrigin(value.origin, place) };
  return {
    kind: 'conditional',
    cases: value.cases.map((one) => ({ when: guardsInWords(one.when), value: encodeSettled(one.then, options) })),
  };
}

export interface ModuleContext {
  readonly tree: SourceTree;
  readonly project: string;
  readonly deployments: readonly string[];
  readonly django: string | null;
  /** What the environment gives, for the `environment` key. */
  readonly environment: ReadonlyMap<string, Value<string>>;
}

/** The entry of one module in the JSON of `settings`. */
export function encodeModule(evaluated: EvaluatedSettings, context: ModuleContext, options: EncodeOptions): Json {
  const place = placer(context.tree);
  const settings: Record<string, Json> = {};
  for (const name of [...evaluated.settings.keys()].sort()) {
    const value = evaluated.settings.get(name);
    if (value !== undefined) settings[name] = encodeSetting(value, place, options);
  }
  const { raised } = evaluated;
  const where = raised === null ? null : place(raised.at);
  return {
    module: evaluated.module,
    file: evaluated.file,
    project: context.project,
    deployments: [...context.deployments],
    django: context.django,
    complete: evaluated.complete === true,
    raised: raised === null || where === null ? null : { type: raised.type, message: raised.message, file: where.file, line: where.line },
    files: [...evaluated.files],
    environment: encodeEnvironment(context.environment, place, options),
    settings,
    reads: evaluated.reads.map((read) => {
      const { file, line } = place(read.at);
      return {
        name: read.name,
        required: read.required,
        provided: read.provided,
        default: read.fallback === null ? null : encodeSettled(read.fallback, options),
        file,
        line,
      };
    }),
  };
}

function encodeEnvironment(variables: ReadonlyMap<string, Value<string>>, place: Place, options: EncodeOptions): Json {
  const out: Record<string, Json> = {};
  for (const name of [...variables.keys()].sort()) {
    const value = variables.get(name);
    if (value === undefined) continue;
    const step = value.kind === 'known' ? stepsOf(value.origin).find((one) => one.step !== 'default') : undefined;
    const at = step?.step === 'text' ? step.at : step?.step === 'env' ? (step.at ?? step.read) : undefined;
    const shown: Json =
      value.kind !== 'known'
        ? { $unknown: true }
        : isHidden(name, options)
          ? { $secret: true, length: new Secret(value.value).lengthClass }
          : text(value.value, options);
    const where = at === undefined ? { file: null, line: null } : { file: place(at).file, line: place(at).line };
    out[name] = { value: shown, ...where };
  }
  return out;
}

function isHidden(name: string, options: EncodeOptions): boolean {
  return !options.showSecrets && isSecretName(name);
}
