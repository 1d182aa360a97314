import { defineRule, type KubernetesObject, type ProxyServer, type Report } from '../../src/rule.ts';
import { applicationRoutes, listensTls } from '../shared/requests/proxy.ts';
import { cluster, service } from '../shared/values/cluster-example.ts';

const ingress = (tls = '', { mark = '', annotations = '', className = 'nginx' } = {}) =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: site
${annotations}spec:
  ingressClassName: ${className}
${tls}  rules:
    - host: example.com${mark}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
`;
const site = (text: string, files: Readonly<Record<string, string>> = {}) =>
  cluster({
    container: '          ports:\n            - containerPort: 8000\n',
    files: { 'k8s/service.yaml': service('web'), 'k8s/ingress.yaml': text, ...files },
  });

export default defineRule({
  id: 'kubernetes/ingress-without-tls',
  title: 'Ingress without TLS',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The site is reached over plain HTTP: session cookies and passwords travel in clear, and anyone on the way can read and use them.',
  fix: 'Give the Ingress a `tls` section for the host, for instance with a certificate of cert-manager.',
  autofix: 'unsafe',
  links: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#tls'],
  cwe: ['CWE-319'],
  replaces: ['proxy/https-missing', 'proxy/https-redirect-missing'],
  examples: {
    bad: [
      site(ingress('', { mark: ' # !' })),
      site(ingress('  tls:\n    - hosts: [other.example.com]\n      secretName: cert\n', { mark: ' # !' })),
      site(ingress('', { mark: ' # !', className: 'traefik' })),
      // Two hosts of one Ingress are one fault.
      site(
        `${ingress('', { mark: ' # !' })}    - host: www.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
`,
      ),
    ],
    good: [
      site(ingress('  tls:\n    - hosts: [example.com]\n      secretName: cert\n')),
      site(ingress('  tls:\n    - secretName: cert\n')),
      site(
        ingress('', { annotations: '  annotations:\n    alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:x\n', className: 'alb' }),
      ),
      site(ingress('', { annotations: '  annotations:\n    networking.gke.io/managed-certificates: site\n', className: 'gce' })),
      site(ingress().replace('host: example.com', 'host: app.internal')),
      site(ingress().replace('name: web\n                port', 'name: other\n                port')),
    ],
    undecided: [
      site(ingress('', { annotations: '  annotations:\n    external-dns.alpha.kubernetes.io/cloudflare-proxied: "true"\n' })),
      site(
        ingress('', {
          annotations: '  annotations:\n    traefik.ingress.kubernetes.io/router.entrypoints: websecure\n',
          className: 'traefik',
        }),
      ),
    ],
  },

  needs: ['proxy', 'kubernetes'],
  check({ proxy, kubernetes }, ctx) {
    const plain = new Map<KubernetesObject | ProxyServer, ProxyServer[]>();
    for (const server of new Set(applicationRoutes(proxy).map((route) => route.server))) {
      if (server.software !== 'ingress' || listensTls(server) || isForTheHouse(server.names[0]?.text ?? '')) continue;
      const object = kubernetes.objects.items.find((one) => one.kind === 'Ingress' && holds(one, server));
      if (object !== undefined && tlsElsewhere(object)) {
        ctx.undecided('An annotation of the Ingress says that TLS may end before it.', server.at);
        continue;
      }
      const ingress = object ?? server;
      plain.set(ingress, [...(plain.get(ingress) ?? []), server]);
    }
    for (const [first, ...others] of plain.values()) if (first !== undefined) ctx.report(reportOf(first, others));
  },
});

/** One fault for all hosts of an Ingress: one entry of `tls` mends it. */
function reportOf(first: ProxyServer, others: readonly ProxyServer[]): Report {
  const hosts = [first, ...others].flatMap(({ names }) => names.slice(0, 1).map(({ text }) => `\`${text}\``));
  const served = hosts.length === 0 ? 'the application' : hosts.join(', ');
  return {
    at: first.names[0]?.at ?? first.at,
    message: `The Ingress serves ${served} without TLS: no entry of \`tls\` covers ${hosts.length > 1 ? 'them' : 'it'}.`,
    subject: first.names[0]?.text ?? first.file,
    related: others.map(({ at, names }) => ({ at: names[0]?.at ?? at, message: 'and this host' })),
  };
}

function isForTheHouse(name: string): boolean {
  return /(^|\.)(localhost|local|internal|lan|test|cluster\.local|nip\.io|sslip\.io)$/.test(name);
}

function holds(object: KubernetesObject, server: ProxyServer): boolean {
  const rules = object.get('spec', 'rules');
  const count =
    rules.kind === 'known' && typeof rules.value === 'object' && rules.value !== null && 'items' in rules.value
      ? rules.value.items.length
      : 0;
  return Array.from({ length: count }, (_, index) => object.placeOf('spec', 'rules', index)).some(
    (at) => at.file === server.at.file && at.start === server.at.start,
  );
}

/** A proxy before the cluster, or the default certificate of the controller. */
function tlsElsewhere({ annotations }: KubernetesObject): boolean {
  return [...annotations].some(([key, value]) => {
    const text = value.kind === 'known' ? value.value : 'websecure';
    return (
      /cloudflare|tunnel|certificate|ssl-cert|force-ssl-redirect|tailscale/i.test(key) ||
      (/entrypoints$|router\.tls$/.test(key) && /websecure|https|true/.test(text))
    );
  });
}
