import { defineRule } from '../../src/rule.ts';
import { containerOf, stands } from '../shared/processes/pods.ts';
import { and, or } from '../shared/values/answer.ts';
import { cluster } from '../shared/values/cluster-example.ts';

const requests = (lines: string, part = 'requests') => `          resources:\n            ${part}:\n${lines}`;
const BOTH = '              cpu: 250m\n              memory: 256Mi\n';

export default defineRule({
  id: 'kubernetes/resource-requests-missing',
  title: 'No resource requests',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'The scheduler sets nothing aside for a container that requests nothing: nodes are filled beyond what they have, and such a pod is the first to be starved and evicted.',
  fix: 'Set `resources.requests` for cpu and memory, and a memory limit.',
  autofix: 'none',
  links: ['https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/'],
  examples: {
    bad: [cluster({ mark: ' # !' }), cluster({ mark: ' # !', container: requests('              cpu: 250m\n') })],
    good: [
      cluster({ container: requests(BOTH) }),
      cluster({ container: requests(BOTH, 'limits') }),
      cluster({
        files: {
          'k8s/range.yaml': 'apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: defaults\nspec:\n  limits: []\n',
        },
      }),
    ],
    undecided: [cluster({ container: '          resources: ${RESOURCES}\n' })],
  },

  needs: ['processes', 'kubernetes'],
  check({ processes, kubernetes }, ctx) {
    if (kubernetes.objects.items.some((one) => one.kind === 'LimitRange')) return;
    for (const process of processes) {
      const container = process.settings === null || process.role === 'task' ? null : containerOf(process, kubernetes);
      if (container === null) continue;
      const { object, path } = container;
      const given = (resource: string) =>
        or(stands(object, ...path, 'resources', 'requests', resource), stands(object, ...path, 'resources', 'limits', resource));
      const missing = ['cpu', 'memory'].filter((resource) => given(resource) === 'no');
      if (missing.length > 0)
        ctx.report({
          at: process.at,
          message: `\`${process.name}\` requests no ${missing.join(' and no ')}: the scheduler sets nothing aside for it.`,
          subject: object.name,
        });
      else if (and(given('cpu'), given('memory')) === 'maybe')
        ctx.undecided('What the container requests is filled in by a template.', process.at);
    }
  },
});
