import { type Expr, parsePython } from '../../syntax/python/index.ts';
import { attribute } from '../attributes.ts';
import { castUnknown } from '../builtins.ts';
import { callUnknown, callWith } from '../call.ts';
import { setItem } from '../containers.ts';
import { evalText } from '../exec.ts';
import { importModule } from '../imports.ts';
import { dictFrom, listFrom, viewFrom } from '../iterate.ts';
import { arg, builtin, PYTHON, textArg, typeObject } from '../native.ts';
import { bool, type CallArgs, int, type Known, known, none, type Site, str, tuple, type Val } from '../object.ts';
import { exceptionClass, raise } from '../raise.ts';
import { demand, lift, liftAll, originAt, type Run, unknownAt } from '../run.ts';
import { floatText, hasRoot } from '../text.ts';
import type { ModelledModule } from './registry.ts';

/** Python's number of a flag of `re`, as JavaScript writes it. */
const REGEX_FLAGS: Readonly<Record<string, string>> = { '0': '', '2': 'i', '8': 'm', '16': 's' };

/** json, ast, re, datetime, string, base64 and what is random. */

/** A JSON text as Python's json.loads reads it; undefined for what is no JSON. */
export function jsonValue(run: Run, text: string, from: Known, site: Site): Val | undefined {
  let at = 0;
  const origin = originAt(site, undefined, from.origin);
  const blank = () => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? 'x')) at++;
  };
  const value = (depth: number): Val | undefined => {
    if (depth > 100) return undefined;
    blank();
    const char = text[at];
    if (char === '{') return object(depth);
    if (char === '[') return array(depth);
    if (char === '"') {
      const one = string();
      return one === undefined ? undefined : str(one, origin, from.secret);
    }
    for (const [word, made] of [
      ['true', bool(true, origin)],
      ['false', bool(false, origin)],
      ['null', none(origin)],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return made;
      }
    }
    const number = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text.slice(at, at + 400));
    if (number === null) return undefined;
    at += number[0].length;
    return number[1] === undefined && number[2] === undefined
      ? int(BigInt(number[0]), origin)
      : known({ t: 'float', v: Number(number[0]) }, origin);
  };
  const string = (): string | undefined => {
    const found = /^"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(text.slice(at));
    if (found === null) return undefined;
    at += found[0].length;
    const read: unknown = JSON.parse(found[0]);
    return typeof read === 'string' ? read : undefined;
  };
  const array = (depth: number): Val | undefined => {
    const items: Val[] = [];
    at++;
    blank();
    if (text[at] === ']') at++;
    else {
      for (;;) {
        const item = value(depth + 1);
        if (item === undefined) return undefined;
        items.push(item);
        blank();
        const next = text[at++];
        if (next === ']') break;
        if (next !== ',') return undefined;
      }
    }
    return known(listFrom(run, items), origin);
  };
  const object = (depth: number): Val | undefined => {
    const dict = dictFrom(run, [], site);
    at++;
    blank();
    if (text[at] === '}') at++;
    else {
      for (;;) {
        blank();
        const key = text[at] === '"' ? string() : undefined;
        blank();
        if (key === undefined || text[at++] !== ':') return undefined;
        const item = value(depth + 1);
        if (item === undefined) return undefined;
        setItem(run, dict, str(key, origin), item, site);
        blank();
        const next = text[at++];
        if (next === '}') break;
        if (next !== ',') return undefined;
      }
    }
    return known(dict, origin);
  };
  const result = value(0);
  blank();
  return at === text.length ? result : undefined;
}

export function loads(run: Run, value: Val, site: Site): Val {
  return lift(
    run,
    value,
    (one) => {
      if (one.obj.t === 'none') {
        demand(run, one.read);
        return raise(run, 'TypeError', 'the JSON object must be str, bytes or bytearray', site, one.read?.name ?? null);
      }
      if ((one.obj.t !== 'str' && one.obj.t !== 'bytes') || /\b(NaN|Infinity)\b/.test(one.obj.v))
        return unknownAt(run, 'dynamic-call', site);
      if (one.read?.fallback === null) demand(run, one.read);
      return jsonValue(run, one.obj.v, one, site) ?? raise(run, 'JSONDecodeError', 'not a JSON text', site, one.read?.name ?? null);
    },
    (one) => ({ ...derivedFrom(run, one, site) }),
  );
}

function derivedFrom(run: Run, one: Parameters<Parameters<typeof lift>[3] & object>[0], site: Site) {
  const cast = castUnknown(run, one, 'list', 'json.loads', site);
  return cast.k === 'unk' ? { ...cast, type: null } : one;
}

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

/** json.dumps of plain data with default options. */
function dumps(run: Run, args: CallArgs, site: Site): Val {
  if (args.kw.size > 0 || args.pos.length !== 1) return unknownAt(run, 'unsupported-syntax', site, { type: 'str' });
  return lift(run, args.pos[0] ?? none(originAt(site)), (one) => {
    const text = dumped(one);
    return text === undefined ? unknownAt(run, 'unsupported-syntax', site, { type: 'str' }) : str(text, originAt(site), one.secret);
  });
}

function dumped(value: Val): string | undefined {
  if (value.k !== 'known') return undefined;
  const { obj } = value;
  switch (obj.t) {
    case 'none':
      return 'null';
    case 'bool':
      return String(obj.v);
    case 'int':
      return String(obj.v);
    case 'float':
      return floatText(obj.v);
    case 'str':
      return hasRoot(obj.v) || /[^\x20-\x7e]/.test(obj.v) ? undefined : JSON.stringify(obj.v);
    case 'list':
    case 'tuple': {
      const items =
        obj.t === 'tuple'
          ? obj.items
          : obj.cell.state.alternatives === null
            ? obj.cell.state.items
            : [value, { ...value, k: 'known' as const }];
      if (obj.t === 'list' && obj.cell.state.alternatives !== null) return undefined;
      const parts = items.map(dumped);
      return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
    }
    case 'dict': {
      if (obj.cell.state.open !== null) return undefined;
      const parts = [...obj.cell.state.entries.values()].map((entry) => {
        const key = entry.key.obj.t === 'str' ? dumped(entry.key) : undefined;
        const inner = entry.value.k === 'known' ? dumped(entry.value) : undefined;
        return key === undefined || inner === undefined ? undefined : `${key}: ${inner}`;
      });
      return parts.includes(undefined) ? undefined : `{${parts.join(', ')}}`;
    }
    default:
      return undefined;
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
      return known({ t: 'timedelta', micros }, originAt(site, undefined, all[0]?.origin));
    },
  );
}

/** A Python pattern that means the same to JavaScript; undefined for one that may not. */
function translated(pattern: string, flags: string): RegExp | undefined {
  if (/\(\?(?![:=!]|P<|<[=!])|\\[AZzGpPNU]|\(\?P[=>]|[*+?}]\+|\(\?#|\\[1-9]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<'), `${flags}u`);
  } catch {
    return undefined;
  }
}

function reModule(run: Run): ModelledModule {
  const patternOf = (value: Known): { readonly pattern: string; readonly flags: string } | undefined =>
    value.obj.t === 'regex'
      ? { pattern: value.obj.pattern, flags: value.obj.flags }
      : value.obj.t === 'str'
        ? { pattern: value.obj.v, flags: '' }
        : undefined;
  const flagsOf = (value: Val | undefined): string | undefined =>
    value === undefined ? '' : value.k === 'known' && value.obj.t === 'int' ? REGEX_FLAGS[String(value.obj.v)] : undefined;
  const search = (name: string, anchor: (source: string) => string) => () =>
    builtin(name, (args, at) =>
      liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
        const flags = flagsOf(args.pos[2] ?? args.kw.get('flags'));
        const source = pattern === undefined ? undefined : patternOf(pattern);
        if (text?.obj.t === 'none') return raise(run, 'TypeError', 'expected string or bytes-like object', at, text.read?.name ?? null);
        const regex = source === undefined || flags === undefined ? undefined : translated(anchor(source.pattern), source.flags + flags);
        if (
          regex === undefined ||
          text?.obj.t !== 'str' ||
          hasRoot(text.obj.v) ||
          (/\$/.test(source?.pattern ?? '') && text.obj.v.endsWith('\n'))
        )
          return unknownAt(run, 'unsupported-syntax', at);
        const found = regex.exec(text.obj.v);
        return found === null ? none(originAt(at)) : matchObject(run, found, text, at);
      }),
    );
  return {
    open: true,
    names: {
      compile: () =>
        builtin('compile', (args, at) =>
          lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
            const flags = flagsOf(args.pos[1] ?? args.kw.get('flags'));
            if (one.obj.t !== 'str') return one.obj.t === 'regex' ? one : unknownAt(run, 'unsupported-syntax', at);
            return known({ t: 'regex', pattern: one.obj.v, flags: flags ?? '?' }, originAt(at));
          }),
        ),
      match: search('match', (source) => `^(?:${source})`),
      search: search('search', (source) => source),
      fullmatch: search('fullmatch', (source) => `^(?:${source})$`),
      sub: () =>
        builtin('sub', (args, at) =>
          liftAll(run, args.pos.slice(0, 3), ([pattern, replacement, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex =
              source === undefined || args.pos.length > 3 || args.kw.size > 0 ? undefined : translated(source.pattern, `${source.flags}g`);
            if (
              regex === undefined ||
              replacement?.obj.t !== 'str' ||
              text?.obj.t !== 'str' ||
              hasRoot(text.obj.v) ||
              replacement.obj.v.includes('\\') ||
              /\$/.test(source?.pattern ?? '')
            )
              return unknownAt(run, 'unsupported-syntax', at, { type: 'str' });
            const { v } = replacement.obj;
            return str(
              text.obj.v.replace(regex, () => v),
              originAt(at, undefined, text.origin),
              text.secret,
            );
          }),
        ),
      split: () =>
        builtin('split', (args, at) =>
          liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex =
              source === undefined || args.pos.length > 2 || /\(/.test(source.pattern)
                ? undefined
                : translated(source.pattern, source.flags);
            if (regex === undefined || text?.obj.t !== 'str' || hasRoot(text.obj.v) || regex.test(''))
              return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
            return known(
              listFrom(
                run,
                text.obj.v.split(regex).map((part) => str(part, originAt(at, undefined, text.origin), text.secret)),
              ),
              originAt(at),
            );
          }),
        ),
      findall: () =>
        builtin('findall', (args, at) =>
          liftAll(run, args.pos.slice(0, 2), ([pattern, text]) => {
            const source = pattern === undefined ? undefined : patternOf(pattern);
            const regex = source === undefined || args.pos.length > 2 ? undefined : translated(source.pattern, `${source.flags}g`);
            if (regex === undefined || text?.obj.t !== 'str' || hasRoot(text.obj.v) || /\((?!\?)|\(\?P</.test(source?.pattern ?? ''))
              return unknownAt(run, 'unsupported-syntax', at, { type: 'list' });
            return known(
              listFrom(
                run,
                (text.obj.v.match(regex) ?? []).map((part) => str(part, originAt(at, undefined, text.origin), text.secret)),
              ),
              originAt(at),
            );
          }),
        ),
      escape: () =>
        builtin('escape', (args, at) =>
          lift(run, args.pos[0] ?? none(originAt(at)), (one) =>
            one.obj.t === 'str' && !hasRoot(one.obj.v)
              ? str(one.obj.v.replace(/[-\\^$*+?.()|[\]{}#&~ \t\n\r\v\f]/g, '\\$&'), originAt(at))
              : unknownAt(run, 'unsupported-syntax', at, { type: 'str' }),
          ),
        ),
      IGNORECASE: () => int(2, PYTHON),
      I: () => int(2, PYTHON),
      MULTILINE: () => int(8, PYTHON),
      M: () => int(8, PYTHON),
      DOTALL: () => int(16, PYTHON),
      S: () => int(16, PYTHON),
    },
  };
}

function matchObject(run: Run, found: RegExpExecArray, text: Known, site: Site): Val {
  const group = (index: string | undefined): Val =>
    index === undefined ? none(originAt(site)) : str(index, originAt(site, undefined, text.origin), text.secret);
  const one = (key: Val | undefined, at: Site): Val => {
    if (key === undefined) return group(found[0]);
    if (key.k === 'known' && key.obj.t === 'int')
      return Number(key.obj.v) < found.length ? group(found[Number(key.obj.v)]) : raise(run, 'IndexError', 'no such group', at);
    const name = textArg(key);
    return name === undefined
      ? unknownAt(run, 'dynamic-call', at)
      : found.groups !== undefined && name in found.groups
        ? group(found.groups[name])
        : raise(run, 'IndexError', 'no such group', at);
  };
  return known(
    {
      t: 'native',
      cls: 're.Match',
      truth: true,
      getItem: one,
      attr: (name) => {
        if (name === 'group')
          return builtin(name, (args, at) =>
            args.pos.length <= 1 ? one(args.pos[0], at) : known(tuple(args.pos.map((key) => one(key, at))), originAt(at)),
          );
        if (name === 'groups') return builtin(name, (_args, at) => known(tuple(found.slice(1).map(group)), originAt(at)));
        if (name === 'groupdict')
          return builtin(name, (_args, at) =>
            known(
              dictFrom(
                run,
                Object.entries(found.groups ?? {}).map(([key, value]) => [key, group(value)] as const),
                at,
              ),
              originAt(at),
            ),
          );
        return undefined;
      },
    },
    originAt(site),
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
    importlib: { open: true, names: { import_module: () => builtin('import_module', (args, at) => importModule(run, args, at)) } },
    'importlib.util': { open: true, names: { find_spec: () => builtin('find_spec', (_args, at) => unknownAt(run, 'third-party', at)) } },
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
    if ((one.obj.t !== 'str' && one.obj.t !== 'bytes') || !/^[\x00-\x7f]*$/.test(one.obj.v) || args.pos.length > 1)
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
