import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import { children, isTrue, list, type Option, option, text } from './options.ts';

/** What Traefik is started with, before any route is known. */
export interface StaticConfiguration {
  readonly file: string;
  readonly at: Span;
  readonly complete: true | { readonly because: string };
  readonly entryPoints: readonly EntryPoint[];
  /** Null when containers are not asked for labels. */
  readonly docker: { readonly exposedByDefault: Answer; readonly at: Span } | null;
  /** Null when no file gives routes. */
  readonly files: { readonly filename: string | null; readonly directory: string | null; readonly at: Span } | null;
  /** Where the API is opened without a password. */
  readonly openApi: Span | null;
  readonly resolvers: readonly { readonly name: string; readonly storage: Value<string> | null; readonly at: Span }[];
}

export interface EntryPoint {
  readonly name: string;
  readonly address: string;
  readonly port: number | null;
  readonly at: Span;
  /** Every router on it speaks TLS. */
  readonly tls: boolean;
  readonly middlewares: readonly string[];
  /** Sends every request to HTTPS. */
  readonly redirects: { readonly code: number; readonly at: Span } | null;
  /** Where it is told to believe the forwarded headers of everyone. */
  readonly believesAnyone: Span | null;
  readonly believesSome: boolean;
  /** Routers that name no entry point stand on it. */
  readonly byDefault: boolean;
}

export function readStatic(tree: Option, file: string, complete: StaticConfiguration['complete']): StaticConfiguration {
  const docker = option(tree, 'providers', 'docker') ?? option(tree, 'providers', 'swarm');
  const files = option(tree, 'providers', 'file');
  const api = option(tree, 'api', 'insecure');
  return {
    file,
    at: tree.at,
    complete,
    entryPoints: entryPoints(tree),
    docker: docker === null || text(docker) === 'false' ? null : { exposedByDefault: exposure(docker), at: docker.at },
    files: files === null ? null : { filename: text(files, 'filename'), directory: text(files, 'directory'), at: files.at },
    openApi: isTrue(tree, 'api', 'insecure') && api !== null ? api.at : null,
    resolvers: children(tree, 'certificatesresolvers').flatMap((one) => {
      const acme = option(one, 'acme');
      const storage = option(acme, 'storage');
      return acme === null ? [] : [{ name: one.name, storage: storage?.value ?? null, at: storage?.at ?? acme.at }];
    }),
  };
}

function exposure(docker: Option): Answer {
  const said = option(docker, 'exposedbydefault');
  if (said === null) return 'yes';
  return said.value?.kind === 'known' ? (isTrue(docker, 'exposedbydefault') ? 'yes' : 'no') : 'maybe';
}

function entryPoints(tree: Option): readonly EntryPoint[] {
  const named = children(tree, 'entrypoints').filter((one) => !/\/udp$/i.test(text(one, 'address') ?? ''));
  const chosen = named.some((one) => isTrue(one, 'asdefault'));
  const found = named.map((one): EntryPoint => {
    const address = text(one, 'address') ?? '';
    return {
      name: one.name.toLowerCase(),
      address: /^(.*):\d+/.exec(address)?.[1] || '*',
      port: Number(/:(\d+)(\/tcp)?$/.exec(address)?.[1]) || null,
      at: option(one, 'address')?.at ?? one.at,
      tls: option(one, 'http', 'tls') !== null && text(one, 'http', 'tls') !== 'false',
      middlewares: list(one, 'http', 'middlewares'),
      redirects: redirectOf(one),
      believesAnyone: believedBy(one),
      believesSome: list(one, 'forwardedheaders', 'trustedips').length > 0,
      byDefault: chosen ? isTrue(one, 'asdefault') : one.name.toLowerCase() !== 'traefik',
    };
  });
  return found.length > 0 ? found : [usualEntryPoint(tree.at)];
}

/** Traefik opens port 80 when no entry point is named. */
function usualEntryPoint(at: Span): EntryPoint {
  const nothing = { tls: false, middlewares: [], redirects: null, believesAnyone: null, believesSome: false, byDefault: true };
  return { name: 'http', address: '*', port: 80, at, ...nothing };
}

function redirectOf(entry: Option): EntryPoint['redirects'] {
  const to = option(entry, 'http', 'redirections', 'entrypoint', 'to');
  const scheme = text(entry, 'http', 'redirections', 'entrypoint', 'scheme') ?? 'https';
  if (to === null || scheme.toLowerCase() !== 'https') return null;
  return { code: text(entry, 'http', 'redirections', 'entrypoint', 'permanent') === 'false' ? 302 : 301, at: to.at };
}

function believedBy(entry: Option): Span | null {
  for (const kind of ['forwardedheaders', 'proxyprotocol']) {
    if (isTrue(entry, kind, 'insecure')) return option(entry, kind, 'insecure')?.at ?? null;
    const everyone = list(entry, kind, 'trustedips').some((one) => /^(0\.0\.0\.0\/0|::\/0)$/.test(one));
    if (everyone) return option(entry, kind, 'trustedips')?.at ?? null;
  }
  return null;
}
