import type { Edit, Mutation } from './edits.ts';

const OVERLAY = 'k8s/overlays/production/kustomization.yaml';

const WEB = 'k8s/base/web.yaml';
const INGRESS = 'k8s/overlays/production/ingress.yaml';

const edit =
  (file: string) =>
  (find: string, replace: string): readonly Edit[] => [{ file, find, replace }];
const web = edit(WEB);
const overlay = edit(OVERLAY);

/** Ways to break fixtures/gold-cluster in its manifests. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a variable that the ConfigMap no longer gives',
    edits: overlay('      - UPLOADS_BUCKET=harbour-uploads\n', ''),
    expect: ['environment/required-variable-missing'],
  },
  {
    name: 'an Ingress without TLS',
    edits: edit(INGRESS)('  tls:\n    - hosts: [harbour.example, www.harbour.example]\n      secretName: site-certificate\n', ''),
    expect: ['kubernetes/ingress-without-tls'],
  },
  {
    name: 'probes under the address of the pod',
    edits: web('                - name: Host\n                  value: harbour.example\n', ''),
    expect: ['kubernetes/probe-host-rejected'],
  },
  {
    name: 'probes that do not say that they came by HTTPS',
    edits: web('                - name: X-Forwarded-Proto\n                  value: https\n', ''),
    expect: ['kubernetes/probe-redirected-to-https'],
  },
  {
    name: 'no readiness probe',
    edits: web('          readinessProbe:\n', '          unknownProbe:\n'),
    expect: ['kubernetes/probes-missing'],
  },
  {
    name: 'an autoscaler that goes by a share of nothing',
    edits: web(
      '              cpu: 500m\n              memory: 384Mi\n            limits:\n              cpu: "2"\n',
      '              memory: 384Mi\n            limits:\n',
    ),
    expect: ['kubernetes/autoscaler-without-requests'],
  },
  {
    name: 'a worker that requests no cpu',
    edits: edit('k8s/base/worker.yaml')('              cpu: 500m\n', ''),
    expect: ['kubernetes/resource-requests-missing'],
  },
  {
    name: 'a service whose variables the settings take for their own',
    edits: [
      ...web('      enableServiceLinks: false\n', ''),
      ...edit('harbour/settings/production.py')('"PORT": "5432"', '"PORT": os.environ.get("WEB_PORT", "5432")'),
    ],
    expect: ['kubernetes/service-variable-collision'],
  },
  {
    name: 'a pod that runs as root',
    edits: web('        runAsNonRoot: true\n        runAsUser: 1500\n', '        runAsUser: 0\n'),
    expect: ['kubernetes/pod-may-run-as-root'],
  },
  {
    name: 'an Ingress of the retired controller',
    edits: edit(INGRESS)('haproxy.org/ssl-redirect', 'nginx.ingress.kubernetes.io/ssl-redirect'),
    expect: ['kubernetes/ingress-nginx-retired'],
  },
  {
    name: 'a scheduler that is replaced while it runs',
    edits: edit('k8s/base/beat.yaml')('  strategy:\n    type: Recreate\n', ''),
    expect: ['tasks/beat-overlaps-on-rollout'],
  },
  {
    name: 'a token in the ConfigMap',
    edits: overlay('      - UPLOADS_BUCKET=', '      - TIDES_API_KEY=q8Zr2LwX0vTn4KpB\n      - UPLOADS_BUCKET='),
    expect: ['secrets/kubernetes-secret-literal'],
  },
  {
    name: 'probes for a path that moved',
    edits: edit('berths/urls.py')('path("up/"', 'path("alive/"'),
    expect: ['kubernetes/probe-path-not-found'],
  },
];
