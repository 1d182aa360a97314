import { type Answer, type Data, placeOf, type SettingsFacts, type Span, type Value } from '../../../src/rule.ts';
import { and, answer, not, or } from '../values/answer.ts';
import { dataOf, isMapping, isSequence, truth } from '../values/data.ts';
import { className, type Handler, handlersOf, MAIL_HANDLER } from './logging.ts';

/**
 * Where a record ends once Django has applied its own configuration and LOGGING over it: run with Django 3.2, 5.2 and 6.1. A logger that
 * LOGGING names loses Django's handlers, any other keeps them; `disable_existing_loggers` silences only what is said to a logger itself.
 */
export interface Delivery {
  readonly handlers: readonly Delivered[];
  /** False when handlers that are not listed may receive the record. */
  readonly complete: boolean;
  /** Python prints the record to stderr itself, because no logger on its way has a handler. */
  readonly lastResort: boolean;
  /** The record is dropped where it is made: its logger is disabled, or asks for a higher level. */
  readonly dropped: 'disabled' | 'level' | null;
  /** Handlers that other code gives to the root logger receive it as well. */
  readonly reachesRoot: boolean;
}

export interface Delivered {
  readonly name: string;
  /** Null when its class is not known. */
  readonly type: string | null;
  /** Whether its level and filters let the record through. */
  readonly passes: Answer;
  readonly at: Span | undefined;
}

export const DEBUG = 10;
export const ERROR = 40;

const LEVELS: Readonly<Record<string, number>> = {
  CRITICAL: 50,
  FATAL: 50,
  ERROR: 40,
  WARNING: 30,
  WARN: 30,
  INFO: 20,
  DEBUG: 10,
  NOTSET: 0,
};

/** Loggers that exist before LOGGING is applied. */
const EXISTING: ReadonlySet<string> = new Set(['django', 'django.request', 'django.server', 'django.template', 'django.db.backends']);

const NOTHING: Delivery = { handlers: [], complete: true, lastResort: false, dropped: null, reachesRoot: false };
const OPEN: Delivery = { ...NOTHING, complete: false };

export function deliveryOf(settings: SettingsFacts, logger: string, level: number): Delivery {
  const configurator = settings.get('LOGGING_CONFIG');
  if (configurator.kind !== 'known') return OPEN;
  if (configurator.value === null) return { ...NOTHING, lastResort: true, reachesRoot: true };
  const logging = settings.get('LOGGING');
  if (logging.kind !== 'known') return OPEN;
  if (truth(logging.value) === 'no') return ofDjango(settings, level);
  const whole = logging.value;
  if (configurator.value !== 'logging.config.dictConfig' || !isMapping(whole) || !whole.complete) return OPEN;
  if (truth(dataOf(settings.get('LOGGING', 'incremental'))) !== 'no') return OPEN;
  return climb(settings, logger, level);
}

/** Django's own configuration: the console for DEBUG only, mail to ADMINS for errors without it. */
function ofDjango(settings: SettingsFacts, level: number): Delivery {
  return { ...NOTHING, handlers: djangoHandlers(settings, level), reachesRoot: true };
}

function djangoHandlers(settings: SettingsFacts, level: number): readonly Delivered[] {
  const debug = debugOf(settings);
  return [
    { name: 'console', type: 'logging.StreamHandler', passes: and(debug, answer(level >= 20)), at: undefined },
    { name: 'mail_admins', type: MAIL_HANDLER, passes: and(not(debug), answer(level >= ERROR)), at: undefined },
  ];
}

function debugOf(settings: SettingsFacts): Answer {
  const debug = settings.get('DEBUG');
  return debug.kind === 'known' ? truth(debug.value) : 'maybe';
}

/** The loggers from the one that is spoken to up to the root. */
function lineage(logger: string): readonly string[] {
  const parts = logger.split('.');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('.')), ''].filter(
    (name, at, all) => all.indexOf(name) === at,
  );
}

function climb(settings: SettingsFacts, logger: string, level: number): Delivery {
  const loggers = settings.get('LOGGING', 'loggers');
  if (loggers.kind !== 'known' || (loggers.value !== undefined && !(isMapping(loggers.value) && loggers.value.complete))) return OPEN;
  const chain = lineage(logger);
  const asked = levelInForce(settings, chain);
  const disabled = isDisabled(settings, logger);
  if (asked === null || disabled === 'maybe') return OPEN;
  if (disabled === 'yes') return { ...NOTHING, dropped: 'disabled' };
  if (asked > level) return { ...NOTHING, dropped: 'level' };
  const handlers: Delivered[] = [];
  let complete = true;
  for (const name of chain) {
    const own = handlersAt(settings, name, level);
    if (own === null) complete = false;
    else handlers.push(...own);
    const propagate = name === '' ? undefined : entryOf(settings, name, 'propagate');
    if (propagate !== undefined && propagate.kind !== 'known') return { ...OPEN, handlers };
    // A missing key leaves the default, which is to propagate.
    if (propagate?.value !== undefined && truth(propagate.value) === 'no')
      return { ...NOTHING, handlers, complete, lastResort: complete && handlers.length === 0 };
  }
  return { ...NOTHING, handlers, complete, lastResort: complete && handlers.length === 0, reachesRoot: true };
}

/** The key of a logger of LOGGING; the root stands under its own key, which is applied last. */
function entryOf(settings: SettingsFacts, logger: string, key: string): Value<Data | undefined> {
  if (logger === '' && dataOf(settings.get('LOGGING', 'root')) !== undefined) return settings.get('LOGGING', 'root', key);
  return settings.get('LOGGING', 'loggers', logger, key);
}

export function isNamed(settings: SettingsFacts, logger: string): Answer {
  const entry = settings.get('LOGGING', 'loggers', logger);
  if (logger === '' && settings.get('LOGGING', 'root').kind !== 'known') return 'maybe';
  if (logger === '' && dataOf(settings.get('LOGGING', 'root')) !== undefined) return 'yes';
  return entry.kind === 'known' ? answer(entry.value !== undefined) : 'maybe';
}

/** Null when it is not known. */
function levelInForce(settings: SettingsFacts, chain: readonly string[]): number | null {
  for (const name of chain) {
    const level = entryOf(settings, name, 'level');
    if (level.kind !== 'known') return null;
    const number = level.value === undefined || level.value === null ? 0 : levelNumber(level.value);
    if (number === null) return null;
    if (number > 0) return number;
    if (name === 'django' && level.value === undefined) return 20;
  }
  return 30;
}

export function levelNumber(level: Data): number | null {
  if (typeof level === 'number') return level;
  return typeof level === 'string' ? (LEVELS[level] ?? null) : null;
}

/** Only what existed before and stands under no name of LOGGING can be disabled. */
function isDisabled(settings: SettingsFacts, logger: string): Answer {
  if (!EXISTING.has(logger)) return 'no';
  const named = or(
    ...lineage(logger)
      .filter((name) => name !== '')
      .map((name) => isNamed(settings, name)),
  );
  const flag = settings.get('LOGGING', 'disable_existing_loggers');
  const disables = flag.kind === 'known' ? (flag.value === undefined ? 'yes' : truth(flag.value)) : 'maybe';
  return and(not(named), disables);
}

/** Null when they are not known. */
function handlersAt(settings: SettingsFacts, logger: string, level: number): readonly Delivered[] | null {
  const named = isNamed(settings, logger);
  if (named === 'maybe') return null;
  if (named === 'no') return logger === 'django' ? djangoHandlers(settings, level) : [];
  const list = entryOf(settings, logger, 'handlers');
  if (list.kind !== 'known') return null;
  if (list.value === undefined || list.value === null) return [];
  if (!isSequence(list.value) || !list.value.complete) return null;
  const names = list.value.items.map((item) => (item.kind === 'known' && typeof item.value === 'string' ? item.value : null));
  const defined = handlersOf(settings);
  const found = names.map((name) => (name === null ? undefined : defined.find((handler) => handler.name === name)));
  return found.some((handler) => handler === undefined)
    ? null
    : found.flatMap((handler) => (handler === undefined ? [] : [delivered(settings, handler, level)]));
}

function delivered(settings: SettingsFacts, handler: Handler, level: number): Delivered {
  return {
    name: handler.name,
    type: className(handler),
    passes: and(passesLevel(handler, level), passesFilters(settings, handler)),
    at: handler.type.kind === 'known' ? placeOf(handler.type.origin) : undefined,
  };
}

function passesLevel(handler: Handler, level: number): Answer {
  const own = handler.get('level');
  if (own.kind !== 'known') return 'maybe';
  if (own.value === undefined || own.value === null) return 'yes';
  const number = levelNumber(own.value);
  return number === null ? 'maybe' : answer(number <= level);
}

function passesFilters(settings: SettingsFacts, handler: Handler): Answer {
  const filters = handler.get('filters');
  if (filters.kind !== 'known') return 'maybe';
  if (filters.value === undefined || filters.value === null) return 'yes';
  if (!isSequence(filters.value) || !filters.value.complete) return 'maybe';
  return and(...filters.value.items.map((item) => (item.kind === 'known' ? passesFilter(settings, item.value) : 'maybe')));
}

function passesFilter(settings: SettingsFacts, name: Data): Answer {
  const factory = typeof name === 'string' ? dataOf(settings.get('LOGGING', 'filters', name, '()')) : undefined;
  const path = typeof factory === 'object' && factory !== null && 'name' in factory ? factory.name : factory;
  if (path === 'django.utils.log.RequireDebugFalse') return not(debugOf(settings));
  return path === 'django.utils.log.RequireDebugTrue' ? debugOf(settings) : 'maybe';
}
