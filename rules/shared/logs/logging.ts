import { type Answer, type Data, type Known, known, type Mapping, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { dataOf, holds, isMapping, keysInAnyCase, textsIn } from '../values/data.ts';

/** LOGGING when it is one known dict; null otherwise. */
export function loggingOf(settings: SettingsFacts): Known<Mapping> | null {
  const value = settings.get('LOGGING');
  return value.kind === 'known' && isMapping(value.value) ? known(value.value, value.origin) : null;
}

/** Whether the dict replaces Python's logging set-up: not with LOGGING_CONFIG = None, and not when it is empty. */
export function isApplied(settings: SettingsFacts): boolean {
  const configurator = settings.get('LOGGING_CONFIG');
  return configurator.kind === 'known' && configurator.value !== null && keysInAnyCase(settings.get('LOGGING')).length > 0;
}

export const MAIL_HANDLER = 'django.utils.log.AdminEmailHandler';

/** One entry of LOGGING['handlers']. */
export interface Handler {
  readonly name: string;
  readonly type: Value<Data | undefined>;
  get(key: string): Value<Data | undefined>;
}

export function handlersOf(settings: SettingsFacts): readonly Handler[] {
  return keysInAnyCase(settings.get('LOGGING', 'handlers')).map((name) => ({
    name,
    type: settings.get('LOGGING', 'handlers', name, 'class'),
    get: (key) => settings.get('LOGGING', 'handlers', name, key),
  }));
}

/** The path of a known class name; null when it is not one. */
export function className({ type }: Handler): string | null {
  if (type.kind !== 'known') return null;
  if (typeof type.value === 'string') return type.value;
  return typeof type.value === 'object' && type.value !== null && 'kind' in type.value && type.value.kind === 'class'
    ? type.value.name
    : null;
}

/** Names of the loggers that LOGGING configures, the root as ''. */
export function loggersOf(settings: SettingsFacts): readonly string[] {
  const names = keysInAnyCase(settings.get('LOGGING', 'loggers'));
  return settings.get('LOGGING', 'root').kind === 'known' && isMapping(dataOf(settings.get('LOGGING', 'root'))) && !names.includes('')
    ? [...names, '']
    : names;
}

/** Whether a logger ('' is the root) has a handler of its own. */
export function usesHandler(settings: SettingsFacts, logger: string, handler: string): Answer {
  const lists = [
    settings.get('LOGGING', 'loggers', logger, 'handlers'),
    ...(logger === '' ? [settings.get('LOGGING', 'root', 'handlers')] : []),
  ];
  const answers = lists.map((list): Answer => (list.kind === 'known' ? holds(list.value, handler) : 'maybe'));
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

/** The handlers of a logger ('' is the root) by name, as far as known. */
export function handlersOfLogger(settings: SettingsFacts, logger: string): readonly string[] {
  const lists = [
    settings.get('LOGGING', 'loggers', logger, 'handlers'),
    ...(logger === '' ? [settings.get('LOGGING', 'root', 'handlers')] : []),
  ];
  return lists.flatMap((list) => (list.kind === 'known' ? textsIn(list.value) : []));
}
