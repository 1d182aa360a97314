import { ROOT } from '../../core/data.ts';
import { builtin, PYTHON, pathArg, textArg } from '../builtins/native.ts';
import { executeIn, openScope } from '../imports/imports.ts';
import { folderOf } from '../imports/libraries.ts';
import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { type CallArgs, known, none, type Site, str, type Val } from '../values/object.ts';
import { isAbsolute, normalPath, osJoin, treePath } from '../values/paths.ts';
import type { ModelledModule } from './registry.ts';

/** django-split-settings 1.3. */

/** Files of the tree that a glob matches, sorted; undefined for one that is not understood. */
function globbed(run: Run, pattern: string): readonly string[] | undefined {
  const path = treePath(pattern.replaceAll('**/', ''), '');
  if (path === undefined || pattern.includes('**') || /[[\]]/.test(pattern)) return undefined;
  let folders = [''];
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const next: string[] = [];
    for (const folder of folders) {
      const join = (name: string) => (folder === '' ? name : `${folder}/${name}`);
      if (!/[*?]/.test(part)) {
        if (run.request.tree.kindOf(join(part)) !== null) next.push(join(part));
        continue;
      }
      const shape = new RegExp(
        `^${part
          .replace(/[.+^${}()|\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      );
      for (const name of run.request.tree.list(folder)) {
        if (
          shape.test(name) &&
          !(name.startsWith('.') && !part.startsWith('.')) &&
          (i < parts.length - 1 || run.request.tree.kindOf(join(name)) !== null)
        )
          next.push(join(name));
      }
    }
    folders = next;
  }
  return folders.sort();
}

function include(run: Run, args: CallArgs, at: Site): Val {
  let chain = run.frame.chain;
  while (chain.parent !== null) chain = chain.parent;
  const { scope } = chain;
  const from = `${ROOT}/${folderOf(run.frame.module.file)}`;
  if (args.open !== null) {
    openScope(run, scope, args.open);
    return none(originAt(at));
  }
  for (const one of args.pos) {
    lift(
      run,
      one,
      (each) => {
        const optional = each.obj.t === 'native' && each.obj.cls === OPTIONAL;
        const pattern = each.obj.t === 'native' ? each.obj.text : pathArg(each);
        if (optional && pattern === '') return none(originAt(at));
        const full = pattern === undefined ? undefined : normalPath(isAbsolute(pattern) ? pattern : osJoin([from, pattern]));
        const files = full === undefined ? undefined : globbed(run, full);
        if (files === undefined) {
          openScope(run, scope, unknownAt(run, 'missing-file', at));
          return none(originAt(at));
        }
        if (files.length === 0 && !optional) return raise(run, 'OSError', `No such file: ${pattern}`, at);
        const done = included(run, scope);
        for (const file of files) {
          if (done.has(file)) continue;
          done.add(file);
          executeIn(run, file, scope, run.frame.module, at);
        }
        return none(originAt(at));
      },
      (each) => {
        openScope(run, scope, each);
        return each;
      },
    );
  }
  return none(originAt(at));
}

const OPTIONAL = 'split_settings.optional';
const seen = new WeakMap<object, Set<string>>();

function included(run: Run, scope: object): Set<string> {
  const old = seen.get(scope);
  if (old !== undefined) return old;
  const made = new Set<string>();
  seen.set(scope, made);
  return run.path.length === 0 ? made : new Set();
}

export function splitSettingsModules(run: Run): Readonly<Record<string, ModelledModule>> {
  return {
    'split_settings.tools': {
      open: true,
      names: {
        include: () => builtin('include', (args, at) => include(run, args, at)),
        optional: () =>
          builtin('optional', (args, at) =>
            lift(run, args.pos[0] ?? none(originAt(at)), (one) => {
              const text = one.obj.t === 'none' ? '' : (textArg(one) ?? pathArg(one));
              return text === undefined ? unknownAt(run, 'dynamic-call', at) : known({ t: 'native', cls: OPTIONAL, text }, one.origin);
            }),
          ),
      },
    },
    split_settings: { open: true, names: { __version__: () => str('1', PYTHON) } },
  };
}
