import { defineRule, type Location, type Process } from '../../src/rule.ts';
import { APACHE_PASS, apacheHost, behindApache, behindHaproxy, HAPROXY_PROTO, haproxy } from '../shared/requests/proxy-programs.ts';
import { programName } from '../shared/requests/proxy-words.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const conf = (mark: string) =>
  nginx(PASS)
    .replace('/etc/nginx/conf.d/cert.pem;', `/etc/letsencrypt/live/site/fullchain.pem;${mark}`)
    .replace('/etc/nginx/conf.d/key.pem;', `/etc/letsencrypt/live/site/privkey.pem;${mark}`);

export default defineRule({
  id: 'proxy/certificate-path-missing',
  title: 'Certificate path not provided to the proxy container',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'nginx refuses to start when a file of ssl_certificate or ssl_certificate_key is missing.',
  fix: 'Mount the folder of the certificates into the proxy service, read-only.',
  autofix: 'unsafe',
  links: ['https://nginx.org/en/docs/http/configuring_https_servers.html'],
  cross: true,
  examples: {
    bad: [
      behindApache(apacheHost(APACHE_PASS).replace('site.crt', 'site.crt # !').replace('site.key', 'site.key # !')),
      behindHaproxy(haproxy(HAPROXY_PROTO).replace('site.pem', 'site.pem # !')),
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(), 'nginx.conf': conf(' # !') },
    ],
    good: [
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ nginx: '      - /etc/letsencrypt:/etc/letsencrypt:ro\n' }),
        'nginx.conf': conf(''),
      },
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const server of proxy.servers) {
      const { process } = server;
      if (process?.host !== 'container') continue;
      for (const certificate of server.certificates) {
        ctx.expect(
          certificate.path,
          (path) => !path.startsWith('/') || stands(process, process.paths.locate(path)),
          (path) => ({
            at: certificate.at,
            message: `The ${certificate.kind} \`${path}\` is under no mount of \`${process.name}\` and not in its image: ${programName(server)} does not start.`,
            subject: `${server.file} ${path}`,
            related: [{ at: process.at, message: 'the proxy service and its mounts' }],
          }),
        );
      }
    }
  },
});

/** In the layers of an image that is pulled there are no certificates of ours; one that is built may bring or make them. */
function stands(process: Process, location: Location): 'yes' | 'no' | 'maybe' {
  if (location.in === 'unknown') return 'maybe';
  if (location.in !== 'container') return 'yes';
  return process.image?.build || location.repository !== null ? 'maybe' : 'no';
}
