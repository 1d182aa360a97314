import { builtin } from '../../builtins/native.ts';
import { STR_METHODS } from '../../builtins/str-methods.ts';
import { binary } from '../../expressions/operators.ts';
import { originAt, type Run, unknownAt } from '../../run.ts';
import { int, type Known, known, none, type Obj, type Site, str, type Val } from '../../values/object.ts';
import { hasRoot } from '../../values/text.ts';
import { isFrom } from './classes.ts';
import { type Context, refuse } from './failure.ts';
import type { UrlKind } from './types.ts';
import { parseUrl1 } from './urls-v1.ts';
import { parseUrl2, type Url } from './urls-v2.ts';

/** URLs and DSNs: text to pydantic 1 (a subclass of str), objects of their own to pydantic 2. */

export function toUrl(context: Context, one: Known, kind: UrlKind): Val {
  const { run, site, generation } = context;
  const { obj } = one;
  if (MADE.get(obj) === kind.name) return one;
  if (obj.t === 'none' || obj.t === 'list' || obj.t === 'dict' || obj.t === 'path') return refuse(context);
  if (obj.t === 'bool' || obj.t === 'int' || obj.t === 'float') return refuse(context);
  if (obj.t !== 'str' || hasRoot(obj.v)) return unknownAt(run, 'unsupported-syntax', site);
  const url = generation === 1 ? parseUrl1(obj.v, kind) : parseUrl2(obj.v, kind);
  if (url === null) return refuse(context);
  if (url === undefined) return unknownAt(run, 'unsupported-syntax', site);
  const text = str(url.text, originAt(site, undefined, one.origin), one.secret);
  const made = generation === 1 ? textLike(run, text, kind, url) : objectLike(text, kind, url, className(run, kind));
  MADE.set(made.obj, kind.name);
  return made;
}

/** Which class a URL was made as. */
const MADE = new WeakMap<Obj, string>();

function part(value: string | null, at: Site): Val {
  return value === null ? none(originAt(at)) : str(value, originAt(at));
}

/** What pydantic 1 makes: text with the parts as attributes, the port a text too. */
function textLike(run: Run, text: Known, kind: UrlKind, url: Url): Known {
  const value: Known = known(
    {
      t: 'native',
      cls: `${kind.home}.networks.${kind.name}`,
      text: url.text,
      truth: true,
      attr: (name, at) => {
        const own: Readonly<Record<string, string | null>> = {
          scheme: url.scheme,
          user: url.user,
          password: url.password,
          host: url.host,
          port: url.port,
          path: url.path,
          query: url.query,
          fragment: url.fragment,
        };
        if (Object.hasOwn(own, name)) return part(own[name] ?? null, at);
        const method = STR_METHODS.get(name);
        return method === undefined || text.obj.t !== 'str'
          ? undefined
          : builtin(name, (args, site) => method(run, text, url.text, args, site));
      },
      binary: (op, other, reflected, at) =>
        op === '+' || op === '%' ? (reflected ? binary(run, op, other, text, at) : binary(run, op, text, other, at)) : undefined,
    },
    text.origin,
    text.secret,
  );
  return value;
}

/** Before 2.10 all URLs are of the same two classes. Empty: nothing tells which. */
function className(run: Run, kind: UrlKind): string {
  const own = isFrom(run, 'pydantic', '2.10');
  if (own === null) return '';
  return own ? `${kind.home}.networks.${kind.name}` : `pydantic_core._pydantic_core.${kind.many ? 'MultiHostUrl' : 'Url'}`;
}

function objectLike(text: Known, kind: UrlKind, url: Url, cls: string): Known {
  return known(
    {
      t: 'native',
      cls,
      text: url.text,
      truth: true,
      attr: (name, at) => {
        switch (name) {
          case 'scheme':
          case 'path':
          case 'query':
          case 'fragment':
            return part(url[name], at);
          case 'username':
            return kind.many ? undefined : part(url.user, at);
          case 'password':
          case 'host':
            return kind.many ? undefined : part(url[name], at);
          case 'port':
            return kind.many ? undefined : url.port === null ? none(originAt(at)) : int(BigInt(url.port), originAt(at));
          case 'unicode_string':
          case 'encoded_string':
            return builtin(name, () => text);
          default:
            return undefined;
        }
      },
    },
    text.origin,
    text.secret,
  );
}
