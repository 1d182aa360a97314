import { defineRule, type Process } from '../../src/rule.ts';
import { byImage, byUnit } from '../shared/processes/start-example.ts';
import { clientAddressReader } from '../shared/requests/client-address.ts';

const EXEC = 'uvicorn mysite.asgi:application --uds /run/mysite.sock';
const VIEW = { 'mysite/views.py': "def health(request):\n    return request.META.get('REMOTE_ADDR')\n" };

export default defineRule({
  id: 'server/uvicorn-socket-drops-proxy-headers',
  title: 'Uvicorn on a unix socket ignores forwarded headers',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A peer on a unix socket has no address, so uvicorn finds it in no list of trusted ones and drops X-Forwarded-For and -Proto: no request has the address of its client.',
  fix: "Add `--forwarded-allow-ips '*'`: on a unix socket only the proxy can connect.",
  autofix: 'unsafe',
  links: ['https://uvicorn.dev/settings/#http', 'https://uvicorn.dev/deployment/#proxies-and-forwarded-headers'],
  cross: true,
  replaces: ['server/client-address-missing-over-socket'],
  examples: {
    bad: [
      { ...byUnit(`${EXEC} # !`), ...VIEW },
      { ...byUnit('gunicorn mysite.asgi -k uvicorn_worker.UvicornWorker --bind unix:/run/mysite.sock # !'), ...VIEW },
    ],
    good: [
      byUnit(EXEC),
      { ...byUnit(`${EXEC} --forwarded-allow-ips '*'`), ...VIEW },
      { ...byUnit('uvicorn mysite.asgi:application'), ...VIEW },
      { ...byUnit('gunicorn mysite.wsgi --bind unix:/run/mysite.sock'), ...VIEW },
      { ...byUnit(EXEC), ...VIEW, 'mysite/middleware.py': "def address(request):\n    return request.headers['X-Forwarded-For']\n" },
    ],
    undecided: [{ ...byImage(EXEC), ...VIEW }],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const reader = clientAddressReader(repository);
    if (reader === null) return;
    for (const process of processes) {
      const { server } = process;
      if (server === null || !isUvicorn(process) || server.binds.items.length === 0) continue;
      if (!server.binds.items.every(({ kind }) => kind !== 'tcp')) continue;
      const [bind] = server.binds.items;
      ctx.expect(
        server.forwardedAllowIps,
        (addresses) => addresses.includes('*'),
        () => ({
          at: bind?.at ?? process.commandAt,
          message: `uvicorn of \`${process.name}\` drops the forwarded headers of a unix socket: code that reads the client's address gets none.`,
          subject: process.name,
          related: [{ at: reader, message: 'the address is read here' }],
        }),
      );
    }
  },
});

function isUvicorn({ server }: Process): boolean {
  if (server?.software === 'uvicorn') return true;
  return server?.software === 'gunicorn' && server.workerClass.kind === 'known' && /uvicorn/i.test(server.workerClass.value);
}
