import { PYTHON } from '../builtins/native.ts';
import { djangoDefault } from '../django/defaults.ts';
import { lookupVariable, storeVariable } from '../environment.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, readSlot, unknownAt } from '../run.ts';
import { taint } from '../values/containers.ts';
import { bool, derived, known, type Site, type Slot, str, type Unk, type Val } from '../values/object.ts';
import { type ScopeState, writeScope } from '../values/state.ts';
import { moduleValue } from './third-party.ts';

/**
 * `django.conf.settings`, read by the settings module while it still runs (Django 2.2 to 6.1, django/conf/__init__.py): the first
 * attribute that is asked for takes all settings that the module has so far, the very same objects, and the defaults for the rest.
 */

const TAKEN = ' taken';
const SEQUENCES = ['ALLOWED_HOSTS', 'INSTALLED_APPS', 'TEMPLATE_DIRS', 'LOCALE_PATHS', 'SECRET_KEY_FALLBACKS'];
/** Packages whose modules, as far as settings import them, do not look at Django's settings when they are imported. */
const NOT_OF_DJANGO = new Set([
  'boto3',
  'botocore',
  'celery',
  'kombu',
  'ldap',
  'pydantic',
  'redis',
  'requests',
  'sentry_sdk',
  'structlog',
  'yaml',
]);
const SETTING = /^[A-Z][A-Z0-9_]*$/;

/** The settings module as far as it has come, or undefined when it is not the one that runs. */
function partial(run: Run, at: Site): ScopeState | undefined {
  const entry = run.modules.get(run.request.module);
  const wanted = lookupVariable(run, 'DJANGO_SETTINGS_MODULE', at);
  const named = wanted.k !== 'known' || (wanted.obj.t === 'str' && wanted.obj.v === run.request.module);
  return entry?.state === 'loading' && named ? entry.obj.scope?.state : undefined;
}

/** A package that is not known was imported: it may have asked for a setting, and so have taken them all. Django itself waits. */
export function mayTakeSettings(run: Run, name: string): void {
  if (name.startsWith('django.') || NOT_OF_DJANGO.has(name.split('.')[0] ?? name)) return;
  const entry = run.modules.get(run.request.module);
  if (run.firstOutside === null && entry?.state === 'loading') run.firstOutside = new Map(entry.obj.scope?.state.names ?? []);
}

function take(run: Run, now: ScopeState, at: Site): void {
  for (const name of SEQUENCES) {
    const slot = now.names.get(name);
    if (slot?.k === 'known' && slot.obj.t !== 'list' && slot.obj.t !== 'tuple' && slot.obj.t !== 'instance')
      raise(run, 'ImproperlyConfigured', `The ${name} setting must be a list or a tuple.`, at);
  }
  const names = writeScope(run.journal, run.djangoSettings).names;
  for (const [name, slot] of now.names) if (SETTING.test(name)) names.set(name, slot);
  names.set(TAKEN, bool(true, PYTHON));
  const zone = now.names.get('TIME_ZONE');
  storeVariable(run, 'TZ', zone?.k === 'known' ? zone : unknownAt(run, 'dynamic-call', at, { type: 'str' }), at);
}

/** What is done to a setting that is not known may be done to the module's own object. */
function mayChange(run: Run, now: ScopeState | undefined, name: string, why: Unk): void {
  const held = now?.names.get(name);
  if (held !== undefined && held.k !== 'absent') taint(run, held, derived(why));
}

function setting(run: Run, name: string, at: Site): Val {
  const open = () => unknownAt(run, 'dynamic-call', at, { key: `settings.${name}` });
  if (!SETTING.test(name)) return open();
  const now = partial(run, at);
  if (now === undefined) {
    mayChange(run, run.modules.get(run.request.module)?.obj.scope?.state, name, open());
    return open();
  }
  if (!run.djangoSettings.state.names.has(TAKEN)) take(run, now, at);
  const slot: Slot | undefined = run.djangoSettings.state.names.get(name);
  const early = run.firstOutside?.get(name);
  const sure = run.djangoSettings.state.names.get(TAKEN)?.k === 'known' && (run.firstOutside === null || early === slot);
  if (!sure || now.open !== null) {
    mayChange(run, now, name, open());
    return open();
  }
  if (slot === undefined || slot.k === 'absent') {
    const otherwise = djangoDefault(name, run.request.django);
    return otherwise === undefined
      ? raise(run, 'AttributeError', `'Settings' object has no attribute '${name}'`, at)
      : moduleValue(run, otherwise);
  }
  return readSlot(run, slot, open);
}

/** What django.conf.LazySettings makes of a setting that is read. */
function served(run: Run, name: string, value: Val, at: Site): Val {
  if (name === 'MEDIA_URL' || name === 'STATIC_URL')
    return lift(run, value, (one) => {
      if (one.obj.t !== 'str' || /^(https?:\/\/|\/)/.test(one.obj.v)) return one;
      return str(`/${one.obj.v}`, originAt(at, undefined, one.origin));
    });
  if (name === 'SECRET_KEY' && value.k === 'known' && value.obj.t === 'str' && value.obj.v === '')
    return raise(run, 'ImproperlyConfigured', 'The SECRET_KEY setting must not be empty.', at);
  return value;
}

/** The object `settings` of django.conf. */
export function djangoSettings(run: Run): Val {
  return known(
    {
      t: 'native',
      cls: 'django.conf.LazySettings',
      truth: true,
      attr: (name, at) => served(run, name, setting(run, name, at), at),
      setAttr: (name, _value, at) => {
        const now = partial(run, at);
        if (now === undefined) return;
        if (!run.djangoSettings.state.names.has(TAKEN)) take(run, now, at);
        writeScope(run.journal, run.djangoSettings).names.set(name, unknownAt(run, 'dynamic-call', at));
      },
    },
    PYTHON,
  );
}
