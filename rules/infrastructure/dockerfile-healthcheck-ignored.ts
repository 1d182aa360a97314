import { defineRule } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const CHECKED = DOCKERFILE.replace('CMD', 'HEALTHCHECK CMD curl -f http://localhost:8000/up # !\nCMD');
const unmarked = CHECKED.replace(' # !', '');

/** The same task without a load balancer. */
function alone(files: Record<string, string>): Record<string, string> {
  const text = files['infra/main.tf'] ?? '';
  return { ...files, 'infra/main.tf': text.replace(/ {2}load_balancer \{[^}]*\}\n/, '') };
}

export default defineRule({
  id: 'infrastructure/dockerfile-healthcheck-ignored',
  title: 'Dockerfile HEALTHCHECK is ignored by ECS',
  severity: 'note',
  topic: 10,
  since: '0.1.0',
  why: 'ECS looks at the checks of the task definition only: a container that hangs goes on running, although its image could tell.',
  fix: 'Repeat the check under `healthCheck` of the container definition.',
  autofix: 'none',
  links: ['https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html'],
  cross: true,
  examples: {
    bad: [alone(onEcs('', { dockerfile: CHECKED }))],
    good: [
      onEcs('', { dockerfile: unmarked }),
      alone(onEcs('')),
      alone(
        onEcs('', {
          dockerfile: unmarked,
          container: '    healthCheck = { command = ["CMD", "curl", "-f", "http://localhost:8000/up"] }\n',
        }),
      ),
      alone(onEcs('', { dockerfile: DOCKERFILE.replace('CMD', 'HEALTHCHECK NONE\nCMD') })),
      { ...django(), Dockerfile: unmarked, 'docker-compose.yml': compose() },
    ],
  },

  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    if (deployment.kind !== 'ecs') return;
    for (const process of processes) {
      const written = process.image?.build?.healthcheck ?? null;
      if (written === null || written.disabled || process.healthcheck !== null || process.probes.length > 0) continue;
      ctx.report({
        at: written.at,
        message: `ECS never runs this check: the task definition of \`${process.name}\` has none of its own.`,
        subject: process.name,
        related: [{ at: process.at, message: 'defined here' }],
      });
    }
  },
});
