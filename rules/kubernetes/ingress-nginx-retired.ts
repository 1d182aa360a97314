import { defineRule, type KubernetesFacts, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isForShow } from '../shared/secrets/committed.ts';
import { cluster } from '../shared/values/cluster-example.ts';

const ingress = (annotation: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: site\n  annotations:\n    ${annotation}\nspec:\n  ingressClassName: nginx\n  tls:\n    - secretName: cert\n  rules: []\n`;
const CHART =
  'apiVersion: v2\nname: site\nversion: 1.0.0\ndependencies:\n  - name: ingress-nginx\n    version: 4.12.0\n    repository: https://kubernetes.github.io/ingress-nginx # !\n';

export default defineRule({
  id: 'kubernetes/ingress-nginx-retired',
  title: 'Community ingress-nginx is retired',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'The project ended in March 2026: there are no releases and no fixes of security faults any more for the program that all visitors reach first.',
  fix: 'Plan the move to the Gateway API or to another controller.',
  autofix: 'none',
  links: ['https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/'],
  cwe: ['CWE-1104'],
  examples: {
    bad: [
      { ...cluster(), 'infra/Chart.yaml': CHART },
      { ...cluster(), 'deploy.sh': 'helm upgrade --install ingress ingress-nginx/ingress-nginx # !\n' },
      cluster({ files: { 'k8s/ingress.yaml': ingress('nginx.ingress.kubernetes.io/proxy-body-size: 8m # !') } }),
    ],
    good: [
      cluster({ files: { 'k8s/ingress.yaml': ingress('nginx.org/client-max-body-size: 8m') } }),
      { ...cluster(), 'deploy.sh': 'helm upgrade --install traefik traefik/traefik\n' },
      { ...cluster(), 'README.md': 'helm install ingress ingress-nginx/ingress-nginx\n' },
      { ...cluster(), 'deploy.sh': '# formerly ingress-nginx/ingress-nginx\n' },
      { ...cluster(), 'examples/deploy.sh': 'helm install ingress ingress-nginx/ingress-nginx\n' },
    ],
  },

  needs: ['repository', 'kubernetes'],
  check({ repository, kubernetes }, ctx) {
    const installed = installations(repository)[0];
    if (installed !== undefined) {
      ctx.report({
        at: installed,
        message:
          'This installs ingress-nginx of the Kubernetes community, which has had no releases and no security fixes since March 2026.',
        subject: 'ingress-nginx',
      });
      return;
    }
    const used = annotated(kubernetes);
    if (used === null) return;
    ctx.report({
      at: used,
      message:
        'The Ingress speaks to ingress-nginx of the Kubernetes community, which has had no releases and no security fixes since March 2026.',
      subject: 'ingress-nginx',
      severity: 'note',
      because: 'forks of vendors read the same annotations',
    });
  },
});

const INSTALLED = /https:\/\/kubernetes\.github\.io\/ingress-nginx\b|\bingress-nginx\/ingress-nginx\b|\/ingress-nginx\/controller[:@]/g;

/** Places at which the chart or the image of the community is installed; comments and prose are none. */
function installations({ holding, read }: Pick<RepositoryFacts, 'holding' | 'read'>): readonly Span[] {
  return holding(['ingress-nginx']).flatMap((file) => {
    if (isForShow(file) || !/\.(ya?ml|tf|sh|json|tpl)$|(^|\/)(Makefile|justfile|Jenkinsfile)$/i.test(file)) return [];
    const text = read(file) ?? '';
    return [...text.matchAll(INSTALLED)].flatMap((match) => {
      const line = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index);
      return /(^|\s)(#|\/\/)/.test(line) ? [] : [{ file, start: match.index, end: match.index + match[0].length }];
    });
  });
}

function annotated({ objects }: KubernetesFacts): Span | null {
  for (const object of objects.items) {
    if (object.kind !== 'Ingress') continue;
    const key = [...object.annotations.keys()].find((one) => one.startsWith('nginx.ingress.kubernetes.io/'));
    if (key !== undefined) return object.placeOf('metadata', 'annotations', key);
  }
  return null;
}
