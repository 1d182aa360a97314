import { builtinName } from '../builtins/builtins.ts';
import { builtin, PYTHON } from '../builtins/native.ts';
import { raise } from '../raise.ts';
import { originAt, type Run, unknownAt } from '../run.ts';
import { int, known, none, type Val } from '../values/object.ts';
import { LOG_LEVELS } from './python/log-levels.ts';
import type { ModelledModule } from './registry.ts';

/** Calls that settings make for their effect elsewhere: logging, warnings, error reporting. They change nothing here. */

function quiet(name: string): () => Val {
  return () => builtin(name, (_args, at) => none(originAt(at)));
}

function quietObject(cls: string): Val {
  return known({ t: 'native', cls, attr: (name) => builtin(name, (_args, at) => none(originAt(at))) }, PYTHON);
}

export function quietModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const levels = Object.fromEntries(Object.entries(LOG_LEVELS).map(([name, level]) => [name, () => int(level, PYTHON)]));
  const calls = [
    'basicConfig',
    'disable',
    'captureWarnings',
    'debug',
    'info',
    'warning',
    'warn',
    'error',
    'critical',
    'exception',
    'log',
    'addLevelName',
    'setLoggerClass',
  ];
  return {
    logging: {
      open: true,
      names: {
        ...levels,
        ...Object.fromEntries(calls.map((name) => [name, quiet(name)])),
        getLogger: () => builtin('getLogger', () => quietObject('logging.Logger')),
      },
    },
    'logging.config': { open: true, names: { dictConfig: quiet('dictConfig'), fileConfig: quiet('fileConfig') } },
    'logging.handlers': { open: true, names: {} },
    warnings: {
      open: true,
      names: {
        warn: quiet('warn'),
        filterwarnings: quiet('filterwarnings'),
        simplefilter: quiet('simplefilter'),
        resetwarnings: quiet('resetwarnings'),
      },
    },
    sentry_sdk: {
      open: true,
      names: {
        init: quiet('init'),
        set_tag: quiet('set_tag'),
        set_level: quiet('set_level'),
        utils: () => unknownAt(run, 'third-party', { file: '', start: 0, end: 0 }, { key: 'sentry_sdk.utils' }),
      },
    },
    rollbar: { open: true, names: { init: quiet('init') } },
    pymysql: { open: true, names: { install_as_MySQLdb: quiet('install_as_MySQLdb') } },
    mimetypes: { open: true, names: { add_type: quiet('add_type') } },
    locale: { open: true, names: { setlocale: quiet('setlocale') } },
    builtins: {
      open: true,
      names: {},
      any: (name) => builtinName(run, name) ?? raise(run, 'AttributeError', name, { file: '', start: 0, end: 0 }),
    },
    __future__: { open: true, names: {}, any: () => none(PYTHON) },
  };
}
