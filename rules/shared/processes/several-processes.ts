import type { Answer, Process, SettingsFacts, Value } from '../../../src/rule.ts';
import { and, answer, or } from '../values/answer.ts';

/** Whether a server answers from more than one process of the system: workers of one container, or replicas of it. */
export function runsSeveral({ server, replicas }: Process): Answer {
  return server === null ? 'no' : or(moreThanOne(server.workers), moreThanOne(replicas));
}

/** Whether visitors are answered by more than one process that loads these settings. */
export function answersFromSeveral({ processes }: SettingsFacts): Answer {
  const serving = processes.filter(({ server }) => server !== null);
  if (serving.length === 0) return 'maybe';
  return or(answer(serving.length > 1), ...serving.map(runsSeveral));
}

function moreThanOne(value: Value<number>): Answer {
  return value.kind === 'known' ? answer(value.value > 1) : 'maybe';
}

/** Whether visitors are answered from more than one container: each has a disk of its own. */
export function answersFromSeveralContainers({ processes }: SettingsFacts): Answer {
  const serving = processes.filter(({ server, host }) => server !== null && host === 'container');
  return or(
    answer(serving.length > 1),
    ...serving.map(({ replicas }) => moreThanOne(replicas)),
    and(answer(serving.length === 0), 'maybe'),
  );
}
