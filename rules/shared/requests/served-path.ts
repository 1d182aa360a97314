import type { Answer, Deployment, Process, ProxyFacts, ProxyLocation, RepositoryFacts } from '../../../src/rule.ts';
import { isOnPlatform } from '../processes/platform.ts';
import { or } from '../values/answer.ts';
import { escaped } from '../values/text.ts';
import { unreadProxy } from './cover.ts';
import { applicationRoutes, applicationUpstream, routesOf } from './proxy.ts';

type Repository = Pick<RepositoryFacts, 'files' | 'read'>;

/**
 * Whether something in front of the application serves a URL prefix ("/static/"): 'no' only where all that stands in front is known.
 * A single image or a process of a machine may stand behind anything.
 */
export function frontServes(prefix: string, web: readonly Process[], deployment: Deployment, repository: Repository): Answer {
  if (deployment.proxy !== null) return proxyServes(deployment.proxy, prefix);
  if (deployment.kind !== 'compose' && !isOnPlatform(deployment)) return 'maybe';
  if (web.some(({ host }) => host === 'machine') || unreadFront(deployment) !== null || unreadProxy(deployment, repository) !== null)
    return 'maybe';
  return configurationNaming(prefix, repository) === null ? 'no' : 'maybe';
}

/** Whether a proxy answers requests below a URL prefix ("/static/") by itself; 'no' only when every one of them goes to the application. */
function proxyServes(proxy: ProxyFacts, prefix: string): Answer {
  if (proxy.complete !== true || applicationRoutes(proxy).length === 0) return 'maybe';
  return or(...routesOf(proxy).map(({ location }) => locationServes(location, prefix)), 'no');
}

function locationServes(location: ProxyLocation, prefix: string): Answer {
  const { match, files, pass, answers, complete } = location;
  if (!mayMatch(match, prefix)) return 'no';
  if (pass !== null) return complete === true && applicationUpstream(location) !== null ? 'no' : 'maybe';
  if (complete !== true || match.kind === 'regex') return 'maybe';
  // A location for everything may look for files first and hand the rest on; one that only answers serves nothing.
  if (`${match.path.replace(/\/+$/, '')}/` === '/') return files === null && answers !== null ? 'no' : 'maybe';
  return files !== null || answers !== null ? 'yes' : 'maybe';
}

function mayMatch({ kind, path }: ProxyLocation['match'], prefix: string): boolean {
  if (kind === 'named' || kind === 'exact') return false;
  return kind === 'regex' || prefix.startsWith(path) || path.startsWith(prefix);
}

const FRONTS = /nginx|caddy|traefik|haproxy|httpd|apache|envoy|swag|openresty|cloudflared|varnish|kong|litespeed|proxy|gateway/i;

/** A process that may stand in front of the application and that is not followed. */
function unreadFront({ processes, proxy }: Deployment): Process | null {
  if (proxy !== null) return null;
  return (
    processes.find(
      ({ role, image, name, settings }) => settings === null && (role === 'proxy' || FRONTS.test(image?.base ?? '') || FRONTS.test(name)),
    ) ?? null
  );
}

const CONFIGURES =
  /\.(conf|ya?ml|toml|j2|tpl|tmpl|template|json|tf|ini|cfg|xml|vcl|nix|properties|erb|hcl|sh)$|(^|\/)(Caddyfile|\.htaccess|Vagrantfile)/i;
const ASIDE = /(^|\/)(package(-lock)?\.json|node_modules|fixtures?|tests?|locale|docs?)(\/|$)|openapi|swagger/i;

/** A file that is no code and names the URL prefix: something outside of what is followed may serve it. */
function configurationNaming(prefix: string, { files, read }: Repository): string | null {
  const path = escaped(prefix.replace(/\/+$/, ''));
  const names = new RegExp(`(^|[\\s"'\`=:({~^|,])\\^?${path}(?![\\w-])`, 'm');
  return files.find((file) => CONFIGURES.test(file) && !ASIDE.test(file) && names.test(read(file) ?? '')) ?? null;
}
