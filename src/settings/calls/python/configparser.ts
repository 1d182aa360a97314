import { isSecretName } from '../../../core/secret.ts';
import { parseIni } from '../../../syntax/ini/index.ts';
import { builtinName } from '../../builtins/builtins.ts';
import { toFloat, toInt } from '../../builtins/casts.ts';
import { builtin, isNone, NO_ARGS, PYTHON, pathArg, positional, textArg, typeObject } from '../../builtins/native.ts';
import { existence, readText, workingFolder } from '../../builtins/path-methods.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callValue } from '../../expressions/call.ts';
import { exceptionClass, makeError, raise } from '../../raise.ts';
import { insideTry, lift, originAt, type Run, readSlot, unknownAt } from '../../run.ts';
import { attempt } from '../../statements/barrier.ts';
import { dictFrom, itemsOf, listFrom, viewFrom } from '../../values/iterate.ts';
import { bool, type CallArgs, type Known, known, none, type Site, str, tuple, type Unk, type Val } from '../../values/object.ts';
import { treePath } from '../../values/paths.ts';
import { type Cell, newCell, type ScopeState, writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';

/**
 * configparser of Python 3.8 to 3.14: files, texts and dicts into sections, `%(name)s` in values, and what `get` does. Every option is a name
 * of one scope, `section NUL option`; the section itself is `section NUL`.
 */

interface Parser {
  readonly cell: Cell<ScopeState>;
  readonly interpolates: boolean;
}

const DEFAULT = 'DEFAULT';
/** Set once a file was passed over because it is not there. */
const PASSED = '\0passed over';
const MAX_DEPTH = 10;
const TRUE = new Set(['1', 'yes', 'true', 'on']);
const FALSE = new Set(['0', 'no', 'false', 'off']);
const ERRORS = [
  'NoSectionError',
  'NoOptionError',
  'ParsingError',
  'MissingSectionHeaderError',
  'DuplicateOptionError',
  'DuplicateSectionError',
];

function open(run: Run, parser: Parser, why: Unk): void {
  writeScope(run.journal, parser.cell).open = why;
}

function store(run: Run, parser: Parser, section: string, option: string, value: Val): void {
  writeScope(run.journal, parser.cell).names.set(`${section}\0${option.toLowerCase()}`, value);
}

function addSection(run: Run, parser: Parser, section: string): void {
  if (section !== DEFAULT) writeScope(run.journal, parser.cell).names.set(`${section}\0`, bool(true, PYTHON));
}

function hasSection(run: Run, parser: Parser, section: string, at: Site): Val {
  if (parser.cell.state.open !== null) return unknownAt(run, 'missing-file', at, { type: 'bool' });
  const slot = parser.cell.state.names.get(`${section}\0`);
  return slot === undefined ? bool(false, originAt(at)) : readSlot(run, slot, () => bool(false, originAt(at)));
}

/** The options of a file's text; a text that Python refuses leaves nothing known. */
function readInto(run: Run, parser: Parser, file: string, text: string, at: Site): void {
  const document = parseIni(file, text, 'config-parser');
  if (document.rejected !== null) raise(run, 'ParsingError', document.rejected, at);
  for (const section of document.sections) {
    addSection(run, parser, section.name);
    for (const one of section.entries) {
      const from = { step: 'env' as const, name: one.key, state: 'given' as const, at: one.valueSpan, from: file };
      store(run, parser, section.name, one.key, str(one.value ?? '', from, isSecretName(one.key)));
    }
  }
}

/** read(): files that are not there are passed over. */
function readFiles(run: Run, parser: Parser, names: Val, at: Site): Val {
  return lift(run, names, (one) => {
    const all = pathArg(one) === undefined ? itemsOf(run, one, at) : [one];
    const read: Val[] = [];
    for (const name of all ?? [unknownAt(run, 'host', at)]) if (readOne(run, parser, name, at)) read.push(name);
    return parser.cell.state.open === null
      ? known(listFrom(run, read), originAt(at))
      : unknownAt(run, 'missing-file', at, { type: 'list' });
  });
}

function readOne(run: Run, parser: Parser, name: Val, at: Site): boolean {
  const path = pathArg(name);
  const there = path === undefined ? undefined : existence(run, path, 'file', at);
  if (path === undefined || there?.k !== 'known' || there.obj.t !== 'bool') {
    open(run, parser, unknownAt(run, 'missing-file', at));
    return false;
  }
  if (!there.obj.v) {
    writeScope(run.journal, parser.cell).names.set(PASSED, bool(true, PYTHON));
    return false;
  }
  const text = readText(run, path, at);
  if (text.k === 'known' && text.obj.t === 'str') readInto(run, parser, treePath(path, workingFolder(run)) ?? path, text.obj.v, at);
  else open(run, parser, unknownAt(run, 'missing-file', at));
  return true;
}

function readKnownText(run: Run, parser: Parser, text: Val, at: Site): Val {
  if (text.k === 'known' && text.obj.t === 'str') readInto(run, parser, at.file, text.obj.v, at);
  else open(run, parser, unknownAt(run, 'missing-file', at));
  return none(originAt(at));
}

/** read_dict(): keys and values become texts. */
function readDict(run: Run, parser: Parser, dict: Val, at: Site): Val {
  const done = none(originAt(at));
  const sections =
    dict.k === 'known' && dict.obj.t === 'dict' && dict.obj.cell.state.open === null ? dict.obj.cell.state.entries : undefined;
  if (sections === undefined) {
    open(run, parser, unknownAt(run, 'dynamic-call', at));
    return done;
  }
  for (const { key, value } of sections.values()) {
    const section = textArg(key);
    const inner =
      value.k === 'known' && value.obj.t === 'dict' && value.obj.cell.state.open === null ? value.obj.cell.state.entries : undefined;
    if (section === undefined || inner === undefined) {
      open(run, parser, unknownAt(run, 'dynamic-call', at));
      return done;
    }
    addSection(run, parser, section);
    for (const entry of inner.values()) {
      const option = textArg(entry.key);
      const given =
        entry.value.k === 'absent' || entry.value.k === 'cond' ? unknownAt(run, 'dynamic-call', at, { type: 'str' }) : entry.value;
      if (option === undefined) open(run, parser, unknownAt(run, 'dynamic-call', at));
      else setOption(run, parser, section, option, asText(run, given, at), at);
    }
  }
  return done;
}

function asText(run: Run, value: Val, at: Site): Val {
  const text = builtinName(run, 'str');
  const isOther = value.k === 'known' && value.obj.t !== 'str' && value.obj.t !== 'none';
  return isOther && text !== undefined ? callValue(run, text, positional([value]), at) : value;
}

function setOption(run: Run, parser: Parser, section: string, option: string, value: Val, at: Site): void {
  if (parser.interpolates && value.k === 'known' && value.obj.t === 'str' && value.obj.v.replace(/%%|%\([^)]+\)s/g, '').includes('%'))
    raise(run, 'ValueError', `invalid interpolation syntax in '${option}'`, at);
  store(run, parser, section, option, value);
}

/** Nobody runs settings that end here: a file that was passed over is there where they run. */
function missing(run: Run, parser: Parser, error: string, text: string, at: Site): Val {
  if (parser.cell.state.names.has(PASSED) && run.request.assumeMissing === true && !insideTry(run)) {
    run.firstMissing ??= makeError(run, error, text, at);
    return unknownAt(run, 'missing-file', at, { type: error === 'KeyError' ? null : 'str' });
  }
  return raise(run, error, text, at);
}

/** The value of an option, its section's own or that of DEFAULT. */
function find(run: Run, parser: Parser, section: string, option: string, raw: boolean, at: Site): Val {
  const { names, open: hole } = parser.cell.state;
  const key = option.toLowerCase();
  if (hole !== null) return { ...hole, type: 'str', key: `ini:${section}.${key}`, names: [] };
  const noSection = () => missing(run, parser, 'NoSectionError', `No section: '${section}'`, at);
  const noOption = () => missing(run, parser, 'NoOptionError', `No option '${key}' in section: '${section}'`, at);
  const there = names.get(`${section}\0`);
  if (section !== DEFAULT) {
    if (there === undefined || there.k === 'absent') return noSection();
    if (there.k !== 'known') return unknownAt(run, 'dynamic-call', at, { type: 'str' });
  }
  const slot = names.get(`${section}\0${key}`) ?? names.get(`${DEFAULT}\0${key}`);
  const value = slot === undefined ? noOption() : readSlot(run, slot, noOption);
  return parser.interpolates && !raw ? interpolated(run, parser, section, value, at, 1) : value;
}

function interpolated(run: Run, parser: Parser, section: string, value: Val, at: Site, depth: number): Val {
  if (value.k !== 'known' || value.obj.t !== 'str' || !value.obj.v.includes('%')) return value;
  if (depth > MAX_DEPTH) return raise(run, 'InterpolationDepthError', 'interpolation nests too deep', at);
  const { names } = parser.cell.state;
  let isKnown = true;
  const text = value.obj.v.replace(/%(?:%|\(([^)]+)\)s|)/g, (all: string, name: string | undefined) => {
    if (all === '%%') return '%';
    if (name === undefined) return raise(run, 'InterpolationSyntaxError', "'%' must be followed by '%' or '('", at);
    const slot = names.get(`${section}\0${name.toLowerCase()}`) ?? names.get(`${DEFAULT}\0${name.toLowerCase()}`);
    if (slot === undefined) return raise(run, 'InterpolationMissingOptionError', 'bad value substitution', at);
    const other = slot.k === 'known' ? interpolated(run, parser, section, slot, at, depth + 1) : undefined;
    if (other?.k === 'known' && other.obj.t === 'str') return other.obj.v;
    isKnown = false;
    return '';
  });
  return isKnown ? str(text, value.origin, value.secret) : unknownAt(run, 'dynamic-call', at, { type: 'str' });
}

type Convert = (value: Val, at: Site) => Val;

/** get, getint, getfloat and getboolean; a fallback is handed back as it is. */
function getter(run: Run, parser: Parser, name: string, convert: Convert, fixed: string | null): Known {
  return builtin(name, (args, at) => {
    const pos = fixed === null ? args.pos : [str(fixed, PYTHON), ...args.pos];
    const section = textArg(pos[0]);
    const option = textArg(pos[1] ?? args.kw.get('option'));
    const fallback = args.kw.get('fallback') ?? (fixed === null ? undefined : (pos[2] ?? none(originAt(at))));
    if (section === undefined || option === undefined || args.kw.has('vars') || pos.length > (fixed === null ? 2 : 3))
      return unknownAt(run, 'dynamic-call', at);
    const raw = args.kw.get('raw');
    if (raw !== undefined && (raw.k !== 'known' || raw.obj.t !== 'bool')) return unknownAt(run, 'dynamic-call', at);
    const isRaw = raw?.k === 'known' && raw.obj.t === 'bool' && raw.obj.v;
    const look = () => convert(find(run, parser, section, option, isRaw, at), at);
    if (fallback === undefined) return look();
    return attempt(run, look, (error) => (error.type === 'NoSectionError' || error.type === 'NoOptionError' ? fallback : undefined));
  });
}

function converters(run: Run): Readonly<Record<string, Convert>> {
  return {
    get: (value) => value,
    getint: (value, at) => toInt(run, value, 10, at),
    getfloat: (value, at) => toFloat(run, value, at),
    getboolean: (value, at) =>
      lift(
        run,
        value,
        (one) => {
          const word = one.obj.t === 'str' ? one.obj.v.toLowerCase() : '';
          if (TRUE.has(word) || FALSE.has(word)) return bool(TRUE.has(word), originAt(at, undefined, one.origin));
          return raise(run, 'ValueError', 'Not a boolean', at);
        },
        (one) => ({ ...one, type: 'bool', truth: null, env: null, key: one.key === '' ? '' : `ini.bool(${one.key})` }),
      ),
  };
}

/** The names behind a prefix, in order; undefined where some may be missing. */
function namesBehind(parser: Parser, prefix: string): readonly string[] | undefined {
  const { names, open: hole } = parser.cell.state;
  if (hole !== null) return undefined;
  const mine = [...names].filter(([name]) => name.startsWith(prefix) && name !== prefix);
  return mine.every(([, slot]) => slot.k === 'known' || slot.k === 'unk') ? mine.map(([name]) => name.slice(prefix.length)) : undefined;
}

function sectionNames(parser: Parser): readonly string[] | undefined {
  const { names, open: hole } = parser.cell.state;
  const heads = [...names].filter(([name]) => name.endsWith('\0'));
  return hole === null && heads.every(([, slot]) => slot.k === 'known') ? heads.map(([name]) => name.slice(0, -1)) : undefined;
}

function optionNames(parser: Parser, section: string): readonly string[] | undefined {
  const own = namesBehind(parser, `${section}\0`);
  const more = section === DEFAULT ? [] : namesBehind(parser, `${DEFAULT}\0`);
  return own === undefined || more === undefined ? undefined : [...new Set([...own, ...more])];
}

function listed(run: Run, names: readonly string[] | undefined, at: Site): Val {
  if (names === undefined) return unknownAt(run, 'missing-file', at, { type: 'list' });
  return known(
    listFrom(
      run,
      names.map((name) => str(name, originAt(at))),
    ),
    originAt(at),
  );
}

function pairs(run: Run, parser: Parser, section: string, at: Site): Val {
  const names = optionNames(parser, section);
  if (names === undefined) return unknownAt(run, 'missing-file', at, { type: 'list' });
  return known(
    listFrom(
      run,
      names.map((name) => known(tuple([str(name, originAt(at)), find(run, parser, section, name, false, at)]), originAt(at))),
    ),
    originAt(at),
  );
}

function asDict(run: Run, parser: Parser, section: string, at: Site): Val {
  const names = optionNames(parser, section);
  if (names === undefined) return unknownAt(run, 'missing-file', at, { type: 'dict' });
  const entries = names.map((name) => [name, find(run, parser, section, name, false, at)] as const);
  return known(dictFrom(run, entries, at), originAt(at));
}

function hasOption(run: Run, parser: Parser, section: string, option: string, at: Site): Val {
  const names = optionNames(parser, section);
  return names === undefined
    ? unknownAt(run, 'missing-file', at, { type: 'bool' })
    : bool(names.includes(option.toLowerCase()), originAt(at));
}

/** `parser[section]` */
function proxy(run: Run, parser: Parser, section: string, at: Site): Val {
  const convert = converters(run);
  const text = (key: Val) => textArg(key);
  return known(
    {
      t: 'native',
      cls: 'configparser.SectionProxy',
      getItem: (key, site) => {
        const option = text(key);
        if (option === undefined) return unknownAt(run, 'dynamic-call', site);
        const names = optionNames(parser, section);
        if (names !== undefined && !names.includes(option.toLowerCase())) return missing(run, parser, 'KeyError', `'${option}'`, site);
        return find(run, parser, section, option, false, site);
      },
      setItem: (key, value, site) => {
        const option = text(key);
        if (option === undefined) open(run, parser, unknownAt(run, 'dynamic-call', site));
        else setOption(run, parser, section, option, value, site);
      },
      contains: (key, site) => {
        const option = text(key);
        return option === undefined
          ? unknownAt(run, 'dynamic-call', site, { type: 'bool' })
          : hasOption(run, parser, section, option, site);
      },
      iterate: (site) => listed(run, optionNames(parser, section), site),
      mapping: (site) => asDict(run, parser, section, site),
      taint: (why) => open(run, parser, why),
      attr: (name) => {
        const change = Object.hasOwn(convert, name) ? convert[name] : undefined;
        if (change !== undefined) return getter(run, parser, name, change, section);
        if (name === 'keys') return builtin(name, (_args, site) => listed(run, optionNames(parser, section), site));
        if (name === 'items') return builtin(name, (_args, site) => pairs(run, parser, section, site));
        return name === 'name' ? str(section, originAt(at)) : undefined;
      },
    },
    originAt(at),
  );
}

type Method = (args: CallArgs, at: Site) => Val;

function methods(run: Run, parser: Parser): Readonly<Record<string, Method>> {
  const withSection = (use: (section: string, at: Site, args: CallArgs) => Val): Method => {
    return (args, at) => {
      const section = textArg(args.pos[0]);
      return section === undefined ? unknownAt(run, 'dynamic-call', at) : use(section, at, args);
    };
  };
  return {
    read: (args, at) => readFiles(run, parser, args.pos[0] ?? args.kw.get('filenames') ?? none(originAt(at)), at),
    read_file: (args, at) => {
      const [file = none(originAt(at))] = args.pos;
      return readKnownText(run, parser, callValue(run, attribute(run, file, 'read', at), NO_ARGS, at), at);
    },
    read_string: (args, at) => readKnownText(run, parser, args.pos[0] ?? none(originAt(at)), at),
    read_dict: (args, at) => readDict(run, parser, args.pos[0] ?? none(originAt(at)), at),
    sections: (_args, at) => listed(run, sectionNames(parser), at),
    options: withSection((section, at) => listed(run, optionNames(parser, section), at)),
    items: (args, at) =>
      args.pos.length === 1
        ? withSection((section, site) => pairs(run, parser, section, site))(args, at)
        : unknownAt(run, 'unsupported-syntax', at),
    has_section: withSection((section, at) => hasSection(run, parser, section, at)),
    has_option: withSection((section, at, args) => {
      const option = textArg(args.pos[1]);
      return option === undefined ? unknownAt(run, 'dynamic-call', at, { type: 'bool' }) : hasOption(run, parser, section, option, at);
    }),
    add_section: withSection((section, at) => {
      addSection(run, parser, section);
      return none(originAt(at));
    }),
    set: withSection((section, at, args) => {
      const option = textArg(args.pos[1]);
      if (option === undefined) open(run, parser, unknownAt(run, 'dynamic-call', at));
      else setOption(run, parser, section, option, args.pos[2] ?? none(originAt(at)), at);
      return none(originAt(at));
    }),
  };
}

function parserObject(run: Run, interpolates: boolean, at: Site): Val {
  const parser: Parser = { cell: newCell<ScopeState>(run.journal, { k: 'scope', names: new Map(), open: null }), interpolates };
  const table = methods(run, parser);
  const convert = converters(run);
  return known(
    {
      t: 'native',
      cls: 'configparser.ConfigParser',
      truth: true,
      attr: (name, site) => {
        const change = Object.hasOwn(convert, name) ? convert[name] : undefined;
        if (change !== undefined) return getter(run, parser, name, change, null);
        const method = Object.hasOwn(table, name) ? table[name] : undefined;
        if (method !== undefined) return builtin(name, method);
        open(run, parser, unknownAt(run, 'unsupported-syntax', site));
        return undefined;
      },
      setAttr: (_name, _value, site) => open(run, parser, unknownAt(run, 'unsupported-syntax', site)),
      getItem: (key, site) => {
        const section = textArg(key);
        const there = section === undefined || section === DEFAULT ? undefined : hasSection(run, parser, section, site);
        if (section === undefined || (there !== undefined && (there.k !== 'known' || there.obj.t !== 'bool')))
          return unknownAt(run, 'missing-file', site);
        if (there?.k === 'known' && there.obj.t === 'bool' && !there.obj.v) return missing(run, parser, 'KeyError', `'${section}'`, site);
        return proxy(run, parser, section, site);
      },
      setItem: (key, value, site) => {
        const section = textArg(key);
        const fresh = section !== undefined && parser.cell.state.open === null && (optionNames(parser, section)?.length ?? 1) === 0;
        if (!fresh) return open(run, parser, unknownAt(run, 'unsupported-syntax', site));
        addSection(run, parser, section);
        if (value.k !== 'known' || value.obj.t !== 'dict' || value.obj.cell.state.entries.size > 0)
          open(run, parser, unknownAt(run, 'unsupported-syntax', site));
      },
      contains: (key, site) => {
        const section = textArg(key);
        if (section === undefined) return unknownAt(run, 'dynamic-call', site, { type: 'bool' });
        return section === DEFAULT ? bool(true, originAt(site)) : hasSection(run, parser, section, site);
      },
      iterate: (site) => {
        const names = sectionNames(parser);
        return names === undefined
          ? known(viewFrom(run, [{ ...unknownAt(run, 'missing-file', site), many: true }]), originAt(site))
          : listed(run, [DEFAULT, ...names], site);
      },
      taint: (why) => open(run, parser, why),
    },
    originAt(at),
  );
}

export function configparserModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const type = (name: string, interpolates: boolean) => () =>
    typeObject(name, (args, at) => {
      const how = args.kw.get('interpolation');
      const others = [...args.kw.keys()].filter((one) => one !== 'interpolation' && one !== 'strict');
      const off = isNone(how);
      if (args.pos.length > 0 || others.length > 0 || (how !== undefined && !off)) return unknownAt(run, 'unsupported-syntax', at);
      return parserObject(run, interpolates && !off, at);
    });
  const errors = ERRORS.map((name) => {
    const cls = exceptionClass(name);
    return [name, () => (cls === undefined ? none(PYTHON) : known(cls, PYTHON))] as const;
  });
  return {
    configparser: {
      open: true,
      names: {
        ConfigParser: type('ConfigParser', true),
        RawConfigParser: type('RawConfigParser', false),
        ...Object.fromEntries(errors),
      },
    },
  };
}
