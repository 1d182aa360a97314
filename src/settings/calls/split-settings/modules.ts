import { ROOT } from '../../../core/data.ts';
import { builtin, isLeftOut, PYTHON, pathArg, textArg } from '../../builtins/native.ts';
import { executeIn, openScope } from '../../imports/imports.ts';
import { folderOf } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { taint } from '../../values/containers.ts';
import { bool, type CallArgs, type Known, known, none, type ScopeChain, type Site, str, type Unk, type Val } from '../../values/object.ts';
import { isAbsolute, normalPath, osJoin, treePath } from '../../values/paths.ts';
import { writeScope } from '../../values/state.ts';
import type { ModelledModule } from '../registry.ts';
import { mayRunInAnyOrder } from './order.ts';

/** django-split-settings 1.0 to 1.3. */

/** fnmatch: `*`, `?`, `[seq]` and `[!seq]`. */
function shapeOf(part: string): RegExp {
  const source = part.replace(
    /\[(!?)([^\]]+)\]|[.+^${}()|\\[\]]|\*+|\?/g,
    (all: string, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]`;
      return all.startsWith('*') ? '.*' : all === '?' ? '.' : `\\${all}`;
    },
  );
  return new RegExp(`^${source}$`, 's');
}

/** Files of the tree that a glob matches, sorted; undefined for a pattern outside of it. */
function globbed(run: Run, pattern: string): readonly string[] | undefined {
  const path = treePath(pattern, '');
  if (path === undefined) return undefined;
  let folders = [''];
  for (const part of path.split('/')) {
    const next: string[] = [];
    for (const folder of folders) {
      const join = (name: string) => (folder === '' ? name : `${folder}/${name}`);
      if (!/[*?[]/.test(part)) {
        if (run.request.tree.kindOf(join(part)) !== null) next.push(join(part));
        continue;
      }
      const shape = shapeOf(part);
      if (folder !== '' && run.request.tree.kindOf(folder) !== 'directory') continue;
      for (const name of run.request.tree.list(folder))
        if (shape.test(name) && (!name.startsWith('.') || part.startsWith('.')) && run.request.tree.kindOf(join(name)) !== null)
          next.push(join(name));
    }
    folders = next;
  }
  return [...folders].sort();
}

const OPTIONAL = 'split_settings.optional';

function include(run: Run, args: CallArgs, at: Site): Val {
  let chain = run.frame.chain;
  while (chain.parent !== null) chain = chain.parent;
  const scope = args.kw.get('scope');
  const own = isLeftOut(scope) || isOwnScope(run, scope);
  if (args.open !== null || !own || [...args.kw.keys()].some((name) => name !== 'scope')) {
    lost(run, chain, args.open ?? unknownAt(run, 'dynamic-call', at));
    return none(originAt(at));
  }
  for (const one of args.pos) {
    lift(
      run,
      one,
      (each) => includeOne(run, each, chain, at),
      (each) => lost(run, chain, each),
    );
  }
  return none(originAt(at));
}

/** `globals()`, or `locals()` of a module. */
function isOwnScope(run: Run, scope: Val): boolean {
  return scope.k === 'known' && scope.obj.t === 'native' && scope.obj.cls === 'globals' && run.frame.chain.kind === 'module';
}

/** Files that are not known run here: they may bind any name and change all that names hold. */
function lost(run: Run, chain: ScopeChain, why: Unk): Val {
  for (const slot of [...chain.scope.state.names.values()])
    if (slot.k === 'known' && ['list', 'dict', 'set'].includes(slot.obj.t)) taint(run, slot, why);
  openScope(run, chain.scope, why);
  return why;
}

function includeOne(run: Run, each: Known, chain: ScopeChain, at: Site): Val {
  const optional = each.obj.t === 'native' && each.obj.cls === OPTIONAL;
  const pattern = optional && each.obj.t === 'native' ? each.obj.text : pathArg(each);
  if (optional && pattern === '') return none(originAt(at));
  const from = `${ROOT}/${folderOf(run.frame.module.file)}`;
  const full = pattern === undefined ? undefined : normalPath(isAbsolute(pattern) ? pattern : osJoin([from, pattern]));
  const files = full === undefined ? undefined : globbed(run, full);
  if (files === undefined) return lost(run, chain, unknownAt(run, 'missing-file', at));
  if (files.length === 0 && !optional) return raise(run, 'OSError', `No such file: ${pattern}`, at);
  const open = files.map((file) => ({ file, mark: chain.scope.state.names.get(` included ${file}`) }));
  if (open.some(({ mark }) => mark !== undefined && mark.k !== 'known' && mark.k !== 'absent'))
    return lost(run, chain, unknownAt(run, 'dynamic-call', at));
  const rest = open.filter(({ mark }) => mark === undefined || mark.k === 'absent').map(({ file }) => file);
  // The order of what a pattern finds is that of the file system.
  if (rest.length > 1 && !mayRunInAnyOrder(run, rest)) {
    for (const file of rest) if (!run.files.includes(file)) run.files.push(file);
    return lost(run, chain, unknownAt(run, 'host', at));
  }
  for (const file of rest) {
    // A file that an earlier one includes is not included again.
    const done = chain.scope.state.names.get(` included ${file}`);
    if (done?.k === 'known') continue;
    writeScope(run.journal, chain.scope).names.set(` included ${file}`, bool(true, PYTHON));
    executeIn(run, file, chain.scope, run.frame.module, at);
  }
  return none(originAt(at));
}

export function splitSettingsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  return {
    'split_settings.tools': {
      open: true,
      names: {
        include: () => builtin('include', (args, at) => include(run, args, at)),
        optional: () =>
          builtin('optional', (args, at) =>
            lift(run, args.pos[0] ?? args.kw.get('filename') ?? none(originAt(at)), (one) => {
              const text = one.obj.t === 'none' ? '' : (textArg(one) ?? pathArg(one));
              return text === undefined ? unknownAt(run, 'dynamic-call', at) : known({ t: 'native', cls: OPTIONAL, text }, one.origin);
            }),
          ),
      },
    },
    split_settings: { open: true, names: { __version__: () => str('1', PYTHON) } },
  };
}
