import { defineRule } from '../../src/rule.ts';
import { cluster, probe } from '../shared/values/cluster-example.ts';

const CELERY = '          args: [celery, -A, mysite, worker]\n';

export default defineRule({
  id: 'kubernetes/probes-missing',
  title: 'Web container without readiness or liveness probe',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'Without a readiness probe the service sends requests to a pod before Django has started, so that each rollout answers with errors. Without a liveness probe a pod that hangs is never replaced.',
  fix: 'Add a `readinessProbe` (and a `livenessProbe`) that asks a health view, with a Host header that ALLOWED_HOSTS holds.',
  autofix: 'none',
  links: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/'],
  examples: {
    bad: [cluster({ mark: ' # !' }), cluster({ mark: ' # !', container: probe('/health/', { kind: 'livenessProbe' }) })],
    good: [
      cluster({ container: `${probe('/health/')}${probe('/health/', { kind: 'livenessProbe' })}` }),
      cluster({ container: '          readinessProbe:\n            exec:\n              command: [cat, /tmp/ready]\n' }),
      cluster({ container: CELERY, files: { 'mysite/celery.py': "from celery import Celery\n\napp = Celery('mysite')\n" } }),
    ],
  },

  needs: ['processes', 'kubernetes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.settings === null || process.role !== 'web' || process.server === null) continue;
      if (process.probes.some(({ kind }) => kind === 'readiness')) continue;
      const isAlive = process.probes.some(({ kind }) => kind === 'liveness');
      ctx.report({
        at: process.at,
        message: isAlive
          ? `\`${process.name}\` has no readiness probe: requests reach a pod before Django has started.`
          : `\`${process.name}\` has neither readiness nor liveness probe: requests reach a pod before Django has started, and one that hangs is never replaced.`,
        subject: process.name,
      });
    }
  },
});
