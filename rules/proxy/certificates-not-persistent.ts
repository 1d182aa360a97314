import { type Context, defineRule, type Process, type Span } from '../../src/rule.ts';
import { behindCaddy, caddyCompose, caddySite } from '../shared/requests/caddy-example.ts';
import { behindTraefik, REDIRECT } from '../shared/requests/traefik-example.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const RESOLVER = '--certificatesresolvers.le.acme.storage=/letsencrypt/acme.json';
const acme = (more: string, mark = '') => behindTraefik({ flags: [REDIRECT, `${RESOLVER}${mark}`], more });
const bare = caddyCompose().replace('      - caddy_data:/data\n', '');
const certbot = (mount: string, mark = '') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': `services:\n  web:\n    build: .\n  certbot:${mark}\n    image: certbot/certbot\n    volumes: ["${mount}"]\n`,
});

export default defineRule({
  id: 'proxy/certificates-not-persistent',
  title: 'Certificates kept in the layer of a container',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'They are lost with every new container: each deployment asks for new ones until the limit of the certificate authority is reached, and then the site has none for days.',
  fix: 'Keep the folder in a named volume: `caddy_data:/data` for Caddy, `letsencrypt:/letsencrypt` for `acme.json` of Traefik, `/etc/letsencrypt` for certbot.',
  autofix: 'safe',
  links: [
    'https://caddyserver.com/docs/conventions#data-directory',
    'https://doc.traefik.io/traefik/https/acme/#storage',
    'https://letsencrypt.org/docs/rate-limits/',
  ],
  examples: {
    bad: [
      { ...behindCaddy(caddySite()), 'docker-compose.yml': bare.replace('  caddy:', '  caddy: # !') },
      acme('', ' # !'),
      certbot('./www:/var/www', ' # !'),
    ],
    good: [
      behindCaddy(caddySite()),
      { ...behindCaddy(caddySite('', ':80')), 'docker-compose.yml': bare },
      { ...behindCaddy(caddySite('    tls /certs/a.pem /certs/a.key\n')), 'docker-compose.yml': bare },
      acme('    volumes: ["letsencrypt:/letsencrypt"]\nvolumes:\n  letsencrypt:\n'),
      acme('    volumes: ["./letsencrypt:/letsencrypt"]\n'),
      behindTraefik(),
      certbot('./letsencrypt:/etc/letsencrypt'),
    ],
  },
  needs: ['deployment'],
  check({ deployment }, ctx) {
    for (const { process, certificateStores, software } of deployment.proxy?.programs ?? []) {
      if (process === null) continue;
      for (const { path, at } of certificateStores) {
        if (path.kind !== 'known') ctx.undecided('Where the certificates are kept is not known.', at);
        else judge(process, path.value, software === 'caddy' ? process.at : at, ctx);
      }
    }
    for (const process of deployment.processes) {
      if (process.image?.base !== 'certbot' || process.image.build !== null) continue;
      judge(process, '/etc/letsencrypt', process.at, ctx);
    }
  },
});

function judge(process: Process, path: string, at: Span, ctx: Context): void {
  if (process.host !== 'container') return;
  const found = process.paths.locate(path);
  if (found.in === 'unknown') ctx.undecided(`What stands at ${path} is not known: ${found.because}.`, at);
  const lost = found.in === 'container' || (found.in === 'volume' && found.kind === 'tmpfs');
  if (!lost) return;
  ctx.report({
    at,
    message: `\`${process.name}\` keeps its certificates in \`${path}\`, which no volume holds: every new container asks for new ones.`,
    subject: process.name,
    ...(at === process.at ? {} : { related: [{ at: process.at, message: 'the service and its mounts' }] }),
  });
}
