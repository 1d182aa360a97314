import { defineRule } from '../../src/rule.ts';
import { isPublished } from '../shared/requests/published.ts';
import { behindTraefik, REDIRECT } from '../shared/requests/traefik-example.ts';

const OPEN = '"80:80", "443:443", "8080:8080"';

export default defineRule({
  id: 'proxy/traefik-api-insecure',
  title: 'Traefik dashboard and API without authentication',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever reaches the port sees every route, service and middleware with its options: internal names, addresses and hashes of passwords. Traefik itself advises against it in production.',
  fix: 'Remove `api.insecure`; when the dashboard is needed, route `api@internal` with TLS and an authentication middleware.',
  autofix: 'unsafe',
  links: ['https://doc.traefik.io/traefik/operations/api/#security', 'https://doc.traefik.io/traefik/operations/dashboard/#insecure-mode'],
  cwe: ['CWE-306'],
  examples: {
    bad: [
      behindTraefik({ flags: [REDIRECT, '--api.insecure=true # !'], ports: `[${OPEN}]` }),
      behindTraefik({ flags: [REDIRECT, '--api.insecure # !'] }),
      {
        ...behindTraefik({ ports: `[${OPEN}]`, more: '    volumes: ["./traefik.yml:/etc/traefik/traefik.yml"]\n' }),
        'traefik.yml': 'entryPoints:\n  web:\n    address: ":80"\napi:\n  insecure: true # !\n',
      },
    ],
    good: [
      behindTraefik(),
      behindTraefik({ flags: [REDIRECT, '--api.insecure=false', '--api.dashboard=true'], ports: `[${OPEN}]` }),
      {
        ...behindTraefik(),
        'docker-compose.dev.yml': behindTraefik({ flags: ['--api.insecure=true'], ports: `[${OPEN}]` })['docker-compose.yml'],
      },
    ],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { openApi, process, file } of proxy.programs) {
      if (openApi === null) continue;
      const published = process === null ? 'maybe' : isPublished(process, openApi.port);
      const inside = published === 'no' && process !== null;
      ctx.report({
        at: openApi.at,
        message: `Traefik answers on port ${openApi.port} with its dashboard and API without asking for a password.`,
        subject: file,
        ...(inside
          ? {
              severity: 'note' as const,
              because: `port ${openApi.port} is not published: only other containers reach it`,
              coveredBy: process.at,
            }
          : {}),
      });
    }
  },
});
