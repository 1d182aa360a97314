import { defineRule, type Process, type Store } from '../../src/rule.ts';
import { publicPorts } from '../shared/requests/address.ts';
import { celeryProject, WORKER } from '../shared/tasks/task-example.ts';

const rabbit = (lines = '', mark = '') => `  rabbitmq:${mark}\n    image: rabbitmq:4.1-management\n${lines}`;

export default defineRule({
  id: 'tasks/rabbitmq-guest-account',
  title: 'RabbitMQ default guest account',
  severity: 'warning',
  topic: 6,
  since: '0.1.0',
  why: 'The image creates the login guest/guest and lets it in from everywhere: it is the first that anyone tries.',
  fix: 'Set RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS from secrets.',
  autofix: 'unsafe',
  links: ['https://hub.docker.com/_/rabbitmq', 'https://www.rabbitmq.com/docs/access-control#default-state'],
  cwe: ['CWE-1392'],
  examples: {
    bad: [
      celeryProject(`${rabbit('', ' # !')}${WORKER}`),
      celeryProject(`${rabbit('    ports:\n      - "15672:15672"\n', ' # !')}${WORKER}`),
    ],
    good: [
      celeryProject(
        `${rabbit('    environment:\n      RABBITMQ_DEFAULT_USER: site\n      RABBITMQ_DEFAULT_PASS: kV3pQ9xTf27LwZ\n')}${WORKER}`,
      ),
      celeryProject(`${rabbit('    environment:\n      RABBITMQ_DEFAULT_PASS: ${RABBIT_PASS:?}\n')}${WORKER}`),
    ],
    undecided: [
      celeryProject(`${rabbit('    env_file: rabbit.env\n')}${WORKER}`),
      celeryProject(`${rabbit('    volumes: ["./definitions.json:/etc/rabbitmq/definitions.json"]\n')}${WORKER}`),
    ],
  },

  needs: ['stores'],
  check({ stores }, ctx) {
    for (const store of stores) {
      if (!isOfficial(store)) continue;
      const { process, name } = store;
      const { variables, closed } = process.environment;
      if (variables.has('RABBITMQ_DEFAULT_PASS') || variables.has('RABBITMQ_DEFAULT_PASS_FILE')) continue;
      const configured =
        process.mounts.items.some(({ target }) => /^\/etc\/rabbitmq/.test(target)) || variables.has('RABBITMQ_CONFIG_FILE');
      if (configured || process.mounts.complete !== true || closed !== true || process.image?.build !== null) {
        ctx.undecided(`Which accounts \`${name}\` has is not known.`, process.at);
        continue;
      }
      const open = publishes(process);
      ctx.report({
        at: process.at,
        message: `\`${name}\` has the account guest with the password guest${open ? ', and its port is published on every interface of the host' : ''}.`,
        subject: name,
        ...(open ? { severity: 'error' } : {}),
      });
    }
  },
});

/** Other images create accounts of their own. */
function isOfficial({ kind, process: { image } }: Store): boolean {
  const reference = image?.reference ?? null;
  return kind === 'rabbitmq' && reference?.kind === 'known' && /^(docker\.io\/)?(library\/)?rabbitmq(:|@|$)/.test(reference.value);
}

function publishes(process: Process): boolean {
  return publicPorts(process).some(({ target }) => target.kind === 'known' && [5672, 15672].includes(target.value));
}
