import type { Answer, Process, ProxyLocation, ProxyServer, Upstream } from '../../../src/rule.ts';
import { and, or } from '../values/answer.ts';
import { isLoopback } from './proxy.ts';

/**
 * Whether the application server takes the scheme of a request from its peer, so that Django needs no setting. Run with gunicorn 27.0,
 * uvicorn 0.54, daphne 4.2, hypercorn 0.18 and waitress 3.0, over a unix socket, from loopback and from another address: gunicorn
 * believes every peer on a unix socket, whatever its list says, and 127.0.0.1 and ::1 by default; so does its own asgi worker; uvicorn,
 * also as a worker of gunicorn, the same addresses, but a unix socket only with "*"; daphne nobody without --proxy-headers and
 * everybody with it; hypercorn nobody; waitress only its --trusted-proxy.
 */
export function believesForwardedScheme(upstream: Upstream, application: Process, proxy: ProxyServer): Answer {
  const { server } = application;
  if (server === null) return 'maybe';
  switch (server.software) {
    case 'gunicorn':
      if (server.workerClass.kind !== 'known') return 'maybe';
      return isUvicornWorker(server.workerClass.value)
        ? byAddress(upstream, application, proxy, false)
        : byAddress(upstream, application, proxy, true);
    case 'uvicorn':
      return hasOption(application, '--no-proxy-headers') ?? byAddress(upstream, application, proxy, false);
    case 'daphne':
      return hasOption(application, '--proxy-headers') === 'no' ? 'yes' : unlessUnknown(application);
    case 'hypercorn':
    case 'granian':
    case 'runserver':
      return 'no';
    case 'waitress':
      return application.command.kind === 'known' && !wordsOf(application).some((word) => word.includes('trusted-proxy')) ? 'no' : 'maybe';
    // httpd itself knows the scheme and runs the application.
    case 'mod_wsgi':
      return 'no';
    case 'uwsgi':
      return 'maybe';
  }
}

function isUvicornWorker(workerClass: string): boolean {
  return /uvicorn/i.test(workerClass);
}

/**
 * Whether the proxy tells the scheme of an HTTPS request in words that the application server understands: gunicorn
 * X-Forwarded-Proto: https, X-Forwarded-Ssl: on and X-Forwarded-Protocol: ssl, uvicorn only the first, daphne that one beside
 * X-Forwarded-For (the same runs).
 */
export function tellsScheme({ requestHeaders }: ProxyLocation, application: Process): Answer {
  const { server } = application;
  const sent = (name: string, says: RegExp): Answer => {
    const value = requestHeaders.get(name)?.value;
    if (value === undefined) return 'no';
    if (says.test(value)) return 'yes';
    return value.includes('$') ? 'maybe' : 'no';
  };
  const proto = sent('x-forwarded-proto', /^(https|\$scheme)$/);
  const others = or(proto, sent('x-forwarded-ssl', /^on$/), sent('x-forwarded-protocol', /^ssl$/));
  switch (server?.software) {
    case 'uvicorn':
      return proto;
    case 'daphne':
      return and(proto, requestHeaders.has('x-forwarded-for') ? 'yes' : namesOtherHeaders(application));
    case 'gunicorn':
      if (server.workerClass.kind !== 'known') return proto === 'yes' ? 'yes' : others === 'no' ? 'no' : 'maybe';
      return isUvicornWorker(server.workerClass.value) ? proto : others;
    default:
      return others === 'no' ? 'no' : proto;
  }
}

/** `--proxy-headers-host` makes daphne look for the address elsewhere. */
function namesOtherHeaders(application: Process): Answer {
  return wordsOf(application).some((word) => word.startsWith('--proxy-headers-h')) ? 'maybe' : 'no';
}

/** 'no' when an option is given, null when it is not. */
function hasOption(application: Process, option: string): 'no' | null {
  return wordsOf(application).includes(option) ? 'no' : null;
}

function unlessUnknown(application: Process): Answer {
  return application.command.kind === 'known' ? 'no' : 'maybe';
}

function wordsOf({ command }: Process): readonly string[] {
  if (command.kind !== 'known') return [];
  return command.value.flatMap((word) => (word.kind === 'known' ? [word.value] : []));
}

function byAddress(upstream: Upstream, application: Process, proxy: ProxyServer, trustsSockets: boolean): Answer {
  const trusted = application.server?.forwardedAllowIps;
  const known = trusted?.kind === 'known' ? trusted.value : null;
  if (known?.includes('*')) return 'yes';
  if (meetsOnSocket(upstream, application)) return trustsSockets ? 'yes' : known === null ? 'maybe' : 'no';
  if (known === null) return 'maybe';
  const local = isLocal(upstream) && !comesThroughPort(upstream, application, proxy) ? sharesNetwork(application, proxy) : 'no';
  const others = known.filter((address) => !isLoopback(address));
  if (others.length > 0) return 'maybe';
  if (local === 'maybe') return 'maybe';
  return local === 'yes' && known.length > 0 ? 'yes' : 'no';
}

/** Where the link is only presumed, the address in the proxy is wrong, and that at which the application listens will take its place. */
function meetsOnSocket({ link, address }: Upstream, { server }: Process): boolean {
  if (link !== 'presumed') return address.kind === 'unix';
  return server !== null && server.binds.items.length > 0 && server.binds.items.every(({ kind }) => kind !== 'tcp');
}

function isLocal({ link, address }: Upstream): boolean {
  return link === 'presumed' || (address.kind === 'tcp' && isLoopback(address.host));
}

/** From a proxy on the host, docker passes connections to a published port on from an address of its own: they come from no loopback. */
function comesThroughPort({ address }: Upstream, application: Process, proxy: ProxyServer): boolean {
  if (proxy.process !== null || application.hostNetwork !== 'no' || address.kind !== 'tcp') return false;
  if (application.paths.runtimePath(proxy.file)?.startsWith('/etc/') === true) return false;
  return application.ports.some(({ published }) => published?.kind === 'known' && published.value === String(address.port));
}

/** A loopback address is that of the application only where both see the same one. */
function sharesNetwork(application: Process, { process }: ProxyServer): Answer {
  if (process === null || process === application) return application.host === 'machine' ? 'yes' : 'maybe';
  const here = application.host === 'machine' ? 'yes' : application.hostNetwork;
  const there = process.host === 'machine' ? 'yes' : process.hostNetwork;
  if (here === 'yes' && there === 'yes') return 'yes';
  return here === 'maybe' || there === 'maybe' ? 'maybe' : 'no';
}
