import type { Span } from '../../core/span.ts';
import type { CaddyDirective, CaddySite } from '../../syntax/caddy/index.ts';
import type { Listen } from '../model.ts';
import { type CaddySurroundings, named, wordText, wordValue } from './scope.ts';

/** What the options at the head of a Caddyfile say of all its sites. */
export interface CaddyOptions {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** `auto_https`: "off", "disable_redirects"; null when it is on. */
  readonly autoHttps: { readonly value: string; readonly at: Span } | null;
  readonly trustedProxies: Span | null;
}

export function readOptions(directives: readonly CaddyDirective[], around: CaddySurroundings): CaddyOptions {
  const port = (name: string, usual: number) => Number(wordText(named(directives, name)[0]?.args[0], around)) || usual;
  const off = named(directives, 'auto_https')[0];
  const value = off?.args[0]?.text;
  const servers = named(directives, 'servers').flatMap((one) => one.block ?? []);
  return {
    httpPort: port('http_port', 80),
    httpsPort: port('https_port', 443),
    autoHttps: off === undefined || value === undefined ? null : { value, at: off.span },
    trustedProxies: named(servers, 'trusted_proxies')[0]?.span ?? null,
  };
}

/** One address of a site, with what Caddy makes of it. */
export interface Address {
  readonly host: string;
  readonly listen: Listen;
  /** As written. */
  readonly written: string;
  /** A variable that nothing in view gives decides what it is. */
  readonly unknown: boolean;
}

/**
 * A host name without port, and every other port than that of HTTP beside a host name, is served over TLS; a bare port other than that of
 * HTTPS is not (the JSON that `caddy adapt` of 2.6.2 makes of each form). An address that is not known is taken for a host name.
 */
export function addressesOf(site: CaddySite, options: CaddyOptions, around: CaddySurroundings): readonly Address[] {
  const hasTls = named(site.directives, 'tls').length > 0;
  const found = site.addresses.flatMap((word): readonly Address[] => {
    const value = wordValue(word, around);
    const at = word.span;
    // Without a value Caddy refuses the file: what is meant is not known either.
    if (value.kind !== 'known' || value.value.trim() === '') {
      const port = Number(/:(\d+)$/.exec(word.text)?.[1]) || null;
      const ssl = !/^http:\/\//.test(word.text) && port !== options.httpPort;
      return [
        { host: '', listen: listenOn(port ?? (ssl ? options.httpsPort : options.httpPort), ssl, at), written: word.text, unknown: true },
      ];
    }
    return value.value
      .split(/[\s,]+/)
      .filter((one) => one !== '')
      .map((one) => addressOf(one, options, hasTls, at));
  });
  return found.length > 0 ? found : [{ host: '', listen: listenOn(options.httpPort, false, site.at), written: '', unknown: false }];
}

function addressOf(text: string, options: CaddyOptions, hasTls: boolean, at: Span): Address {
  const parts = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/.*)?$/.exec(text);
  const host = parts?.[2] ?? '';
  const scheme = parts?.[1] ?? null;
  const given = parts?.[3] === undefined ? null : Number(parts[3]);
  const port = given ?? (scheme === 'http' ? options.httpPort : options.httpsPort);
  const plain = scheme === 'http' || port === options.httpPort || (host === '' && scheme === null && port !== options.httpsPort && !hasTls);
  const opaque = parts === null || /[{}$]/.test(text);
  return { host, listen: listenOn(port, !plain || opaque, at), written: text, unknown: opaque };
}

function listenOn(port: number, ssl: boolean, at: Span): Listen {
  return { address: '*', port, unix: null, ssl, http2: false, defaultServer: false, at };
}
