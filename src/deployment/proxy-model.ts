import type { Answer, Collection } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { ReleaseRange } from '../settings/model.ts';
import type { Process } from './model.ts';

/** All proxies of one deployment. */
export interface ProxyFacts {
  readonly servers: readonly ProxyServer[];
  /** The programs themselves, where more is known of them than their sites. */
  readonly programs: readonly ProxyProgram[];
  /** False when an include or a template keeps part of it from view. */
  readonly complete: true | { readonly because: string };
  /** Whether a response header (lower case) is sent on every route that reaches the application. */
  provides(header: string): { readonly answer: Answer; readonly at: Span | null };
  /** Whether every route that reaches the application is reached over HTTPS only (port 80 redirects). */
  redirectsToHttps(): { readonly answer: Answer; readonly at: Span | null };
  /** Whether TLS ends at the proxy for routes that reach the application. */
  terminatesTls(): { readonly answer: Answer; readonly at: Span | null };
}

/** A program in front of the application, beside the sites that it serves. */
export interface ProxyProgram {
  readonly software: ProxySoftware;
  readonly process: Process | null;
  readonly file: string;
  readonly at: Span;
  /** An interface that shows the configuration to everyone who reaches the port; null when none is open. */
  readonly openApi: { readonly at: Span; readonly port: number } | null;
  /** The ports that it opens by name, and where one is told to believe the forwarded headers of every client. */
  readonly entryPoints: readonly {
    readonly name: string;
    readonly port: number | null;
    readonly at: Span;
    readonly believesAnyone: Span | null;
  }[];
  /** Where it keeps the certificates that it gets by itself. */
  readonly certificateStores: readonly { readonly path: Value<string>; readonly at: Span }[];
  /** Where it is told to route to every container that does not refuse; null when containers have to ask for it. */
  readonly exposesByDefault: Span | null;
}

/** The program, or the service of a cluster, cloud or platform, that a request meets first. */
export type ProxySoftware = 'nginx' | 'apache' | 'haproxy' | 'caddy' | 'traefik' | 'ingress' | 'load-balancer';

/**
 * One site of a proxy. Its facts are those in force: what a program sends, keeps or forwards by itself (Caddy and Traefik set the forwarded
 * headers, Apache's ProxyPreserveHost is off) stands in them like what its file says. What a program computes for a header is written in
 * the variables of nginx, whichever program it is: `$scheme`, `$host`, `$http_host`, `$proxy_host`, `$remote_addr`,
 * `$proxy_add_x_forwarded_for`, `$http_x_forwarded_proto` (copied from the client). Whatever else is computed holds a `$` too; a text
 * without one is sent as written.
 */
export interface ProxyServer {
  readonly software: ProxySoftware;
  readonly file: string;
  /** The `server` word. */
  readonly at: Span;
  /** The container or machine process that runs it; null when the file alone is known. */
  readonly process: Process | null;
  /** True when the file holds an http block, so that http-level settings are in view. */
  readonly wholeConfiguration: boolean;
  readonly listens: readonly Listen[];
  readonly names: readonly { readonly text: string; readonly at: Span }[];
  readonly certificates: readonly { readonly kind: 'certificate' | 'key'; readonly path: Value<string>; readonly at: Span }[];
  readonly tlsProtocols: { readonly versions: readonly string[]; readonly at: Span } | null;
  /** `return`/`rewrite` at server level that answers every request. */
  readonly answersAll: Answering | null;
  readonly locations: readonly ProxyLocation[];
  /** Headers set by add_header at server or http level (what locations inherit). */
  readonly headers: readonly HeaderSet[];
  readonly serverTokens: { readonly value: string; readonly at: Span } | null;
  /** "1.25.1" or above when the image tag or package tells; unknown otherwise. `from` null is unknown. */
  readonly release: ReleaseRange | null;
  readonly rejectsHandshake: boolean;
  /** Requests over plain HTTP are sent to HTTPS by a condition: `if ($scheme = http) { return 301 https://…; }`. */
  readonly sendsPlainAway: Span | null;
  /** A page of the proxy's own with its state (HAProxy's `stats`), and whether something keeps strangers from it. */
  readonly statistics?: { readonly at: Span; readonly guarded: Answer; readonly admin: boolean };
  /** Where OCSP stapling is switched on; null where it is off or the program does it by itself. */
  readonly stapling: Span | null;
  /** Where a program that gets certificates by itself is told not to (Caddy's `auto_https off`); null when it is not. */
  readonly automaticHttpsOff?: Span | null;
}

export interface Listen {
  readonly address: string;
  readonly port: number | null;
  readonly unix: string | null;
  readonly ssl: boolean;
  /** The parameter of the listen directive, not the `http2` directive. */
  readonly http2: boolean;
  readonly defaultServer: boolean;
  readonly at: Span;
}

export interface Answering {
  readonly code: number;
  readonly target: string | null;
  readonly at: Span;
}

export interface HeaderSet {
  readonly name: string;
  readonly value: string;
  readonly always: boolean;
  readonly at: Span;
}

/** What a proxy changes in the cookies of a response. */
export interface CookieFlags {
  /** A name, or a regular expression after "~". */
  readonly cookie: string;
  /** "secure", "samesite=lax", "nosecure", in small letters. */
  readonly flags: readonly string[];
  readonly at: Span;
}

export interface ProxyLocation {
  readonly match: {
    readonly kind: 'prefix' | 'exact' | 'regex' | 'named';
    readonly path: string;
    /** nginx's `^~`: as the longest prefix it is taken before any pattern is tried. */
    readonly preferred?: boolean;
    /** A pattern that does not tell capitals apart (`~*`). */
    readonly caseless?: boolean;
  };
  /** How its file calls it where the program has no `location`: "backend web", "ProxyPass /api". */
  readonly name?: string;
  readonly at: Span;
  readonly server: { readonly at: Span; readonly tls: boolean; readonly plain: boolean };
  /** proxy_pass, uwsgi_pass, fastcgi_pass, grpc_pass; the scheme is "http", "https", "h2c", "uwsgi", "fastcgi", "grpc". */
  readonly pass: { readonly scheme: string; readonly target: Value<string>; readonly at: Span } | null;
  /** The version of HTTP that it speaks to the upstream, where something sets it. */
  readonly httpVersion?: { readonly text: string; readonly at: Span } | null;
  /** The name that is looked up for each request, as a variable in the target makes nginx do; null when none is. */
  readonly lookup?: { readonly host: Value<string>; readonly resolver: Answer } | null;
  /** Where `pass` leads, upstream blocks and service names resolved. */
  readonly upstreams: Collection<Upstream>;
  /** proxy_set_header in force here, after inheritance; keys are lower case. */
  readonly requestHeaders: ReadonlyMap<string, HeaderSet>;
  /** add_header in force here, after inheritance. */
  readonly responseHeaders: readonly HeaderSet[];
  /** add_header of outer levels that this level's own add_header removes. */
  readonly shadowedHeaders: readonly HeaderSet[];
  /** proxy_set_header of outer levels that this level's own removes. */
  readonly shadowedRequestHeaders: readonly HeaderSet[];
  /** Null when every proxy_set_header that counts is in view; else the file that is not in the repository and may set more. */
  readonly requestHeadersHidden: string | null;
  readonly hiddenHeaders: ReadonlySet<string>;
  /** proxy_cookie_flags in force here: the first whose pattern fits a cookie decides. */
  readonly cookieFlags: readonly CookieFlags[];
  readonly files: { readonly kind: 'root' | 'alias'; readonly path: Value<string>; readonly at: Span } | null;
  /** What makes it list the files of a folder (autoindex, Options Indexes, browse); null when it lists none. */
  readonly listing: Span | null;
  readonly expires: { readonly text: string; readonly seconds: number | null; readonly at: Span } | null;
  readonly answers: Answering | null;
  /** Seconds; 0 waits for ever. */
  readonly readTimeout: Value<number>;
  /** Seconds for which a connection to what stands behind is kept open although nothing goes over it; null where none is kept, absent where that is not read. */
  readonly idleTimeout?: Value<number> | null;
  /** Bytes; 0 is no limit. */
  readonly bodyLimit: Value<number>;
  readonly buffering: { readonly responses: boolean; readonly requests: boolean };
  readonly compression: {
    readonly on: boolean;
    readonly types: readonly string[];
    readonly precompressed: boolean;
    readonly at: Span | null;
  };
  readonly internal: boolean;
  readonly upgrades: boolean;
  /** Tells the upstream the address of the client before the request (PROXY protocol). */
  readonly proxyProtocol: boolean;
  /** Whether visitors are kept out: by address, by a password or by asking another service. 'maybe' where a condition or an absent file may. */
  readonly restricted: Answer;
  /** False when a file included in this location (or around it) is not in view: what seems absent may stand there. */
  readonly complete: true | { readonly because: string };
}

export interface Upstream {
  readonly address:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string }
    /** The proxy runs this Python file itself (mod_wsgi). */
    | { readonly kind: 'script'; readonly path: string };
  readonly at: Span;
  /** The application process that listens there. */
  readonly process: Process | null;
  /** `proven`: bind and address agree. `presumed`: they do not, but it is the only web process of the deployment. */
  readonly link: 'proven' | 'presumed' | 'none';
  /** Another proxy of this deployment that the address leads to. */
  readonly via?: Process;
  /** Why the address reaches no bind: "nothing in this deployment listens on port 9000". */
  readonly mismatch: string | null;
}
