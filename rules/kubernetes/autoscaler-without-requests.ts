import { type Data, defineRule, type KubernetesObject, type Value } from '../../src/rule.ts';
import { containersOf, stands } from '../shared/processes/pods.ts';
import { cluster } from '../shared/values/cluster-example.ts';
import { isSequence } from '../shared/values/data.ts';

const scaler = (metric: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    kind: Deployment
    name: web
  maxReplicas: 5
${metric}`;
const METRIC =
  '  metrics:\n    - type: Resource\n      resource:\n        name: cpu\n        target:\n          type: Utilization\n          averageUtilization: 70\n';
const OLD = '  targetCPUUtilizationPercentage: 70\n';
const requests = (lines: string) => `          resources:\n            requests:\n${lines}`;
const scaled = (container: string, metric = METRIC, mark = '') => cluster({ container, mark, files: { 'k8s/hpa.yaml': scaler(metric) } });

export default defineRule({
  id: 'kubernetes/autoscaler-without-requests',
  title: 'Autoscaler on utilisation without requests',
  severity: 'error',
  topic: 10,
  since: '0.1.0',
  why: 'Utilisation is a share of what the containers request. When one of them requests nothing it is not defined, and the autoscaler never adds a pod.',
  fix: 'Add `resources.requests` for that resource to every container of the pod.',
  autofix: 'none',
  links: ['https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details'],
  cross: true,
  replaces: ['kubernetes/resource-requests-missing'],
  examples: {
    bad: [scaled('', METRIC, ' # !'), scaled(requests('              memory: 256Mi\n'), METRIC, ' # !'), scaled('', OLD, ' # !')],
    good: [
      scaled(requests('              cpu: 250m\n')),
      scaled('          resources:\n            limits:\n              cpu: 500m\n'),
      scaled('', METRIC.replace('type: Utilization', 'type: AverageValue').replace('averageUtilization: 70', 'averageValue: 500m')),
      cluster({ files: { 'k8s/hpa.yaml': scaler(METRIC).replace('name: web\n  max', 'name: other\n  max') } }),
      cluster({
        files: {
          'k8s/hpa.yaml': scaler(METRIC),
          'k8s/range.yaml':
            'apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: defaults\nspec:\n  limits:\n    - type: Container\n      defaultRequest:\n        cpu: 100m\n',
        },
      }),
    ],
    undecided: [scaled('          resources: ${RESOURCES}\n')],
  },

  needs: ['kubernetes'],
  check({ kubernetes }, ctx) {
    const objects = kubernetes.objects.items;
    if (objects.some((one) => one.kind === 'LimitRange')) return;
    for (const scaler of objects.filter((one) => one.kind === 'HorizontalPodAutoscaler')) {
      const kind = text(scaler.get('spec', 'scaleTargetRef', 'kind'));
      const name = text(scaler.get('spec', 'scaleTargetRef', 'name'));
      const target = objects.find((one) => one.kind === kind && one.name === name);
      if (target === undefined) continue;
      for (const resource of utilised(scaler)) {
        // Containers that run before the others request nothing of their own.
        for (const { path, at } of containersOf(target).filter((one) => one.path.includes('containers'))) {
          const answers = ['requests', 'limits'].map((part) => stands(target, ...path, 'resources', part, resource));
          if (answers.includes('yes')) continue;
          if (answers.includes('maybe')) ctx.undecided('What the container requests is filled in by a template.', at);
          else
            ctx.report({
              at,
              message: `The autoscaler \`${scaler.name}\` goes by the share of ${resource} in use, and this container requests none: it never acts.`,
              subject: target.name,
              related: [{ at: scaler.at, message: 'the autoscaler' }],
            });
        }
      }
    }
  },
});

function text(value: Value<Data | undefined>): string | null {
  return value.kind === 'known' && typeof value.value === 'string' ? value.value : null;
}

/** Resources whose share of the request the autoscaler goes by. */
function utilised(scaler: KubernetesObject): readonly string[] {
  const old = stands(scaler, 'spec', 'targetCPUUtilizationPercentage') === 'yes' ? ['cpu'] : [];
  const metrics = scaler.get('spec', 'metrics');
  const count = metrics.kind === 'known' && isSequence(metrics.value) ? metrics.value.items.length : 0;
  const named = Array.from({ length: count }, (_, index) => ['spec', 'metrics', index, 'resource'] as const).flatMap((path) => {
    const resource = text(scaler.get(...path, 'name'));
    const isShare =
      stands(scaler, ...path, 'target', 'averageUtilization') === 'yes' || stands(scaler, ...path, 'targetAverageUtilization') === 'yes';
    return resource !== null && isShare ? [resource] : [];
  });
  return [...new Set([...old, ...named])];
}
