import { builtin, PYTHON } from '../builtins/native.ts';
import { djangoDefault, djangoDefaultNames } from '../django/defaults.ts';
import { importData } from '../imports/import-data.ts';
import { exceptionClass } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { int, known, none, str, tuple, type Val } from '../values/object.ts';
import type { ModelledModule } from './registry.ts';

/** What settings take from Django itself. */

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
    'django.contrib.messages.constants': {
      open: true,
      names: Object.fromEntries(Object.entries(MESSAGE_LEVELS).map(([name, level]) => [name, () => int(level, PYTHON)])),
    },
    'django.contrib.messages': {
      open: true,
      names: Object.fromEntries(Object.entries(MESSAGE_LEVELS).map(([name, level]) => [name, () => int(level, PYTHON)])),
    },
    'django.conf': { open: true, names: {} },
    'django.conf.global_settings': {
      open: true,
      names: { __all__: () => known(tuple(djangoDefaultNames(run.request.django).map((name) => str(name, PYTHON))), PYTHON) },
      any: (name) => {
        const value = djangoDefault(name, run.request.django);
        return value === undefined
          ? unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: `global_settings.${name}` })
          : importData(run, value);
      },
    },
  };
}
