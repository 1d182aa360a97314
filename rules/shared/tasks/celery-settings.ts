import { type Data, known, originOf, type RepositoryFacts, type SettingsFacts, type Span, type Value } from '../../../src/rule.ts';
import { releaseIsAtLeast } from '../code/packages.ts';
import { oldNameOf } from './celery-names.ts';

/** What a Celery app of the project takes from the Django settings. */
export interface CeleryApp {
  readonly file: string;
  /** Without comments. */
  readonly text: string;
  /** The line that makes it. */
  readonly at: Span;
  /** "CELERY_" for namespace="CELERY", "" without a namespace. */
  readonly prefix: string;
}

type Code = Pick<RepositoryFacts, 'codeMentions' | 'read'>;

const FROM_DJANGO = /config_from_object\(\s*(?:(['"])django\.conf:settings\1|settings)\s*([^)]*)\)/;

/** The one app of the project that is configured from the Django settings; null when there is none, or more than one. */
export function celeryApp(repository: Code): CeleryApp | null {
  const files = new Set(repository.codeMentions(/\bconfig_from_object\(/).items.map(({ file }) => file));
  const apps = [...files].flatMap((file): CeleryApp[] => {
    const whole = repository.read(file) ?? '';
    const text = whole.replace(/#.*$/gm, (comment) => ' '.repeat(comment.length));
    const prefix = prefixIn(text);
    const made = /\bCelery\(/.exec(text);
    if (prefix === null || made === null) return [];
    const end = whole.indexOf('\n', made.index);
    const at = { file, start: whole.lastIndexOf('\n', made.index) + 1, end: end === -1 ? whole.length : end };
    return [{ file, text, at, prefix }];
  });
  const [only] = apps;
  return apps.length === 1 && only !== undefined ? only : null;
}

/** What comes before the names of Django settings that an app reads ("CELERY_", or ""); null when it reads none, or what is not known. */
export function prefixIn(text: string): string | null {
  const call = FROM_DJANGO.exec(text);
  if (call === null) return null;
  // The second argument is `silent`: only a named one is the namespace. Celery(…, namespace=…) is the other way.
  const namespace = /\bnamespace\s*=\s*(['"])(\w*)\1/.exec(call[2] ?? '') ?? /\bnamespace\s*=\s*(['"])(\w*)\1/.exec(text);
  if (namespace === null) return /\bnamespace\b/.test(text) ? null : '';
  return namespace[2] ? `${namespace[2]}_` : '';
}

/** The value of a setting by its key ("task_time_limit"); undefined when nothing sets it. */
export function celerySetting(settings: SettingsFacts, app: CeleryApp, key: string): Value<Data | undefined> {
  const name = app.prefix === '' ? oldNameOf(key) : `${app.prefix}${key.toUpperCase()}`;
  const value = settings.get(name);
  // The app may set it itself, one by one or with a whole dict.
  if (new RegExp(`\\b${key}\\b`).test(app.text)) return written(app, key) ?? unknownIn(value);
  if (/conf\.update\(\s*(\*\*|\w+\s*\))|config_from_envvar|add_defaults|setup_defaults/.test(app.text)) return unknownIn(value);
  if (app.prefix === '' || value.kind !== 'known' || value.value !== undefined) return value;
  // Since 5.7 names of old count beside those of the namespace.
  const old = oldNameOf(key);
  if (settings.sets(old) === 'no') return value;
  const reads = releaseIsAtLeast(settings, 'celery', '5.7', '6.2');
  return reads === 'no' ? value : reads === 'yes' ? settings.get(old) : unknownIn(value);
}

function unknownIn(value: Value<unknown>): Value<never> {
  return { kind: 'unknown', why: 'dynamic-call', names: [], origin: originOf(value) };
}

/** `app.conf.task_time_limit = 300` with a plain value. */
function written(app: CeleryApp, key: string): Value<Data> | null {
  const found = [...app.text.matchAll(new RegExp(`^\\w+\\.conf\\.${key}\\s*=\\s*(.+?)\\s*$`, 'gm'))];
  const [only] = found;
  const literal = found.length === 1 ? only?.[1] : undefined;
  if (only === undefined || literal === undefined || (app.text.match(new RegExp(`\\b${key}\\b`, 'g')) ?? []).length !== 1) return null;
  const at = { file: app.file, start: only.index, end: only.index + only[0].length };
  const data = literalOf(literal);
  return data === null ? null : known(data.value, { step: 'text', at });
}

function literalOf(text: string): { readonly value: Data } | null {
  if (text === 'True' || text === 'False') return { value: text === 'True' };
  if (text === 'None') return { value: null };
  if (/^\d+(\.\d+)?$/.test(text)) return { value: Number(text) };
  const string = /^(['"])([^'"\\]*)\1$/.exec(text);
  return string?.[2] === undefined ? null : { value: string[2] };
}

/** Whether the environment of a process names its broker, which Celery takes before any setting. */
export function brokerFromEnvironment(settings: SettingsFacts): boolean {
  return settings.processes.some(({ environment }) => environment.variables.has('CELERY_BROKER_URL'));
}
