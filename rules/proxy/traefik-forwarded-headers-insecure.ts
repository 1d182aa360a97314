import { defineRule } from '../../src/rule.ts';
import { isPublished } from '../shared/requests/published.ts';
import { behindTraefik, REDIRECT } from '../shared/requests/traefik-example.ts';

const INSECURE = '--entrypoints.websecure.forwardedheaders.insecure=true';

export default defineRule({
  id: 'proxy/traefik-forwarded-headers-insecure',
  title: 'Traefik believes the X-Forwarded headers of every client',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A client says by itself from which address and by which scheme it came: throttling and logs by address are worth nothing, and Django takes plain requests for secure ones.',
  fix: 'Name the addresses of the load balancer in front with `forwardedHeaders.trustedIPs`, or remove the option when there is none.',
  autofix: 'unsafe',
  links: ['https://doc.traefik.io/traefik/routing/entrypoints/#forwarded-headers'],
  cwe: ['CWE-348'],
  examples: {
    bad: [
      behindTraefik({ flags: [REDIRECT, `${INSECURE} # !`] }),
      behindTraefik({ flags: [REDIRECT, '--entrypoints.websecure.proxyprotocol.insecure=true # !'] }),
      behindTraefik({ flags: [REDIRECT, '--entrypoints.websecure.forwardedheaders.trustedips=0.0.0.0/0 # !'] }),
    ],
    good: [
      behindTraefik(),
      behindTraefik({ flags: [REDIRECT, '--entrypoints.websecure.forwardedheaders.trustedips=10.0.0.0/8'] }),
      behindTraefik({ flags: [REDIRECT, INSECURE], ports: '["127.0.0.1:8443:443"]' }),
    ],
    undecided: [behindTraefik({ flags: [REDIRECT, INSECURE], ports: '["${ADDRESS}:443:443"]' })],
  },
  needs: ['proxy'],
  check({ proxy }, ctx) {
    for (const { entryPoints, process, file } of proxy.programs) {
      for (const { name, port, believesAnyone } of entryPoints) {
        if (believesAnyone === null) continue;
        const published = process === null || port === null ? 'maybe' : isPublished(process, port);
        if (published === 'maybe') ctx.undecided(`Whether clients reach the entry point \`${name}\` is not known.`, believesAnyone);
        if (published !== 'yes') continue;
        ctx.report({
          at: believesAnyone,
          message: `The published entry point \`${name}\` believes what any client says in X-Forwarded headers.`,
          subject: `${file} ${name}`,
        });
      }
    }
  },
});
