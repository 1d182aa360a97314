import { byDefault, mapValue, unknown, type Value } from '../../core/value.ts';
import { textOf } from '../command/command.ts';
import { managementOf, optionOf } from '../command/python.ts';
import type { Command, TaskQueue } from '../model.ts';

const CELERY_ROLES = new Set(['worker', 'beat', 'multi']);

/** The task queue process that a command starts; null when it starts none. */
export function taskQueueOf(command: Command): TaskQueue | null {
  const queue = queueOf(command);
  if (queue === null) return null;
  const { reloader } = command;
  const reload = reloader === undefined ? byDefault(false, queue.software) : mapValue(reloader, () => true);
  return { ...queue, reload, daemon: queue.software === 'celery' ? daemonOf(command) : byDefault(false, queue.software) };
}

/** `multi` starts workers in the background; `--detach` sends the command itself there. */
function daemonOf({ argv }: Command): Value<boolean> {
  const word = argv.find((one) => one.kind === 'known' && (one.value === '--detach' || one.value === '-D' || one.value === 'multi'));
  return word === undefined ? byDefault(false, 'celery') : mapValue(word, () => true);
}

type Queue = Pick<TaskQueue, 'software' | 'app' | 'broker'>;

function queueOf(command: Command): Queue | null {
  const words = command.argv;
  switch (command.name) {
    case 'celery':
      return words.some((word) => CELERY_ROLES.has(textOf(word) ?? '')) ? celery(command) : null;
    case 'dramatiq':
      return { software: 'dramatiq', app: operandOf(command), broker: null };
    case 'huey_consumer':
    case 'huey_consumer.py':
      return { software: 'huey', app: operandOf(command), broker: null };
    case 'rq':
      return textOf(words[1]) === 'worker' ? { software: 'rq', app: inSettings(command), broker: optionOf(words, '-u', '--url') } : null;
    default:
      return byManagement(command);
  }
}

function celery(command: Command): Queue {
  const app = optionOf(command.argv, '-A', '--app');
  return { software: 'celery', app: app ?? inSettings(command), broker: optionOf(command.argv, '-b', '--broker') };
}

const MANAGEMENT: ReadonlyMap<string, TaskQueue['software']> = new Map([
  ['qcluster', 'django-q'],
  ['run_huey', 'huey'],
  ['rqworker', 'rq'],
  ['rqscheduler', 'rq'],
  ['rundramatiq', 'dramatiq'],
]);

function byManagement(command: Command): Queue | null {
  const management = managementOf(command.argv, command.at);
  if (management === null) return null;
  if (management.name === 'celery') return management.args.some((word) => CELERY_ROLES.has(textOf(word) ?? '')) ? celery(command) : null;
  const software = MANAGEMENT.get(management.name);
  return software === undefined ? null : { software, app: inSettings(command), broker: null };
}

function operandOf(command: Command): Value<string> {
  return command.argv.slice(1).find((word) => !(textOf(word) ?? '').startsWith('-')) ?? inSettings(command);
}

/** It takes its application from the settings. */
function inSettings(command: Command): Value<string> {
  return unknown('dynamic-call', { step: 'text', at: command.at, note: 'the settings name it' }, [], 'str');
}
