import type { ProxyServer, ProxySoftware } from '../../../src/rule.ts';

/** The program in front as a sentence calls it. */
const NAMES: Readonly<Record<ProxySoftware, string>> = {
  nginx: 'nginx',
  apache: 'Apache',
  haproxy: 'HAProxy',
  caddy: 'Caddy',
  traefik: 'Traefik',
  ingress: 'the Ingress',
  'load-balancer': 'the load balancer',
};

export function programName({ software }: Pick<ProxyServer, 'software'>): string {
  return NAMES[software];
}

/** What sets the time a program waits for an answer. */
const READ_TIMEOUTS: Readonly<Record<ProxySoftware, string>> = {
  nginx: '`proxy_read_timeout`',
  apache: '`ProxyTimeout`',
  haproxy: '`timeout server`',
  caddy: '`read_timeout`',
  traefik: '`readTimeout`',
  ingress: 'the read timeout',
  'load-balancer': 'the idle timeout',
};

export function readTimeoutName({ software }: Pick<ProxyServer, 'software'>): string {
  return READ_TIMEOUTS[software];
}

/** The directive that names the versions of TLS. */
const TLS_VERSIONS: Readonly<Record<ProxySoftware, string>> = {
  nginx: 'ssl_protocols',
  apache: 'SSLProtocol',
  haproxy: 'ssl-min-ver',
  caddy: 'protocols',
  traefik: 'minVersion',
  ingress: 'ssl-protocols',
  'load-balancer': 'the TLS policy',
};

export function tlsVersionsName({ software }: Pick<ProxyServer, 'software'>): string {
  return TLS_VERSIONS[software];
}

/** What a client gets when nothing listens at the upstream. */
export function codeOfDeadUpstream({ software }: Pick<ProxyServer, 'software'>): number {
  return software === 'apache' || software === 'haproxy' ? 503 : 502;
}
