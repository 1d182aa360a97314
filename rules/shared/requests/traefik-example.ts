import { DOCKERFILE, django } from '../values/examples.ts';

const ENTRY_POINTS = [
  '--providers.docker=true',
  '--providers.docker.exposedbydefault=false',
  '--entrypoints.web.address=:80',
  '--entrypoints.websecure.address=:443',
];

/** The flag that sends everything on port 80 to HTTPS. */
export const REDIRECT = '--entrypoints.web.http.redirections.entrypoint.to=websecure';

/** Labels of a router with TLS that leads to the application. */
export const ROUTER = [
  'traefik.enable=true',
  'traefik.http.routers.app.rule=Host(`example.com`)',
  'traefik.http.routers.app.entrypoints=websecure',
  'traefik.http.routers.app.tls=true',
  'traefik.http.services.app.loadbalancer.server.port=8000',
];

interface Parts {
  readonly flags?: readonly string[];
  readonly labels?: readonly string[];
  readonly ports?: string;
  /** More lines under `traefik:`. */
  readonly more?: string;
  /** More services. */
  readonly services?: string;
  readonly settings?: string;
}

/** A compose deployment with Traefik in front; ` # !` behind a flag or label marks it. */
export function behindTraefik({
  flags = [REDIRECT],
  labels = ROUTER,
  ports = '["80:80", "443:443"]',
  more = '',
  services = '',
  settings = '',
}: Parts = {}) {
  const items = (lines: readonly string[]) =>
    lines.map((one) => `      - "${one.replace(/ # !$/, '')}"${one.endsWith(' # !') ? ' # !' : ''}\n`).join('');
  const manifest = `services:
  web:
    build: .
    labels:
${items(labels)}  traefik:
    image: traefik:v3.1
    ports: ${ports}
    command:
${items([...ENTRY_POINTS, ...flags])}${more}${services}`;
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': manifest };
}
