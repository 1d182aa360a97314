import { unknown, type Value } from '../../core/value.ts';
import { textOf } from '../command/command.ts';
import { managementOf, optionOf } from '../command/python.ts';
import type { Command, TaskQueue } from '../model.ts';

const CELERY_ROLES = new Set(['worker', 'beat', 'multi']);

/** The task queue process that a command starts; null when it starts none. */
export function taskQueueOf(command: Command): TaskQueue | null {
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

function celery(command: Command): TaskQueue {
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

function byManagement(command: Command): TaskQueue | null {
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
