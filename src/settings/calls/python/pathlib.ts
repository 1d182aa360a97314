import { ROOT } from '../../../core/data.ts';
import { builtin, pathArg, typeObject } from '../../builtins/native.ts';
import { workingFolder } from '../../builtins/path-methods.ts';
import { attribute } from '../../expressions/attributes.ts';
import { callValue } from '../../expressions/call.ts';
import { typeError } from '../../expressions/operators.ts';
import { liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { type CallArgs, known, type Site, type Val } from '../../values/object.ts';
import { joinPath, purePath } from '../../values/paths.ts';
import type { ModelledModule } from '../registry.ts';

function makePath(run: Run, args: CallArgs, at: Site): Val {
  return liftAll(run, args.pos, (all) => {
    const texts = all.map(pathArg);
    const parts = texts.flatMap((text) => (text === undefined ? [] : [text]));
    if (parts.length !== texts.length) return typeError(run, 'argument should be a str or an os.PathLike object', all, at);
    const v = parts.slice(1).reduce<string>((sofar, part) => joinPath(sofar, part), purePath(parts[0] ?? '.'));
    return known(
      { t: 'path', v },
      originAt(at, undefined, all[0]?.origin),
      all.some((one) => one.secret),
    );
  });
}

/** pathlib */
export function pathlibModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const attr = (name: string): Val | undefined => {
    if (name === 'cwd')
      return builtin('cwd', (_args, at) =>
        known({ t: 'path', v: workingFolder(run) === '' ? ROOT : `${ROOT}/${workingFolder(run)}` }, originAt(at)),
      );
    if (name === 'home') return builtin('home', (_args, at) => unknownAt(run, 'host', at));
    return builtin(`Path.${name}`, (args, at) => {
      const [self, ...rest] = args.pos;
      return self === undefined
        ? unknownAt(run, 'dynamic-call', at)
        : callValue(run, attribute(run, self, name, at), { ...args, pos: rest }, at);
    });
  };
  const type = (name: string) => () => typeObject(name, (args, at) => makePath(run, args, at), attr);
  return {
    pathlib: {
      open: true,
      names: { Path: type('Path'), PosixPath: type('PosixPath'), PurePath: type('PurePath'), PurePosixPath: type('PurePath') },
    },
  };
}
