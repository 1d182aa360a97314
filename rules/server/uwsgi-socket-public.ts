import { type Bind, defineRule } from '../../src/rule.ts';
import { byCompose, byUnit, byUwsgi } from '../shared/processes/start-example.ts';
import { isPublicAddress, publicPorts } from '../shared/requests/address.ts';

const EXEC = 'uwsgi --module mysite.wsgi --master --die-on-term';

export default defineRule({
  id: 'server/uwsgi-socket-public',
  title: 'uwsgi-protocol socket reachable from the network',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: "Who can send packets of uWSGI's own protocol can name a file to load as application: that runs code on the server.",
  fix: 'Bind the socket to a unix socket or 127.0.0.1 and let the proxy pass to it with uwsgi_pass.',
  autofix: 'unsafe',
  links: ['https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html'],
  cwe: ['CWE-306', 'CWE-94'],
  cross: true,
  replaces: ['container/app-port-bypasses-proxy'],
  examples: {
    bad: [
      byUwsgi('socket = :9000 # !\n', '    ports: ["9000:9000"]\n'),
      byCompose(`${EXEC} --socket 0.0.0.0:8000 # !`, '    ports: ["8000:8000"]\n'),
      byUnit(`${EXEC} --socket :8000 # !`),
    ],
    good: [
      byUwsgi('socket = :9000\n'),
      byUwsgi('socket = :9000\n', '    ports: ["127.0.0.1:9000:9000"]\n'),
      byUwsgi('', '    ports: ["80:8000"]\n'),
      byUwsgi('socket = :9000\nprotocol = http\n', '    ports: ["9000:9000"]\n'),
      byUnit(`${EXEC} --socket 127.0.0.1:8000`),
      byUnit(`${EXEC} --socket /run/mysite.sock`),
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server, host } = process;
      if (server?.software !== 'uwsgi') continue;
      for (const bind of server.binds.items) {
        const port = uwsgiPort(bind);
        if (port === null) continue;
        const published = publicPorts(process).find(({ target }) => target.kind === 'known' && target.value === port);
        if (published === undefined && !(host === 'machine' || process.hostNetwork === 'yes')) continue;
        ctx.report({
          at: bind.at ?? process.commandAt,
          message: `\`${process.name}\` listens for uWSGI's own protocol on port ${port}, and other machines reach it: they can make it run code.`,
          subject: process.name,
          related: published === undefined ? [] : [{ at: published.at, message: 'published here' }],
        });
      }
    }
  },
});

/** The port at which the protocol is spoken on every interface. */
function uwsgiPort(bind: Bind): number | null {
  return bind.kind === 'tcp' && bind.protocol === 'uwsgi' && isPublicAddress(bind.address) ? bind.port : null;
}
