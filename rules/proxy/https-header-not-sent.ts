import { type Data, defineRule, type HeaderSet, type ProxyFacts, type ProxyLocation, type ProxyServer } from '../../src/rule.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { applicationRoutes, listensTls, locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { programName } from '../shared/requests/proxy-words.ts';
import { behindTraefik, ROUTER } from '../shared/requests/traefik-example.ts';
import { isSequence } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const TRUSTS = "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n";
const marked = PASS.replace('location / {', 'location / { # !');
const sends = (line: string, pass = marked) => nginx(pass.replace('proxy_set_header X-Forwarded-Proto $scheme;', line));

export default defineRule({
  id: 'proxy/https-header-not-sent',
  title: 'Proxy and Django disagree on the HTTPS header',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Django never takes a request for secure: SECURE_SSL_REDIRECT redirects for ever, absolute links start with http, and forms over HTTPS fail the origin check.',
  fix: 'Let the proxy set exactly the header and the value that SECURE_PROXY_SSL_HEADER names.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header'],
  cross: true,
  replaces: ['proxy/forwarded-proto-missing', 'proxy/apache-forwarded-proto-missing', 'proxy/haproxy-forwarded-proto-missing'],
  examples: {
    bad: [
      behindNginx(nginx(marked), "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTOCOL', 'https')\n"),
      behindNginx(sends('proxy_set_header X-Forwarded-Proto on;'), TRUSTS),
      behindNginx(nginx(marked), "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'on')\n"),
      behindCaddy(
        caddySite().replace('reverse_proxy web:8000', 'reverse_proxy web:8000 { # !\n        header_up -X-Forwarded-Proto\n    }'),
        TRUSTS,
      ),
      behindApache(
        apacheHost(APACHE_PASS.replace('"https"', 'on').replace('ProxyPass / http://web:8000/', 'ProxyPass / http://web:8000/ # !')),
        TRUSTS,
      ),
      behindHaproxy(
        haproxy(HAPROXY_PROTO.replace('Proto https', 'Proto on')).replace('default_backend app', 'default_backend app # !'),
        TRUSTS,
      ),
      behindTraefik({
        settings: "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_SSL', 'on')\n",
        labels: ROUTER.map((one) => (one.includes('.rule') ? `${one} # !` : one)),
      }),
    ],
    good: [
      behindApache(apacheHost(APACHE_PASS), TRUSTS),
      behindHaproxy(haproxy(HAPROXY_PROTO), TRUSTS),
      behindNginx(nginx(PASS), TRUSTS),
      behindNginx(sends('proxy_set_header X-Forwarded-Proto https;', PASS), TRUSTS),
      behindNginx(nginx(PASS)),
      behindNginx(nginx(PASS).replace('listen 443 ssl;', 'listen 80;'), "SECURE_PROXY_SSL_HEADER = ('HTTP_X_SCHEME', 'https')\n"),
      behindCaddy(caddySite(), TRUSTS),
      behindTraefik({ settings: TRUSTS }),
    ],
    undecided: [
      behindNginx(sends('proxy_set_header X-Forwarded-Proto $forwarded;', PASS), TRUSTS),
      behindNginx(sends('include snippets/proxy.conf;', PASS), TRUSTS),
      behindNginx(nginx(PASS), 'from elsewhere import pair\n\nSECURE_PROXY_SSL_HEADER = pair()\n'),
    ],
  },
  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    if (settings.sets('SECURE_PROXY_SSL_HEADER') === 'no') return;
    for (const { server, location, process } of applicationRoutes(proxy)) {
      const mine = settings.processes.some((one) => one.name === process.name && one.at.file === process.at.file);
      const secure = listensTls(server) || isBehindTls(server, proxy);
      if (!mine || !secure || location.upgrades || location.pass?.scheme.startsWith('http') !== true) continue;
      const { requestHeaders, requestHeadersHidden, complete } = location;
      ctx.expect(
        settings.get('SECURE_PROXY_SSL_HEADER'),
        (pair) => {
          const wanted = wantedHeader(pair);
          if (wanted === null) return 'yes';
          const sent = requestHeaders.get(wanted.name);
          // Lost by a header of the location: proxy/proxy-headers-shadowed tells of all that is.
          if (sent === undefined && location.shadowedRequestHeaders.some(({ name }) => name.toLowerCase() === wanted.name)) return 'yes';
          // What stands in front may send it, and a header that is not set is passed on.
          if (sent === undefined && !listensTls(server)) return 'yes';
          if (sent === undefined) return requestHeadersHidden === null && complete === true ? 'no' : 'maybe';
          return canBe(sent, wanted.value, listensTls(server));
        },
        (pair, decided) => {
          const wanted = wantedHeader(pair);
          const sent = requestHeaders.get(wanted?.name ?? '');
          return {
            at: location.at,
            message: `Django waits for \`${canonical(wanted?.name ?? '')}\` with the value that \`SECURE_PROXY_SSL_HEADER\` names, but ${programName(server)} sends ${sent === undefined || sent.value === '' ? 'no such header' : 'another value'} on \`${locationName(location)}\`.`,
            subject: subjectOf(server, location),
            related: [
              { at: decided, message: 'what Django waits for' },
              ...(sent === undefined ? [] : [{ at: sent.at, message: 'what the proxy sends' }]),
            ],
          };
        },
      );
    }
  },
});

/** As the rules name it that see no header at all: this one takes their place. */
function subjectOf(server: ProxyServer, location: ProxyLocation): string {
  return `${server.file} ${server.software === 'apache' ? (server.names[0]?.text ?? '') : locationName(location)}`.trim();
}

/** The header and value of the pair; null where it is none, which other rules tell. */
function wantedHeader(pair: Data | undefined): { readonly name: string; readonly value: string } | null {
  if (!isSequence(pair) || pair.items.length !== 2) return null;
  const [key, value] = pair.items;
  if (key?.kind !== 'known' || value?.kind !== 'known' || typeof key.value !== 'string' || typeof value.value !== 'string') return null;
  const name = /^HTTP_([A-Z0-9_]+)$/.exec(key.value)?.[1];
  return name === undefined ? null : { name: name.toLowerCase().replaceAll('_', '-'), value: value.value };
}

/** Django compares the first of several values that commas part. */
function canBe({ value }: HeaderSet, wanted: string, tls: boolean): 'yes' | 'no' | 'maybe' {
  if (value === '$scheme') return (tls ? 'https' : 'http') === wanted ? 'yes' : 'no';
  if (value === '$https') return (tls ? 'on' : '') === wanted ? 'yes' : 'no';
  if (/[${%]/.test(value)) return 'maybe';
  return value.split(',')[0]?.trim() === wanted ? 'yes' : 'no';
}

/** Reached only through another proxy of the deployment, which ends TLS and passes plain requests on. */
function isBehindTls({ process }: ProxyServer, proxy: ProxyFacts): boolean {
  if (process === null || process.ports.length > 0) return false;
  const fronts = routesOf(proxy).filter(({ location }) => location.upstreams.items.some(({ via }) => via === process));
  return fronts.length > 0 && fronts.every(({ server }) => server.answersAll !== null || listensTls(server));
}

function canonical(header: string): string {
  return header.replace(/(^|-)([a-z])/g, (_match, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`);
}
