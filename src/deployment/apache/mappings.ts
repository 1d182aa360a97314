import type { Span } from '../../core/span.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import type { ApacheArg, ApacheDirective } from '../../syntax/apache/index.ts';
import type { Answering } from '../model.ts';
import { covers, prefixOfPattern } from './paths.ts';
import { hasFlag, isCatchAll, type Rewrite, redirectsOf, rewritesOf } from './redirects.ts';
import { type ApacheContext, argumentValue, named, textOf } from './scope.ts';

/** What httpd does with requests below a prefix of the URL. */
export type Mapping =
  | {
      readonly kind: 'proxy';
      readonly target: Value<string>;
      readonly at: Span;
      readonly name: string;
      readonly options: ReadonlyMap<string, string>;
      readonly conditional: boolean;
    }
  | { readonly kind: 'wsgi'; readonly script: Value<string>; readonly at: Span; readonly name: string; readonly group: string | null }
  | {
      readonly kind: 'alias' | 'root';
      readonly path: Value<string>;
      /** As written: a section for the same folder writes the same variables. */
      readonly written: string;
      readonly at: Span;
      readonly name: string;
    }
  | { readonly kind: 'answer'; readonly answer: Answering; readonly at: Span; readonly name: string };

/** A directive that maps a prefix, or only a pattern. `through` is `ProxyPass … !`: the request goes on to the next kind. */
interface Entry {
  readonly prefix: string | null;
  readonly pattern: string;
  readonly at: Span;
  readonly mapping: Mapping | 'through';
}

/** Everything that maps URLs in one virtual host, in the order in which httpd asks. */
export interface Mappings {
  readonly rewrites: readonly Rewrite[];
  /** Sections, whose ProxyPass goes before those outside; of several that fit the last one counts. */
  readonly inLocations: readonly Entry[];
  readonly proxied: readonly Entry[];
  readonly answered: readonly Entry[];
  readonly aliased: readonly Entry[];
  readonly scripts: readonly Entry[];
  readonly root: Mapping | null;
}

/** `own` are the directives of the virtual host, `outer` those around it. Rewrite rules are not inherited. */
export function mappingsOf(own: readonly ApacheDirective[], outer: readonly ApacheDirective[], context: ApacheContext): Mappings {
  const all = [...own, ...outer];
  const rewrites = rewritesOf(own, context);
  const root = named(own, 'documentroot')[0] ?? named(outer, 'documentroot')[0];
  const folder = root?.args[0];
  return {
    rewrites,
    inLocations: all.flatMap((one) => inLocation(one, context)),
    proxied: [
      ...rewrites.flatMap((one) => rewriteProxy(one, context)),
      ...named(all, 'proxypass', 'proxypassmatch').flatMap((one) => proxyEntry(one, one.args, context)),
    ],
    answered: redirectsOf(all, context).map(({ prefix, answer, directive }) => ({
      prefix,
      pattern: prefix ?? '',
      at: directive.span,
      mapping: { kind: 'answer', answer, at: directive.span, name: nameOf(directive) },
    })),
    aliased: named(all, 'alias', 'aliasmatch').flatMap((one) => aliasEntry(one, context)),
    scripts: named(all, 'wsgiscriptalias', 'wsgiscriptaliasmatch').flatMap((one) => scriptEntry(one, context)),
    root:
      root === undefined || folder === undefined
        ? null
        : { kind: 'root', path: argumentValue(folder, context), written: folder.text, at: root.span, name: 'DocumentRoot' },
  };
}

/** What answers below a prefix. */
export function mappingAt(path: string, mappings: Mappings): Mapping | null {
  const fits = ({ prefix }: Entry) => prefix !== null && covers(prefix, path);
  const proxied = mappings.inLocations.findLast(fits) ?? mappings.proxied.find(fits);
  if (proxied !== undefined && proxied.mapping !== 'through') return proxied.mapping;
  for (const entries of [mappings.answered, mappings.aliased, mappings.scripts]) {
    const found = entries.find(fits);
    if (found !== undefined && found.mapping !== 'through') return found.mapping;
  }
  return mappings.root;
}

/** Every prefix that a directive names, and every pattern that stands for none, with where it is written. */
export function entriesOf({ inLocations, proxied, answered, aliased, scripts }: Mappings): readonly Entry[] {
  return [...inLocations, ...proxied, ...answered, ...aliased, ...scripts];
}

function nameOf({ name, args }: ApacheDirective): string {
  return `${WRITTEN[name] ?? name} ${args[0]?.text ?? ''}`.trim();
}

const WRITTEN: Readonly<Record<string, string>> = {
  proxypass: 'ProxyPass',
  proxypassmatch: 'ProxyPassMatch',
  alias: 'Alias',
  aliasmatch: 'AliasMatch',
  wsgiscriptalias: 'WSGIScriptAlias',
  wsgiscriptaliasmatch: 'WSGIScriptAliasMatch',
  redirect: 'Redirect',
  redirectmatch: 'RedirectMatch',
  redirectpermanent: 'RedirectPermanent',
  redirecttemp: 'RedirectTemp',
};

/** The prefix of `<Location "/x">` and `<LocationMatch "^/x">`; null for other patterns. */
export function sectionPrefix({ name, args }: ApacheDirective): string | null {
  const [first, second] = args.map((arg) => arg.text);
  if (name === 'locationmatch') return prefixOfPattern(first ?? '');
  if (first === '~') return prefixOfPattern(second ?? '');
  return first === undefined || /[*?[\]]/.test(first) ? null : first;
}

function inLocation(section: ApacheDirective, context: ApacheContext): readonly Entry[] {
  if (section.block === null || !/^location(match)?$/.test(section.name)) return [];
  const prefix = sectionPrefix(section);
  const pattern = section.args[0]?.text ?? '';
  return named(section.block, 'proxypass', 'proxypassmatch').map((one) => {
    const name = `<Location ${pattern}>`;
    return { prefix, pattern, at: section.nameSpan, mapping: proxyMapping(one, one.args, name, context) };
  });
}

function proxyEntry(one: ApacheDirective, args: readonly ApacheArg[], context: ApacheContext): readonly Entry[] {
  const [path, ...rest] = args;
  if (path === undefined) return [];
  const pattern = textOf(path, context);
  const prefix = one.name === 'proxypassmatch' ? prefixOfPattern(pattern) : pattern;
  return [{ prefix, pattern, at: one.nameSpan, mapping: proxyMapping(one, rest, nameOf(one), context) }];
}

function proxyMapping(one: ApacheDirective, args: readonly ApacheArg[], name: string, context: ApacheContext): Mapping | 'through' {
  const [target, ...options] = args;
  if (target === undefined || target.text === '!') return 'through';
  const pairs = options
    .map((arg) => textOf(arg, context).split('='))
    .map(([key = '', ...value]): [string, string] => [key.toLowerCase(), value.join('=')]);
  const value = argumentValue(target, context);
  return {
    kind: 'proxy',
    target: /\$\d/.test(target.text) ? withoutGroups(value) : value,
    at: one.span,
    name,
    options: new Map(pairs),
    conditional: false,
  };
}

/** `http://127.0.0.1:8000/$1` leads to 127.0.0.1:8000 whatever the group holds; a group in the host leaves it unknown. */
function withoutGroups(value: Value<string>): Value<string> {
  if (value.kind !== 'known') return value;
  const before = value.value.replace(/[$%]\{?[\dA-Z_]+[\s\S]*$/, '');
  return /^(unix:[^|]+\||)[a-z]+:\/\/[^/]+(\/|$)/.test(before)
    ? known(before, value.origin)
    : unknown('dynamic-call', originOf(value), [], 'str');
}

/** `RewriteRule ^/(.*)$ http://… [P]`. */
function rewriteProxy(rewrite: Rewrite, context: ApacheContext): readonly Entry[] {
  if (!hasFlag(rewrite, 'p', 'proxy')) return [];
  const { rule, pattern, conditions } = rewrite;
  const target = rule.args[1];
  if (target === undefined) return [];
  const plain = conditions.every((one) => /%\{REQUEST_(FILENAME|URI)\}|%\{DOCUMENT_ROOT\}/.test(one));
  const prefix = conditions.length > 0 && !plain ? null : isCatchAll(pattern) ? '/' : prefixOfPattern(pattern);
  const value = argumentValue(target, context);
  const upgrades = conditions.some((one) => /websocket/i.test(one));
  const options = new Map(upgrades ? [['upgrade', 'websocket']] : []);
  const mapping: Mapping = {
    kind: 'proxy',
    target: withoutGroups(value),
    at: rule.span,
    name: `RewriteRule ${pattern}`,
    options,
    conditional: conditions.length > 0,
  };
  return [{ prefix, pattern, at: rule.nameSpan, mapping }];
}

function aliasEntry(one: ApacheDirective, context: ApacheContext): readonly Entry[] {
  const [path, folder] = one.args;
  if (path === undefined || folder === undefined) return [];
  const pattern = textOf(path, context);
  const prefix = one.name === 'aliasmatch' ? prefixOfPattern(pattern) : pattern;
  const value = one.name === 'aliasmatch' ? mapFolder(argumentValue(folder, context)) : argumentValue(folder, context);
  return [
    { prefix, pattern, at: one.nameSpan, mapping: { kind: 'alias', path: value, written: folder.text, at: one.span, name: nameOf(one) } },
  ];
}

/** `AliasMatch ^/static/(.*)$ /srv/static/$1`. */
function mapFolder(value: Value<string>): Value<string> {
  if (value.kind !== 'known') return value;
  const found = /^([^$]*\/)\$\d$/.exec(value.value)?.[1];
  return found === undefined ? unknown('dynamic-call', originOf(value), [], 'str') : known(found, value.origin);
}

function scriptEntry(one: ApacheDirective, context: ApacheContext): readonly Entry[] {
  const [path, script, ...options] = one.args;
  if (path === undefined || script === undefined) return [];
  const pattern = textOf(path, context);
  const prefix = one.name === 'wsgiscriptaliasmatch' ? prefixOfPattern(pattern) : pattern;
  const group = options.map((arg) => /^process-group=(.*)$/i.exec(textOf(arg, context))?.[1]).find((text) => text !== undefined) ?? null;
  const mapping: Mapping = { kind: 'wsgi', script: argumentValue(script, context), at: one.span, name: nameOf(one), group };
  return [{ prefix, pattern, at: one.nameSpan, mapping }];
}
