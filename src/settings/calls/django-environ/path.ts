import { strOf } from '../../builtins/format.ts';
import { builtin, pathArg } from '../../builtins/native.ts';
import { existence, resolved } from '../../builtins/path-methods.ts';
import { raise } from '../../raise.ts';
import { liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { known, type Site, str, type Val } from '../../values/object.ts';
import { osDirname, osJoin } from '../../values/paths.ts';

/** django-environ's Path: an absolute path that is called to join. */
export function environPath(run: Run, parts: readonly Val[], site: Site, kw: ReadonlyMap<string, Val> = new Map()): Val {
  const options = [...kw].some(([name, value]) => !(name === 'required' || name === 'is_file') || value.k !== 'known');
  if (options) return unknownAt(run, 'unsupported-syntax', site);
  const isFile = truthy(kw.get('is_file'));
  return liftAll(run, parts, (all) => {
    const texts = all.map((one) => (one.obj.t === 'native' && one.obj.cls === 'environ.Path' ? one.obj.text : pathArg(one)));
    const plain = texts.flatMap((one) => (one === undefined ? [] : [one]));
    if (plain.length !== texts.length) return unknownAt(run, 'dynamic-call', site);
    const [start = '', ...rest] = plain;
    const from = isFile ? osDirname(start) : start;
    const root = from === undefined ? undefined : resolved(run, osJoin([from, ...rest]));
    if (root === undefined) return unknownAt(run, 'host', site);
    return pathObject(run, root, site);
  });
}

function truthy(value: Val | undefined): boolean {
  return value?.k === 'known' && value.obj.t === 'bool' && value.obj.v;
}

function join(run: Run, root: string, parts: readonly Val[], kw: ReadonlyMap<string, Val>, at: Site, use: (path: string) => Val): Val {
  return liftAll(run, parts, (all) => {
    const texts = all.map(pathArg).flatMap((one) => (one === undefined ? [] : [one]));
    const path = texts.length === all.length ? resolved(run, osJoin([root, ...texts])) : undefined;
    if (path === undefined) return unknownAt(run, 'host', at);
    if (truthy(kw.get('required'))) {
      const there = existence(run, path, 'any', at);
      if (there.k === 'known' && there.obj.t === 'bool' && !there.obj.v)
        return raise(run, 'ImproperlyConfigured', 'Create required path', at);
    }
    return use(path);
  });
}

function pathObject(run: Run, root: string, site: Site): Val {
  return known(
    {
      t: 'native',
      cls: 'environ.Path',
      text: root,
      truth: true,
      call: (args, at) => join(run, root, args.pos, args.kw, at, (path) => str(path, originAt(at))),
      attr: (name, at) => {
        if (name === 'path')
          return builtin(name, (args, where) => join(run, root, args.pos, args.kw, where, (path) => pathObject(run, path, where)));
        if (name === 'root') return str(root, originAt(at));
        if (name === '__str__') return builtin(name, (_args, where) => str(root, originAt(where)));
        if (name === 'file') return builtin(name, (_args, where) => unknownAt(run, 'missing-file', where));
        return undefined;
      },
      binary: (op, other, reflected, at) => {
        if (reflected || other.k !== 'known') return undefined;
        if (op === '+') return join(run, root, [strOf(run, other, at)], new Map(), at, (path) => pathObject(run, path, at));
        if (op === '-' && other.obj.t === 'int')
          return join(run, root, [str('../'.repeat(Math.min(50, Math.max(0, Number(other.obj.v)))), originAt(at))], new Map(), at, (path) =>
            pathObject(run, path, at),
          );
        return undefined;
      },
    },
    originAt(site),
  );
}
