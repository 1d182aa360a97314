import { type Deployment, defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { byUnit } from '../shared/processes/start-example.ts';
import { isPublicAddress } from '../shared/requests/address.ts';
import { applicationUpstream, isLoopback, locationName, routesOf } from '../shared/requests/proxy.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const LOCAL = nginx(PASS.replace('http://web:8000', 'http://127.0.0.1:8000'));
const OPEN = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/public-bind-behind-proxy',
  title: 'Server listens on all interfaces beside a local proxy',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Clients reach the server past the proxy, without TLS, limits or clean headers, and can send an X-Forwarded-Proto or X-Forwarded-For of their own.',
  fix: 'Bind the server to 127.0.0.1 or a unix socket.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/deploy/', 'https://gunicorn.org/reference/settings/#bind'],
  cwe: ['CWE-668'],
  cross: true,
  examples: {
    bad: [
      { ...byUnit(`${OPEN} # !`), 'nginx.conf': LOCAL },
      { ...byUnit("gunicorn mysite.wsgi --bind '[::]:8000' # !"), 'nginx.conf': LOCAL },
      { ...byUnit('uvicorn mysite.asgi:application --host 0.0.0.0 # !'), 'nginx.conf': LOCAL },
    ],
    good: [
      { ...byUnit('gunicorn mysite.wsgi --bind 127.0.0.1:8000'), 'nginx.conf': LOCAL },
      byUnit(OPEN),
      { ...byUnit(OPEN), 'nginx.conf': LOCAL, 'deploy/setup.sh': '#!/bin/sh\nufw default deny incoming\nufw allow 443/tcp\nufw enable\n' },
    ],
  },
  needs: ['deployment', 'repository'],
  check({ deployment, repository }, ctx) {
    if (deployment.proxy === null || closesPorts(repository)) return;
    for (const process of deployment.processes) {
      if (process.host !== 'machine' || process.server === null) continue;
      const route = localRoute(process, deployment.proxy);
      if (route === null) continue;
      for (const bind of process.server.binds.items) {
        if (bind.kind !== 'tcp' || bind.port !== route.port || !isPublicAddress(bind.address)) continue;
        ctx.report({
          at: bind.at ?? process.commandAt,
          message: `\`${process.name}\` listens on every interface although the proxy of the same machine is all that has to reach it: others do as well.`,
          subject: process.name,
          related: [{ at: route.at, message: `\`${route.name}\` passes requests to it here` }],
        });
      }
    }
  },
});

/** The route of a proxy on the same machine to the process. */
function localRoute(process: Process, proxy: NonNullable<Deployment['proxy']>) {
  for (const { server, location } of routesOf(proxy)) {
    const upstream = applicationUpstream(location);
    if (upstream?.process !== process || upstream.address.kind !== 'tcp' || !isLoopback(upstream.address.host)) continue;
    if (server.process !== null && server.process.host !== 'machine') continue;
    return { port: upstream.address.port, at: upstream.at, name: locationName(location) };
  }
  return null;
}

/** A firewall that the repository sets up may keep the port closed. */
function closesPorts({ holding, files }: Pick<RepositoryFacts, 'holding' | 'files'>): boolean {
  if (files.some((file) => /(^|\/)(nftables\.conf|iptables[\w.]*|ufw[\w./-]*)$/.test(file))) return true;
  return (
    holding(['ufw ', 'iptables', 'nftables', 'nft add', 'firewall-cmd', 'aws_security_group', 'community.general.ufw', 'ufw:']).length > 0
  );
}
