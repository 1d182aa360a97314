import { ROOT } from '../../../core/data.ts';
import { arg, boolArg, isLeftOut, pathArg } from '../../builtins/native.ts';
import { lookupVariable } from '../../environment.ts';
import { envFileAt, fileVariables, folderOf, openEnvironment, searchUpwards } from '../../imports/libraries.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { ABSENT, bool, type CallArgs, type Known, none, type Site, str, type Unk, type Val } from '../../values/object.ts';
import { writeScope } from '../../values/state.ts';
import { keep } from '../django-environ/files.ts';
import { since } from '../releases.ts';
import type { Env } from './values.ts';

/** environs 9 to 15: Env.read_env. */
export function readEnvFile(run: Run, env: Env, args: CallArgs, at: Site): Val {
  const path = arg(args, 0, 'path');
  const recurse = boolArg(args.kw.get('recurse') ?? args.pos[1], true);
  const override = boolArg(args.kw.get('override') ?? args.pos[3], false);
  const wantsPath = boolArg(args.kw.get('return_path'), false);
  const opened = (): Val => {
    openEnvironment(run, at, override === false && args.open === null ? false : undefined);
    return unknownAt(run, 'missing-file', at);
  };
  if (recurse === undefined || override === undefined || wantsPath === undefined || args.open !== null) return opened();
  const load = (file: string | null | undefined): Val => {
    if (file === undefined) return opened();
    const has = file === null ? false : store(run, env, file, override, at);
    if (wantsPath) return file === null ? none(originAt(at)) : str(`${ROOT}/${file}`, originAt(at));
    // Before 10 it returned nothing; a file without variables counts as loaded since 15.
    const newer = since(run, 'environs', '10.0');
    if (newer !== true) return newer === false ? none(originAt(at)) : unknownAt(run, 'unsupported-syntax', at);
    return file === null || has || since(run, 'environs', '15.0') === true
      ? bool(file !== null, originAt(at))
      : unknownAt(run, 'unsupported-syntax', at, { type: 'bool' });
  };
  if (isLeftOut(path)) {
    const folder = folderOf(at.file);
    return load(
      recurse ? (searchUpwards(run, folder, ['.env']) ?? null) : envFileAt(run, `${ROOT}/${folder === '' ? '' : `${folder}/`}.env`),
    );
  }
  return lift(
    run,
    path,
    (one) => {
      const text = pathArg(one);
      const file = text === undefined ? undefined : envFileAt(run, text);
      if (file !== null || !recurse || text === undefined) return load(file);
      const slash = text.lastIndexOf('/');
      const folder = slash === -1 ? '' : text.slice(0, slash).replace(/^<ROOT>\/?/, '');
      // A folder that is not there cannot be searched.
      if (folder !== '' && run.request.tree.kindOf(folder) !== 'directory') return opened();
      return load(searchUpwards(run, folder, [text.slice(slash + 1)]) ?? null);
    },
    () => opened(),
  );
}

/** True when the file has variables. */
function store(run: Run, env: Env, file: string, override: boolean, at: Site): boolean {
  const last = new Map<string, Known | Unk>();
  // What a file refers to is looked up in it first since 15.0.
  const newer = since(run, 'environs', '15.0');
  const variables = fileVariables(run, file, 'python-dotenv', at, { override: newer === true ? true : override });
  const other = newer === undefined && !override ? fileVariables(run, file, 'python-dotenv', at, { override: true }) : variables;
  for (const [i, one] of variables.entries()) {
    const value =
      other[i]?.value === one.value || sameText(other[i]?.value, one.value)
        ? one.value
        : unknownAt(run, 'unsupported-syntax', at, { type: 'str', names: [one.name] });
    if (value !== null && value.k !== 'cond') last.set(one.name, value);
    else last.delete(one.name);
  }
  const names = writeScope(run.journal, env.state).names;
  for (const [name, value] of last) {
    const slot = lookupVariable(run, name, at);
    if (override || !names.has(`file:${name}`)) names.set(`file:${name}`, value);
    if (newer === true) continue;
    if (newer === false) keep(run, name, value, override, at);
    else if (slot.k === 'absent') perhaps(run, name, value);
    else if (override)
      writeScope(run.journal, run.environ).names.set(name, unknownAt(run, 'unsupported-syntax', at, { type: 'str', names: [name] }));
  }
  return variables.length > 0;
}

/** Since 15.0 the process's own environment stays as it is. */
function perhaps(run: Run, name: string, value: Known | Unk): void {
  const guard = {
    on: 'text' as const,
    key: 'environs:read_env',
    text: 'the release of environs puts variables of files into os.environ',
    holds: true,
  };
  writeScope(run.journal, run.environ).names.set(name, {
    k: 'cond',
    cases: [
      { when: [guard], then: value },
      { when: [{ ...guard, holds: false }], then: ABSENT },
    ],
  });
}

function sameText(a: Val | null | undefined, b: Val | null): boolean {
  return a?.k === 'known' && b?.k === 'known' && a.obj.t === 'str' && b.obj.t === 'str' && a.obj.v === b.obj.v;
}
