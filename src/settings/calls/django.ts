import { compareRelease } from '../../core/guard.ts';
import { defaultOrigin } from '../../core/origin.ts';
import { known as knownValue } from '../../core/value.ts';
import { builtin, PYTHON } from '../builtins/native.ts';
import { admits as admitsPeriod, djangoDefault, djangoDefaultNames } from '../django/defaults.ts';
import { LOCALES } from '../django/generated/locales.ts';
import { literalData } from '../django/literal.ts';
import type { ReleaseRange } from '../model.ts';
import { exceptionClass } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { setItem } from '../values/containers.ts';
import { dictFrom } from '../values/iterate.ts';
import { int, known, none, str, tuple, type Val } from '../values/object.ts';
import { newJournal } from '../values/state.ts';
import { djangoSettings } from './django-settings.ts';
import type { ModelledModule, ModuleTable } from './registry.ts';
import { moduleValue } from './third-party.ts';

/** What settings take from Django itself. */

/** django.utils.log.DEFAULT_LOGGING, equal in all releases from 2.2 to 6.1. */
const DEFAULT_LOGGING = {
  version: 1,
  disable_existing_loggers: false,
  filters: {
    require_debug_false: { '()': 'django.utils.log.RequireDebugFalse' },
    require_debug_true: { '()': 'django.utils.log.RequireDebugTrue' },
  },
  formatters: { 'django.server': { '()': 'django.utils.log.ServerFormatter', format: '[{server_time}] {message}', style: '{' } },
  handlers: {
    console: { level: 'INFO', filters: ['require_debug_true'], class: 'logging.StreamHandler' },
    'django.server': { level: 'INFO', class: 'logging.StreamHandler', formatter: 'django.server' },
    mail_admins: { level: 'ERROR', filters: ['require_debug_false'], class: 'django.utils.log.AdminEmailHandler' },
  },
  loggers: {
    django: { handlers: ['console', 'mail_admins'], level: 'INFO' },
    'django.server': { handlers: ['django.server'], level: 'INFO', propagate: false },
  },
};

/** django.utils.csp.CSP, from 6.0 on: members of an enumeration of texts, which are texts. */
const CSP: Readonly<Record<string, string>> = {
  HEADER_ENFORCE: 'Content-Security-Policy',
  HEADER_REPORT_ONLY: 'Content-Security-Policy-Report-Only',
  NONE: "'none'",
  REPORT_SAMPLE: "'report-sample'",
  SELF: "'self'",
  STRICT_DYNAMIC: "'strict-dynamic'",
  UNSAFE_EVAL: "'unsafe-eval'",
  UNSAFE_HASHES: "'unsafe-hashes'",
  UNSAFE_INLINE: "'unsafe-inline'",
  WASM_UNSAFE_EVAL: "'wasm-unsafe-eval'",
  NONCE: '<CSP_NONCE_SENTINEL>',
};

const NOWHERE = { file: '', start: 0, end: 0 };

const MESSAGE_LEVELS: Readonly<Record<string, number>> = { DEBUG: 10, INFO: 20, SUCCESS: 25, WARNING: 30, ERROR: 40 };

function version(run: Run): readonly number[] | undefined {
  const { exact } = run.request.django;
  return exact === null ? undefined : exact.split('.').map(Number);
}

function versionTuple(run: Run): Val {
  const parts = version(run);
  if (parts === undefined) return unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: 'django.VERSION' });
  const [major = 0, minor = 0, micro] = parts;
  const last = micro === undefined ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { type: 'int' }) : int(micro, PYTHON);
  return known(tuple([int(major, PYTHON), int(minor, PYTHON), last, str('final', PYTHON), int(0, PYTHON)]), PYTHON);
}

function literal(run: Run, value: unknown): Val {
  const data = literalData(value, 'Django');
  return data === undefined ? unknownAt(run, 'third-party', NOWHERE) : moduleValue(run, knownValue(data, defaultOrigin('Django')));
}

function cspMember(name: string): Val | undefined {
  const text = Object.hasOwn(CSP, name) ? CSP[name] : undefined;
  return text === undefined ? undefined : str(text, PYTHON);
}

function messageLevels(run: Run): ModuleTable {
  const levels = Object.entries(MESSAGE_LEVELS);
  const tags = levels.map(([name, level]) => [int(level, PYTHON), str(name.toLowerCase(), PYTHON)] as const);
  return {
    ...Object.fromEntries(levels.map(([name, level]) => [name, () => int(level, PYTHON)])),
    DEFAULT_LEVELS: () => literal(run, MESSAGE_LEVELS),
    DEFAULT_TAGS: () => {
      const dict = dictFrom({ ...run, journal: newJournal() }, [], NOWHERE);
      for (const [level, tag] of tags) setItem({ ...run, journal: newJournal() }, dict, level, tag, NOWHERE);
      return known(dict, PYTHON);
    },
  };
}

/** django.conf.locale.LANG_INFO, as the one release that may be meant has it. */
function langInfo(run: Run): Val {
  const { django } = run.request;
  const entries: Record<string, unknown> = {};
  for (const [code, periods] of Object.entries(LOCALES)) {
    const admitted = periods.filter(([from, before]) => admitsPeriod(django, { from, before }));
    const [only] = admitted;
    const covers = only !== undefined && admitted.length === 1 && coversRange(django, only[0], only[1]);
    if (admitted.length > 0 && !covers) return unknownAt(run, 'third-party', NOWHERE, { key: 'LANG_INFO' });
    if (only !== undefined) entries[code] = only[2];
  }
  return literal(run, entries);
}

/** Every release of a range lies in a period. */
function coversRange(range: ReleaseRange, from: string, before: string | null): boolean {
  const low = range.exact ?? range.from ?? '3.2';
  if (compareRelease(from, '2.2') > 0 && compareRelease(low, from) < 0) return false;
  return (
    before === null ||
    (range.exact !== null ? compareRelease(range.exact, before) < 0 : range.before !== null && compareRelease(range.before, before) <= 0)
  );
}

export function djangoModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const lazy = (name: string) => () =>
    builtin(name, (args, at) =>
      lift(run, args.pos[name.startsWith('pg') || name.startsWith('np') ? 1 : 0] ?? none(originAt(at)), (one) =>
        one.obj.t === 'str' ? known({ t: 'lazy', v: one.obj.v }, originAt(at)) : unknownAt(run, 'third-party', at),
      ),
    );
  const same = () => builtin('gettext_noop', (args, at) => args.pos[0] ?? none(originAt(at)));
  const random = (name: string) => () => builtin(name, (_args, at) => unknownAt(run, 'random', at, { type: 'str', secret: true }));
  const object = (cls: string) => () => builtin(cls, (_args, at) => known({ t: 'native', cls, truth: true }, originAt(at)));
  const improper = exceptionClass('ImproperlyConfigured');
  const exceptions: ModelledModule = {
    open: true,
    names: { ImproperlyConfigured: () => (improper === undefined ? none(PYTHON) : known(improper, PYTHON)) },
  };
  return {
    django: {
      open: true,
      names: {
        VERSION: () => versionTuple(run),
        get_version: () =>
          builtin('get_version', (_args, at) =>
            run.request.django.exact === null || (version(run)?.length ?? 0) < 3
              ? unknownAt(run, 'third-party', at, { type: 'str' })
              : str(run.request.django.exact, PYTHON),
          ),
        setup: () => builtin('setup', (_args, at) => none(originAt(at))),
      },
    },
    'django.utils.translation': {
      open: true,
      names: {
        gettext_lazy: lazy('gettext_lazy'),
        pgettext_lazy: lazy('pgettext_lazy'),
        gettext_noop: same,
        ugettext_lazy: lazy('ugettext_lazy'),
        ugettext_noop: same,
      },
    },
    'django.core.exceptions': exceptions,
    'django.urls': { open: true, names: { reverse_lazy: object('django.utils.functional.lazy') } },
    'django.core.urlresolvers': { open: true, names: { reverse_lazy: object('django.utils.functional.lazy') } },
    'django.core.management.utils': { open: true, names: { get_random_secret_key: random('get_random_secret_key') } },
    'django.utils.crypto': { open: true, names: { get_random_string: random('get_random_string') } },
    'django.contrib.messages.constants': { open: true, names: messageLevels(run) },
    'django.utils.log': { open: true, names: { DEFAULT_LOGGING: () => literal(run, DEFAULT_LOGGING) } },
    'django.utils.csp': {
      open: true,
      names: { CSP: () => known({ t: 'native', cls: 'django.utils.csp.CSP', attr: (name) => cspMember(name) }, PYTHON) },
    },
    'django.conf.locale': { open: true, names: { LANG_INFO: () => langInfo(run) } },
    'django.contrib.messages': { open: true, names: messageLevels(run) },
    'django.conf': { open: true, names: { settings: () => djangoSettings(run) } },
    'django.conf.global_settings': {
      open: true,
      names: { __all__: () => known(tuple(djangoDefaultNames(run.request.django).map((name) => str(name, PYTHON))), PYTHON) },
      any: (name) => {
        const value = djangoDefault(name, run.request.django);
        return value === undefined
          ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: `global_settings.${name}` })
          : moduleValue(run, value);
      },
    },
  };
}
