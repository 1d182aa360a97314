import { type Expr, parsePython } from '../../../syntax/python/index.ts';
import { arg, builtin, PYTHON, typeObject } from '../../builtins/native.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callUnknown, callWith } from '../../expressions/call.ts';
import { moduleSpec } from '../../imports/find-spec.ts';
import { importModule } from '../../imports/imports.ts';
import { exceptionClass, raise } from '../../raise.ts';
import { lift, liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { evalText, runPath } from '../../statements/exec.ts';
import { listFrom, viewFrom } from '../../values/iterate.ts';
import { type CallArgs, type Known, known, none, type Site, str, tuple, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import type { ModelledModule } from '../registry.ts';
import { derivedFrom, dumps, loads } from './json.ts';
import { reModule } from './regex.ts';

/** ast.literal_eval */
export function literal(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t !== 'str')
        return one.obj.t === 'none'
          ? raise(run, 'ValueError', 'malformed node or string', site, one.read?.name ?? null)
          : unknownAt(run, 'dynamic-call', site);
      const text = one.obj.v.replace(/^[ \t]+/, '');
      const { module } = parsePython(site.file, text);
      const [stmt] = module.body;
      if (!module.valid || module.body.length !== 1 || stmt?.kind !== 'expr')
        return raise(run, 'SyntaxError', 'invalid syntax', site, one.read?.name ?? null);
      if (!isLiteral(stmt.value)) return raise(run, 'ValueError', 'malformed node or string', site, one.read?.name ?? null);
      const made = evalText(run, { pos: [str(text, one.origin)], kw: new Map(), open: null }, site);
      return made.k === 'known' ? { ...made, secret: one.secret } : made;
    },
    (one) => derivedFrom(run, one, site),
  );
}

function isLiteral(node: Expr): boolean {
  switch (node.kind) {
    case 'int':
    case 'float':
    case 'str':
    case 'bytes':
    case 'const':
      return true;
    case 'list':
    case 'tuple':
    case 'set':
      return node.items.every(isLiteral);
    case 'dict':
      return node.items.every((item) => item.key !== null && isLiteral(item.key) && isLiteral(item.value));
    case 'unary':
      return (node.op === '-' || node.op === '+') && (node.value.kind === 'int' || node.value.kind === 'float');
    default:
      return false;
  }
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ['days', 86_400_000_000n],
  ['seconds', 1_000_000n],
  ['microseconds', 1n],
  ['milliseconds', 1_000n],
  ['minutes', 60_000_000n],
  ['hours', 3_600_000_000n],
  ['weeks', 604_800_000_000n],
];

/** timedelta.max and timedelta.min: 999999999 days but for what is left of the last one, as CPython's datetime.py says. */
const MAX_MICROS = 1_000_000_000n * 86_400_000_000n - 1n;
const MIN_MICROS = -999_999_999n * 86_400_000_000n;

function timedelta(run: Run, args: CallArgs, site: Site): Val {
  const given = UNITS.flatMap(([name, unit], i) => {
    const value = arg(args, i, name);
    return value === undefined ? [] : [{ value, unit }];
  });
  return liftAll(
    run,
    given.map((one) => one.value),
    (all) => {
      let micros = 0n;
      for (const [i, one] of all.entries()) {
        const unit = given[i]?.unit ?? 1n;
        if (one.obj.t === 'int') micros += one.obj.v * unit;
        else if (one.obj.t === 'bool') micros += (one.obj.v ? 1n : 0n) * unit;
        else if (one.obj.t === 'float' && Number.isFinite(one.obj.v) && Number.isInteger(one.obj.v * Number(unit)))
          micros += BigInt(one.obj.v * Number(unit));
        else if (one.obj.t === 'float') return unknownAt(run, 'unsupported-syntax', site);
        else return raise(run, 'TypeError', 'unsupported type for timedelta component', site, one.read?.name ?? null);
      }
      if (micros > MAX_MICROS || micros < MIN_MICROS) return raise(run, 'OverflowError', 'days out of range for timedelta', site);
      return known({ t: 'timedelta', micros }, originAt(site, undefined, all[0]?.origin));
    },
  );
}

export function dataModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const random =
    (type: 'str' | 'int' | null) =>
    (name: string): Val =>
      builtin(name, (_args, at) => unknownAt(run, 'random', at, { type }));
  const text = (value: string) => () => str(value, PYTHON);
  const lower = 'abcdefghijklmnopqrstuvwxyz';
  const digits = '0123456789';
  const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  const decodeError = exceptionClass('JSONDecodeError');
  return {
    json: {
      open: true,
      names: {
        loads: () =>
          builtin('loads', (args, at) =>
            args.kw.size > 0 ? unknownAt(run, 'unsupported-syntax', at) : loads(run, args.pos[0] ?? none(originAt(at)), at),
          ),
        load: () =>
          builtin('load', (args, at) =>
            loads(run, callWith(run, attribute(run, args.pos[0] ?? none(originAt(at)), 'read', at), [], at), at),
          ),
        dumps: () => builtin('dumps', (args, at) => dumps(run, args, at)),
        JSONDecodeError: () => (decodeError === undefined ? none(PYTHON) : known(decodeError, PYTHON)),
      },
    },
    ast: {
      open: true,
      names: { literal_eval: () => builtin('literal_eval', (args, at) => literal(run, args.pos[0] ?? none(originAt(at)), at)) },
    },
    re: reModule(run),
    datetime: {
      open: true,
      names: {
        timedelta: () =>
          typeObject('timedelta', (args, at) => (args.open === null ? timedelta(run, args, at) : callUnknown(run, args.open, args, at))),
        datetime: () =>
          known(
            {
              t: 'builtin',
              name: 'datetime',
              call: (_args, at) => unknownAt(run, 'unsupported-syntax', at),
              type: true,
              attr: (name) => builtin(name, (_args, at) => unknownAt(run, 'random', at)),
            },
            PYTHON,
          ),
        date: () =>
          known(
            {
              t: 'builtin',
              name: 'date',
              call: (_args, at) => unknownAt(run, 'unsupported-syntax', at),
              type: true,
              attr: (name) => builtin(name, (_args, at) => unknownAt(run, 'random', at)),
            },
            PYTHON,
          ),
      },
    },
    time: { open: true, names: {}, any: random(null) },
    secrets: { open: true, names: {}, any: random('str') },
    random: { open: true, names: {}, any: random(null) },
    uuid: { open: true, names: { uuid4: () => random(null)('uuid4'), uuid1: () => random(null)('uuid1') } },
    string: {
      open: true,
      names: {
        ascii_lowercase: text(lower),
        ascii_uppercase: text(lower.toUpperCase()),
        ascii_letters: text(lower + lower.toUpperCase()),
        digits: text(digits),
        hexdigits: text('0123456789abcdefABCDEF'),
        octdigits: text('01234567'),
        punctuation: text(punctuation),
        whitespace: text(' \t\n\r\v\f'),
        printable: text(`${digits}${lower}${lower.toUpperCase()}${punctuation} \t\n\r\v\f`),
      },
    },
    runpy: { open: true, names: { run_path: () => builtin('run_path', (args, at) => runPath(run, args, at)) } },
    importlib: { open: true, names: { import_module: () => builtin('import_module', (args, at) => importModule(run, args, at)) } },
    'importlib.util': {
      open: true,
      names: { find_spec: () => builtin('find_spec', (args, at) => moduleSpec(run, arg(args, 0, 'name'), at)) },
    },
    pkgutil: {
      open: true,
      names: { find_loader: () => builtin('find_loader', (args, at) => moduleSpec(run, arg(args, 0, 'fullname'), at)) },
    },
    'importlib.metadata': { open: true, names: {} },
    base64: {
      open: true,
      names: {
        b64decode: () => builtin('b64decode', (args, at) => coded(run, args, at, (raw) => Buffer64.decode(raw))),
        b64encode: () => builtin('b64encode', (args, at) => coded(run, args, at, (raw) => Buffer64.encode(raw))),
      },
    },
    inspect: {
      open: true,
      names: {
        getmembers: () =>
          builtin('getmembers', (args, at) =>
            lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
              const cls = one.obj.t === 'instance' ? one.obj.cls : one.obj.t === 'class' ? one.obj : undefined;
              if (cls === undefined || args.pos.length > 1 || cls.mro.some((base) => base.open !== null || base.native))
                return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
              const names = new Set(cls.mro.flatMap((base) => [...base.scope.state.names.keys()]));
              if (one.obj.t === 'instance') for (const name of one.obj.attrs.state.names.keys()) names.add(name);
              const shown = [...names].filter((name) => !name.startsWith('__') && !name.startsWith(' ')).sort();
              return known(
                listFrom(
                  run,
                  shown.map((name) => known(tuple([str(name, originAt(at)), member(run, one, name, at)]), originAt(at))),
                ),
                originAt(at),
              );
            }),
          ),
      },
    },
    glob: {
      open: true,
      names: {
        glob: () => builtin('glob', (_args, at) => known(viewFrom(run, [{ ...unknownAt(run, 'host', at), many: true }]), originAt(at))),
      },
    },
    subprocess: { open: true, names: {}, any: (name) => builtin(name, (_args, at) => unknownAt(run, 'host', at)) },
    shutil: { open: true, names: { which: () => builtin('which', (_args, at) => unknownAt(run, 'host', at)) } },
    tempfile: { open: true, names: {}, any: (name) => builtin(name, (_args, at) => unknownAt(run, 'host', at, { type: 'str' })) },
  };
}

const Buffer64 = {
  decode: (raw: string): string | undefined => {
    const clean = raw.replace(/[^A-Za-z0-9+/=]/g, '');
    if (clean.length % 4 !== 0) return undefined;
    try {
      return atob(clean);
    } catch {
      return undefined;
    }
  },
  encode: (raw: string): string => btoa(raw),
};

function coded(run: Run, args: CallArgs, site: Site, change: (raw: string) => string | undefined): Val {
  return lift(run, args.pos[0] ?? none(originAt(site)), (one) => {
    if ((one.obj.t !== 'str' && one.obj.t !== 'bytes') || !/^[\x00-\x7f]*$/.test(one.obj.v) || hasRoot(one.obj.v) || args.pos.length > 1)
      return unknownAt(run, 'unsupported-syntax', site);
    const v = change(one.obj.v);
    return v === undefined
      ? unknownAt(run, 'unsupported-syntax', site)
      : known({ t: 'bytes', v }, originAt(site, undefined, one.origin), one.secret);
  });
}

/** getmembers leaves out what raises AttributeError: a computed value with unknown parts may be missing altogether. */
function member(run: Run, one: Known, name: string, site: Site): Val {
  const value = attribute(run, one, name, site);
  return isSettled(value, 0) ? value : unknownAt(run, 'dynamic-call', site);
}

function isSettled(value: Val, depth: number): boolean {
  if (value.k !== 'known' || depth > 20) return false;
  const { obj } = value;
  if (obj.t === 'tuple') return obj.items.every((item) => isSettled(item, depth + 1));
  if (obj.t === 'list') return obj.cell.state.alternatives === null && obj.cell.state.items.every((item) => isSettled(item, depth + 1));
  if (obj.t === 'dict')
    return (
      obj.cell.state.open === null &&
      [...obj.cell.state.entries.values()].every((entry) => entry.value.k !== 'absent' && isSettled(entry.value, depth + 1))
    );
  return true;
}
