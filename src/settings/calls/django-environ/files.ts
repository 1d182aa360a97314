import { strOf } from '../../builtins/format.ts';
import { isLeftOut, pathArg } from '../../builtins/native.ts';
import { lookupVariable } from '../../environment.ts';
import { truthOf } from '../../expressions/truth.ts';
import { envFileAt, type FileVariable, fileVariables, folderOf, openEnvironment } from '../../imports/libraries.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { type CallArgs, none, type Site, str, type Val } from '../../values/object.ts';
import { conditional, writeScope } from '../../values/state.ts';
import { storeFile } from '../python-dotenv.ts';
import { since } from '../releases.ts';
import type { EnvClass } from './class.ts';

/** django-environ 0.4.5 to 0.14: Env.read_env. */

const PARAMS = ['env_file', 'overwrite', 'parse_comments', 'encoding'];

interface Reading {
  readonly overwrite: boolean;
  readonly comments: boolean | undefined;
  readonly extra: ReadonlyMap<string, Val>;
}

export function readEnv(run: Run, cls: EnvClass, args: CallArgs, at: Site): Val {
  const opened = (): Val => {
    openEnvironment(run, at, args.kw.has('overwrite') || args.pos.length > 1 || args.open !== null ? undefined : false);
    return none(originAt(at));
  };
  const part = (name: string) => args.kw.get(name) ?? args.pos[PARAMS.indexOf(name)];
  const reading = readingOf(run, args, at);
  if (reading === undefined || args.open !== null) return opened();
  const folder = folderOf(at.file);
  const path = part('env_file');
  const file = isLeftOut(path) ? str(`<ROOT>/${folder === '' ? '' : `${folder}/`}.env`, originAt(at)) : path;
  return lift(
    run,
    file,
    (one) => {
      const text = one.obj.t === 'native' && one.obj.cls === 'environ.Path' ? one.obj.text : pathArg(one);
      const found = text === undefined ? undefined : envFileAt(run, text);
      if (found === undefined) return opened();
      if (found !== null) store(run, cls, found, reading, at);
      // Without a file the other arguments are not looked at.
      return none(originAt(at));
    },
    () => opened(),
  );
}

function readingOf(run: Run, args: CallArgs, at: Site): Reading | undefined {
  const flag = (name: string): boolean | undefined => {
    const value = args.kw.get(name) ?? args.pos[PARAMS.indexOf(name)];
    if (value === undefined) return false;
    return value.k === 'known' ? truthOf(run, value, at) : undefined;
  };
  const overwrite = flag('overwrite');
  const asked = flag('parse_comments');
  const extra = new Map([...args.kw].filter(([name]) => !PARAMS.includes(name)));
  const is = (release: string) => since(run, 'django-environ', release);
  // An option of a newer release is one more variable to the older ones.
  const isThere =
    (args.kw.has('overwrite') && is('0.8') !== true) ||
    (args.kw.has('parse_comments') && is('0.12') !== true) ||
    (args.kw.has('encoding') && is('0.10') !== true);
  if (overwrite === undefined || asked === undefined || args.pos.length > 2) return undefined;
  if (isThere && overwrite) return undefined;
  return { overwrite, comments: cutsComments(is, asked), extra };
}

/** 0.11 always cut comments off, from 0.12 on they are when that is asked for. */
function cutsComments(is: (release: string) => boolean | undefined, asked: boolean): boolean | undefined {
  if (is('0.11') === false) return false;
  if (is('0.12') === true) return asked;
  return is('0.11') === true && (is('0.12') === false || asked) ? true : undefined;
}

function store(run: Run, cls: EnvClass, file: string, { overwrite, comments, extra }: Reading, at: Site): void {
  const newer = since(run, 'django-environ', '0.8');
  const variables = new Map<string, Val>();
  for (const [name, value] of extra) variables.set(name, strOf(run, value, at));
  const seen = new Set<string>();
  for (const one of variablesOf(run, file, comments, at)) {
    if (one.value === null) continue;
    // Before 0.8 the first of two equal keys won, and escapes of line ends were lost.
    const again = seen.has(one.name);
    seen.add(one.name);
    if (again && newer === false) continue;
    variables.set(
      one.name,
      again && newer === undefined ? unknownAt(run, 'unsupported-syntax', at, { type: 'str', names: [one.name] }) : one.value,
    );
  }
  for (const [name, value] of variables) {
    const file_ = cls.fileAware ? lookupVariable(run, `${name}_FILE`, at) : null;
    if (file_ === null || file_.k === 'absent') keep(run, name, value, overwrite, at);
  }
}

/** Where comments may or may not be cut off, only what both readings agree on is known. */
function variablesOf(run: Run, file: string, comments: boolean | undefined, at: Site): readonly FileVariable[] {
  const read = (parseComments: boolean) => fileVariables(run, file, 'django-environ', at, { parseComments });
  const plain = read(comments ?? false);
  const other = comments === undefined ? read(true) : plain;
  const newer = since(run, 'django-environ', '0.8');
  return plain.map((one, i) => {
    const same = sameText(one.value, other[i]?.value ?? null) && !(newer !== true && textOf(one.value)?.match(/\\[rnt]/));
    return same ? one : { ...one, value: unknownAt(run, 'unsupported-syntax', at, { type: 'str', names: [one.name] }) };
  });
}

function textOf(value: Val | null): string | undefined {
  return value?.k === 'known' && value.obj.t === 'str' ? value.obj.v : undefined;
}

function sameText(a: Val | null, b: Val | null): boolean {
  return a === b || textOf(a) === textOf(b);
}

/** setdefault, or a store with `overwrite`. */
export function keep(run: Run, name: string, value: Val, overwrite: boolean, at: Site): void {
  const slot = lookupVariable(run, name, at);
  if (overwrite || slot.k === 'absent') storeFile(run, name, value);
  else if (slot.k === 'cond')
    writeScope(run.journal, run.environ).names.set(
      name,
      conditional(slot.cases.map((one) => ({ when: one.when, then: one.then.k === 'absent' ? value : one.then }))),
    );
}
