import type { Data, Deployment, PlatformName, ProxyFacts, Report, RepositoryFacts } from '../../../src/rule.ts';
import { applicationRoutes, headerNamed } from './proxy.ts';

/** What makes a finding a note: the place that proves that the proxy does the work. That it may do it is no proof. */
export type Cover = Pick<Report, 'severity' | 'because' | 'coveredBy'>;

/** Whether the proxy sends a header (lower case) on every route to the application. */
export function headerCover(deployment: Deployment, header: string): Cover | null {
  return coverOf(deployment.proxy, (proxy) => proxy.provides(header), `the proxy sends \`${header}\` on every route to the application`);
}

/** What platforms are called that are known to redirect. */
const PLATFORMS: ReadonlyMap<PlatformName, string> = new Map([
  ['render', 'Render'],
  ['fly', 'Fly'],
  ['app-engine', 'App Engine'],
]);

/** Whether the proxy or the platform lets nobody through over plain HTTP. */
export function redirectCover(deployment: Deployment): Cover | null {
  const { platform } = deployment;
  if (platform?.redirectsToHttps.answer === 'yes' && deployment.proxy === null)
    return {
      severity: 'note',
      because: `${PLATFORMS.get(platform.name) ?? 'the platform'} redirects every plain request to HTTPS`,
      coveredBy: platform.redirectsToHttps.at ?? platform.at,
    };
  return coverOf(deployment.proxy, (proxy) => proxy.redirectsToHttps(), 'the proxy redirects every plain request to HTTPS');
}

/** Whether the proxy marks a cookie secure on every route to the application. */
export function secureCookieCover({ proxy }: Deployment, cookie: Data | undefined): Cover | null {
  if (proxy === null || proxy.complete !== true || typeof cookie !== 'string') return null;
  const marks = applicationRoutes(proxy).map(({ location }) => {
    const found =
      location.complete === true && location.pass?.scheme.startsWith('http')
        ? location.cookieFlags.find((one) => fits(one.cookie, cookie))
        : undefined;
    return found?.flags.includes('secure') ? found.at : null;
  });
  const [first] = marks;
  if (first === undefined || first === null || marks.includes(null)) return null;
  return { severity: 'note', because: `the proxy marks \`${cookie}\` secure on every route to the application`, coveredBy: first };
}

/** Patterns with signs of their own prove nothing; nginx compares names without regard to case. */
function fits(pattern: string, cookie: string): boolean {
  if (!pattern.startsWith('~')) return pattern.toLowerCase() === cookie.toLowerCase();
  const text = pattern.replace(/^~\*?/, '').replace(/^\^|\$$/g, '');
  return text === '' || text === '.*' || text.toLowerCase() === cookie.toLowerCase();
}

/**
 * Whether only the proxy's own header reaches visitors, on every route, with a certain word in it ("includeSubDomains"): Django's is hidden.
 */
export function insteadOfDjango({ proxy }: Deployment, header: string, word: string): boolean {
  if (proxy === null || proxy.provides(header).answer !== 'yes') return false;
  return applicationRoutes(proxy).every(
    ({ location }) =>
      location.hiddenHeaders.has(header) && headerNamed(location.responseHeaders, header)?.value.toLowerCase().includes(word.toLowerCase()),
  );
}

type Ask = (proxy: ProxyFacts) => ReturnType<ProxyFacts['redirectsToHttps']>;

function coverOf(proxy: ProxyFacts | null, ask: Ask, because: string): Cover | null {
  if (proxy === null) return null;
  const { answer, at } = ask(proxy);
  return answer === 'yes' && at !== null ? { severity: 'note', because, coveredBy: at } : null;
}

/** Without HTTPS at the proxy there is nothing to redirect to and nothing to insist on: that is the fault to mend first. */
export function withoutTls({ proxy }: Deployment): Cover | null {
  const [server] = proxy?.servers ?? [];
  if (proxy === null || proxy.complete !== true || server === undefined || proxy.terminatesTls().answer !== 'no') return null;
  return { severity: 'note', because: 'no proxy of this deployment serves HTTPS, which has to come first', coveredBy: server.at };
}

const UNREAD = /(^|\/)Caddyfile([._-][\w.-]+)?$|\.caddyfile$|(^|\/)(traefik|haproxy)[^/]*\.(ya?ml|toml|cfg)$/i;
const COMPOSE = /(^|\/)[^/]*(compose|stack|swarm)[^/]*\.ya?ml$/i;
const ASIDE = /(^|[/._-])(dev|devel|development|local|tests?|ci|examples?)([/._-]|$)/i;

/** Files that make something in front of the application redirect to HTTPS, in systems whose files are not joined to it. */
const REDIRECTING: readonly (readonly [RegExp, RegExp])[] = [
  [/nginx|\.vhost$|(^|\/)(conf\.d|sites-(enabled|available))\//i, /\breturn\s+30[1278]\s+https:\/\//],
  [/\.tf$/, /\bhttps_only\s*=\s*true\b|redirect-to-https|protocol\s*=\s*"HTTPS"[^}]*HTTP_301/],
  [/(^|\/)app\.ya?ml$/, /^\s*secure:\s*always\b/m],
  [/(^|\/)fly\.toml$/, /^\s*force_https\s*=\s*true\b/m],
];

/**
 * A file that redirects to HTTPS although no route from a proxy to the application is known, so that nothing proves or disproves that it does so
 * for this one. It silences nothing for settings that are judged by themselves.
 */
export function unjoinedRedirect(deployment: Deployment, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): string | null {
  if (deployment.id === '--settings') return null;
  if (deployment.proxy !== null && applicationRoutes(deployment.proxy).length > 0) return null;
  for (const file of files) {
    if (ASIDE.test(file)) continue;
    const kind = REDIRECTING.find(([path]) => path.test(file));
    if (kind?.[1].test(read(file) ?? '')) return file;
  }
  return null;
}

/**
 * A file that configures a proxy that is not followed to the end, or not at all where no proxy is known: it may do the work.
 * Nothing joins it to settings that are judged by themselves, so it silences nothing there.
 */
export function unreadProxy(
  { proxy, kind }: Deployment,
  { files, read }: Pick<RepositoryFacts, 'files' | 'read'>,
): { readonly file: string; readonly text: string } | null {
  if (kind === 'settings') return null;
  if (proxy !== null) {
    const file = halfReadFile(proxy);
    return file === null ? null : { file, text: read(file) ?? '' };
  }
  for (const file of files) {
    if (ASIDE.test(file) || !(UNREAD.test(file) || COMPOSE.test(file))) continue;
    const text = read(file) ?? '';
    if (UNREAD.test(file) || /\btraefik\.http\.routers\./.test(text)) return { file, text };
  }
  return null;
}

/** A file of Caddy or Traefik of which a variable, an import or another source of routes keeps something from view. */
function halfReadFile(proxy: ProxyFacts): string | null {
  const followed = proxy.complete === true && applicationRoutes(proxy).length > 0;
  const of = [...proxy.servers, ...proxy.programs].find(({ software }) => software === 'caddy' || software === 'traefik');
  return followed ? null : (of?.file ?? null);
}
