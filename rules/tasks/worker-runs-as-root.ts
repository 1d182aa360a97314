import { defineRule, originOf, type Process, placeOf } from '../../src/rule.ts';
import { celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';

const forced = (value: string, more = '') => `${REDIS}${WORKER}${more}    environment:\n      C_FORCE_ROOT: ${value}\n`;

export default defineRule({
  id: 'tasks/worker-runs-as-root',
  title: 'Celery forced to run as root',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The variable makes Celery start as root even where it accepts pickle: whoever can put a message into the broker then runs code as root.',
  fix: 'Run the worker as a user of its own (USER in the image, `user:` in compose) and drop C_FORCE_ROOT.',
  autofix: 'unsafe',
  links: ['https://docs.celeryq.dev/en/stable/userguide/daemonizing.html#running-the-worker-with-superuser-privileges-root'],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      celeryProject(forced('"true" # !')),
      // Celery takes any text for yes.
      celeryProject(forced('"false" # !')),
    ],
    good: [celeryProject(`${REDIS}${WORKER}`), celeryProject(forced('""')), celeryProject(forced('"true"', '    user: "1000"\n'))],
    undecided: [celeryProject(`${REDIS}${WORKER}    env_file: worker.env\n    environment:\n      - C_FORCE_ROOT\n`)],
  },

  needs: ['processes'],
  check({ processes }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const value = process.environment.variables.get('C_FORCE_ROOT');
      if (process.taskQueue?.software !== 'celery' || value === undefined || isOrdinary(process)) continue;
      if (value.kind !== 'known') ctx.undecided('Whether `C_FORCE_ROOT` is set is not known.', originOf(value));
      const place = JSON.stringify(placeOf(originOf(value)) ?? process.name);
      if (value.kind === 'known' && value.value !== '' && !told.has(place)) {
        told.add(place);
        ctx.report({
          at: value.origin,
          message: `\`C_FORCE_ROOT\` lets \`${process.name}\` run as root, whatever its messages may hold.`,
          subject: process.name,
          related: [{ at: process.commandAt, message: `\`${process.name}\` is started here` }],
        });
      }
    }
  },
});

/** For any other user the variable changes nothing. */
function isOrdinary({ user }: Process): boolean {
  return user.kind === 'known' && !/^(root|0)(:|$)/.test(user.value);
}
