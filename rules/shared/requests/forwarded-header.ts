import type { Answer, Deployment, Process, RepositoryFacts, Span } from '../../../src/rule.ts';
import { unreadProxy } from './cover.ts';
import { applicationRoutes, listensLocally, listensTls, locationName } from './proxy.ts';
import { publishedPorts } from './reach.ts';
import { isNamedForProduction } from './web.ts';

/** Whether clients can send a request header that Django reads, and where that shows. */
export type ClientControl =
  | { readonly answer: 'yes'; readonly at: Span; readonly how: string }
  | { readonly answer: Exclude<Answer, 'yes'>; readonly why: string };

/**
 * nginx passes a header of the client on unless it sets it; an empty value clears it. A proxy that does not end TLS itself may stand
 * behind another one, which may set it.
 */
export function clientControls(
  header: string,
  deployment: Deployment,
  processes: readonly Process[],
  repository: Pick<RepositoryFacts, 'files' | 'read'>,
): ClientControl {
  const { proxy } = deployment;
  const mine = (process: Process) => processes.some((one) => one.name === process.name && one.at.file === process.at.file);
  const routes = proxy === null ? [] : applicationRoutes(proxy).filter(({ process }) => mine(process));
  if (routes.length === 0) return withoutRoutes(deployment, processes, repository);
  let open: string | null = null;
  for (const { server, location } of routes) {
    const sent = location.requestHeaders.get(header)?.value;
    const passes = sent === undefined || sent === `$http_${header.replaceAll('-', '_')}`;
    if (!passes || location.upgrades) continue;
    const outermost = listensTls(server) && !listensLocally(server) && location.pass?.scheme.startsWith('http') === true;
    if (outermost && location.complete === true) {
      return { answer: 'yes', at: location.at, how: `\`${locationName(location)}\` passes the client's own ${canonical(header)} on` };
    }
    open ??= outermost
      ? 'An included file that is not in the repository may set the header.'
      : 'Another proxy may stand in front and set the header.';
  }
  return open === null ? { answer: 'no', why: 'the proxy sets it' } : { answer: 'maybe', why: open };
}

function withoutRoutes(
  deployment: Deployment,
  processes: readonly Process[],
  repository: Pick<RepositoryFacts, 'files' | 'read'>,
): ClientControl {
  const unread = unreadProxy(deployment, repository);
  if (unread !== null) return { answer: 'maybe', why: `What the proxy of \`${unread.file}\` does is not followed.` };
  for (const process of processes) {
    const [port] = publishedPorts(process);
    if (port !== undefined && deployment.proxy === null && isNamedForProduction(deployment)) {
      return { answer: 'yes', at: port.at, how: `clients reach port ${port.port} of \`${process.name}\` without a proxy` };
    }
  }
  return { answer: 'maybe', why: 'No proxy of the repository passes requests to this application; another one may set the header.' };
}

function canonical(header: string): string {
  return header.replace(/(^|-)([a-z])/g, (_match, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`);
}
