import { compareRelease } from '../../core/guard.ts';
import { defaultOrigin } from '../../core/origin.ts';
import { known as knownValue } from '../../core/value.ts';
import { arg, boolArg, builtin, PYTHON } from '../builtins/native.ts';
import { literalData } from '../django/literal.ts';
import { callUnknown } from '../expressions/call.ts';
import { importData } from '../imports/import-data.ts';
import type { ReleaseRange } from '../model.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { bool, type CallArgs, int, known, none, type Site, type Val } from '../values/object.ts';
import { newJournal } from '../values/state.ts';
import type { ModelledModule, ModuleTable } from './registry.ts';
import { CONSTANTS, type Constant } from './third-party-constants.ts';

/** What settings take from packages that do not read the environment: constants, objects that they only hand on, calls without effect here. */

const NOWHERE = { file: '', start: 0, end: 0 };

/** A value that belongs to a module: it is made once, outside of every branch, and what one branch does to it the next does not see. */
export function moduleValue(run: Run, value: Parameters<typeof importData>[1]): Val {
  return importData({ ...run, journal: newJournal() }, value);
}

/** The value that all admitted releases have, where they agree. */
function constant(run: Run, distribution: string, name: string, periods: Constant): Val {
  const range = run.request.packages?.range(distribution) ?? null;
  const [first, ...others] = periods.filter(([from, before]) => admits(range, from, before));
  const data = first === undefined || others.length > 0 || isOlder(range, periods) ? undefined : literalData(first[2], distribution);
  if (data === undefined) return unknownAt(run, 'third-party', NOWHERE, { key: `${distribution}:${name}` });
  return moduleValue(run, knownValue(data, defaultOrigin(distribution)));
}

function admits(range: ReleaseRange | null, from: string, before: string | null): boolean {
  if (range === null) return true;
  const low = range.exact ?? range.from;
  if (before !== null && low !== null && compareRelease(before, low) <= 0) return false;
  if (range.exact !== null) return compareRelease(from, range.exact) <= 0;
  return range.before === null || compareRelease(from, range.before) < 0;
}

/** A release is asked for that is older than those that were read. An unbounded range means none of those. */
function isOlder(range: ReleaseRange | null, periods: Constant): boolean {
  const low = range?.exact ?? range?.from ?? null;
  return low !== null && compareRelease(low, periods[0]?.[0] ?? '0') < 0;
}

/** Calls that settings make for what they do elsewhere. */
const QUIET: Readonly<Record<string, string>> = {
  cloudinary: 'config',
  ddtrace: 'patch patch_all',
  django_stubs_ext: 'monkeypatch',
  djcelery: 'setup_loader',
  'gevent.monkey': 'patch_all patch_socket',
  nest_asyncio: 'apply',
  'newrelic.agent': 'initialize',
  'psycogreen.gevent': 'patch_psycopg',
  'sentry_sdk.integrations.logging': 'ignore_logger',
  structlog: 'configure configure_once',
};

/** Classes whose instances settings hold without looking into them. */
const OBJECTS: Readonly<Record<string, string>> = {
  'celery.schedules': 'crontab schedule solar',
  'django_auth_ldap.config':
    'LDAPSearch LDAPSearchUnion LDAPGroupQuery ActiveDirectoryGroupType GroupOfNamesType GroupOfUniqueNamesType MemberDNGroupType ' +
    'NestedActiveDirectoryGroupType NestedGroupOfNamesType NestedGroupOfUniqueNamesType NestedMemberDNGroupType ' +
    'NestedOrganizationalRoleGroupType OrganizationalRoleGroupType PosixGroupType',
  kombu: 'Exchange Queue',
  'sentry_sdk.integrations.celery': 'CeleryIntegration',
  'sentry_sdk.integrations.django': 'DjangoIntegration',
  'sentry_sdk.integrations.logging': 'LoggingIntegration',
  'sentry_sdk.integrations.redis': 'RedisIntegration',
};

/** python-ldap hands the numbers of OpenLDAP's ldap.h through; they are part of its ABI. */
const LDAP: Readonly<Record<string, number>> = {
  OPT_REFERRALS: 0x0008,
  OPT_PROTOCOL_VERSION: 0x0011,
  OPT_DEBUG_LEVEL: 0x5001,
  OPT_TIMEOUT: 0x5002,
  OPT_NETWORK_TIMEOUT: 0x5005,
  OPT_X_TLS: 0x6000,
  OPT_X_TLS_CACERTFILE: 0x6002,
  OPT_X_TLS_CACERTDIR: 0x6003,
  OPT_X_TLS_CERTFILE: 0x6004,
  OPT_X_TLS_KEYFILE: 0x6005,
  OPT_X_TLS_REQUIRE_CERT: 0x6006,
  OPT_X_TLS_NEWCTX: 0x600f,
  OPT_X_TLS_NEVER: 0,
  OPT_X_TLS_HARD: 1,
  OPT_X_TLS_DEMAND: 2,
  OPT_X_TLS_ALLOW: 3,
  OPT_X_TLS_TRY: 4,
  SCOPE_BASE: 0,
  SCOPE_ONELEVEL: 1,
  SCOPE_SUBTREE: 2,
  VERSION3: 3,
};

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function objectTable(run: Run, module: string, names: string): ModuleTable {
  return Object.fromEntries(
    words(names).map((name) => [
      name,
      () =>
        builtin(name, (args, at) =>
          args.open === null
            ? known({ t: 'native', cls: `${module}.${name}`, truth: true }, originAt(at))
            : unknownAt(run, 'third-party', at),
        ),
    ]),
  );
}

function quietTable(names: string): ModuleTable {
  return Object.fromEntries(words(names).map((name) => [name, () => builtin(name, (_args, at) => none(originAt(at)))]));
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(['yes', 'true', 't', 'y', '1']);
const FALSE_TEXTS: ReadonlySet<string> = new Set(['no', 'false', 'f', 'n', '0']);

/** str2bool 1.1: None, or a ValueError, for every other text and for what is no text. */
function strToBool(run: Run, args: CallArgs, always: boolean, at: Site): Val {
  const raises = always ? true : boolArg(arg(args, 1, 'raise_exc'), false);
  const value = arg(args, 0, 'value');
  if (value === undefined || args.open !== null || raises === undefined)
    return callUnknown(run, unknownAt(run, 'third-party', at), args, at);
  return lift(run, value, (one) => {
    const text = one.obj.t === 'str' ? one.obj.v.toLowerCase() : '';
    if (one.obj.t === 'native' || one.obj.t === 'lazy') return unknownAt(run, 'third-party', at);
    if (TRUE_TEXTS.has(text) || FALSE_TEXTS.has(text)) return bool(TRUE_TEXTS.has(text), originAt(at, undefined, one.origin));
    if (raises) return raise(run, 'ValueError', 'the text stands for no truth value', at, one.read?.name ?? null);
    return none(originAt(at, undefined, one.origin));
  });
}

export function thirdPartyModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const tables = new Map<string, ModuleTable>();
  const add = (module: string, names: ModuleTable) => tables.set(module, { ...tables.get(module), ...names });
  for (const [module, names] of Object.entries(QUIET)) add(module, quietTable(names));
  for (const [module, names] of Object.entries(OBJECTS)) add(module, objectTable(run, module, names));
  for (const [module, { distribution, names }] of Object.entries(CONSTANTS))
    add(
      module,
      Object.fromEntries(Object.entries(names).map(([name, periods]) => [name, () => constant(run, distribution, name, periods)])),
    );
  add('easy_thumbnails.conf', {});
  add('str2bool', {
    str2bool: () => builtin('str2bool', (args, at) => strToBool(run, args, false, at)),
    str2bool_exc: () => builtin('str2bool_exc', (args, at) => strToBool(run, args, true, at)),
  });
  add('csp.constants', { NONCE: () => known({ t: 'native', cls: 'csp.constants.Nonce', truth: true }, PYTHON) });
  add('ldap', Object.fromEntries(Object.entries(LDAP).map(([name, value]) => [name, () => int(value, PYTHON)])));
  return Object.fromEntries([...tables].map(([module, names]) => [module, { open: true, names }]));
}
