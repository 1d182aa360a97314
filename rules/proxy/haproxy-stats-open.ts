import { defineRule, type ProxyServer } from '../../src/rule.ts';
import { listensLocally } from '../shared/requests/proxy.ts';
import { behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';

/** The page on a port of its own, which compose publishes. */
const page = (lines: string, bind = ':80') =>
  behindHaproxy(`${haproxy(HAPROXY_PROTO)}\nlisten stats\n    bind ${bind}\n    stats enable\n    stats uri /\n${lines}`);
const marked = (files: Record<string, string>) => ({
  ...files,
  'haproxy.cfg': files['haproxy.cfg']?.replace('stats enable', 'stats enable # !') ?? '',
});

export default defineRule({
  id: 'proxy/haproxy-stats-open',
  title: 'HAProxy stats page without authentication',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The page shows every server behind the proxy with its address and state; with `stats admin` whoever opens it can take them out of service.',
  fix: 'Add `stats auth USER:PASSWORD` from a file that is not committed, and bind the page to a loopback address.',
  autofix: 'unsafe',
  links: ['https://docs.haproxy.org/3.2/configuration.html#4.2-stats%20auth'],
  cwe: ['CWE-306'],
  examples: {
    bad: [marked(page('')), marked(page('    stats admin if TRUE\n'))],
    good: [
      page('    stats auth operator:{{ password }}\n'),
      page('', '127.0.0.1:8404'),
      page('', ':8404'),
      behindHaproxy(`global\n    stats socket /run/haproxy.sock\n${haproxy(HAPROXY_PROTO)}`),
    ],
    undecided: [page('    http-request deny unless { src 10.0.0.0/8 }\n')],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const server of proxy.servers) {
      const { statistics } = server;
      if (statistics === undefined || statistics.guarded === 'yes' || listensLocally(server) || staysInside(server)) continue;
      if (statistics.guarded === 'maybe') {
        ctx.undecided('Whom the rules of this section keep from the stats page is not followed.', statistics.at);
        continue;
      }
      ctx.report({
        at: statistics.at,
        message: `The stats page of HAProxy asks for no password${statistics.admin ? ', and `stats admin` lets everybody switch servers off' : ''}.`,
        subject: `${server.file} stats`,
        related: [{ at: server.listens[0]?.at ?? server.at, message: 'it listens here' }],
      });
    }
  },
});

/** Ports of a container that are not published are reached by its neighbours only. */
function staysInside({ process, listens }: ProxyServer): boolean {
  if (process?.host !== 'container' || process.hostNetwork !== 'no') return false;
  return !listens.some(({ port }) => process.ports.some(({ target }) => target.kind !== 'known' || target.value === port));
}
