import { DOCKERFILE, django } from '../values/examples.ts';

/** A compose file with the application and Caddy in front; the extra lines go under `caddy:`. */
export const caddyCompose = (lines = ''): string => `services:
  web:
    build: .
  caddy:
    image: caddy:2
    ports: ["80:80", "443:443"]
    volumes:
      - ./Caddyfile:/etc/caddy/Caddyfile
      - caddy_data:/data
${lines}volumes:
  caddy_data:
`;

/** A compose deployment whose Caddyfile is the given text. */
export function behindCaddy(caddyfile: string, settings = '', lines = ''): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': caddyCompose(lines), Caddyfile: caddyfile };
}

/** A site that passes everything on, with more lines in it. */
export const caddySite = (lines = '', address = 'example.com'): string => `${address} {\n${lines}    reverse_proxy web:8000\n}\n`;
