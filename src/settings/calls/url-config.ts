import { arg, textArg } from '../builtins/native.ts';
import { readVariable } from '../environment.ts';
import { choose } from '../expressions/truth.ts';
import { demand, lift, originAt, type Run, unknownAt } from '../run.ts';
import { dictFrom } from '../values/iterate.ts';
import { type CallArgs, type Known, known, type Site, str, type Unk, type Val } from '../values/object.ts';

/** `config(env='X_URL', default=…)` and `parse(url)`, as dj-email-url and django-cache-url offer them. */
export interface UrlLibrary {
  readonly name: string;
  readonly variable: string;
  readonly otherwise: Val;
  readonly parse: (url: Known, site: Site) => Val;
}

function opened(one: Unk): Unk {
  return { ...one, type: 'dict', truth: null, env: null, key: '' };
}

/** Reads the variable: an empty or absent URL gives an empty mapping. */
export function configFromUrl(run: Run, library: UrlLibrary, args: CallArgs, site: Site): Val {
  if (args.open !== null || args.pos.length > 2) return unknownAt(run, 'dynamic-call', site, { type: 'dict' });
  const otherwise = arg(args, 1, 'default') ?? library.otherwise;
  return lift(run, arg(args, 0, 'env') ?? str(library.variable, originAt(site)), (one) => {
    const name = textArg(one);
    if (name === undefined) return unknownAt(run, 'dynamic-call', site, { type: 'dict' });
    const url = readVariable(run, { name, library: library.name, site, fallback: () => otherwise, error: '', message: '' });
    return choose(
      run,
      url,
      site,
      name,
      () => lift(run, url, (each) => library.parse(each, site), opened),
      () => known(dictFrom(run, [], site), originAt(site)),
    );
  });
}

export function parsedUrl(run: Run, library: UrlLibrary, args: CallArgs, site: Site): Val {
  const url = arg(args, 0, 'url');
  if (args.open !== null || url === undefined) return unknownAt(run, 'dynamic-call', site, { type: 'dict' });
  return lift(
    run,
    url,
    (one) => {
      if (one.obj.t === 'none') demand(run, one.read);
      return library.parse(one, site);
    },
    opened,
  );
}
