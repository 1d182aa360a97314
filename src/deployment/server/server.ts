import { mapValue, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { processCommand } from '../command/of-process.ts';
import { optionOf } from '../command/python.ts';
import type { Command, Process, Server } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { daphneServer, granianServer, hypercornServer, uvicornServer } from './asgi-servers.ts';
import type { EvaluateFile, ServerContext } from './context.ts';
import { gunicornEnvironment, gunicornServer } from './gunicorn.ts';
import { uwsgiServer } from './uwsgi.ts';
import { runserverServer, waitressServer } from './wsgi-servers.ts';

/** The application server that a command starts; null when it starts none. */
export function serverOf(command: Command, context: ServerContext): Server | null {
  const server = namedServer(command, context);
  const { reloader } = command;
  return server === null || reloader === undefined ? server : { ...server, reload: mapValue(reloader, () => true) };
}

function namedServer(command: Command, context: ServerContext): Server | null {
  switch (command.name) {
    case 'gunicorn':
      return gunicornServer(command, context);
    case 'uvicorn':
      return uvicornServer(command);
    case 'daphne':
      return daphneServer(command);
    case 'hypercorn':
      return hypercornServer(command);
    case 'granian':
      return granianServer(command);
    case 'uwsgi':
      return uwsgiServer(command, context);
    case 'waitress-serve':
      return waitressServer(command);
    default:
      return runserverServer(command);
  }
}

/** The process with the variables that its server's own options add before the application is loaded. */
export function withServerVariables(process: Process, tree: SourceTree, evaluate: EvaluateFile | null): Process {
  if (process.server === null || process.command.kind !== 'known') return process;
  if (process.server.software === 'uvicorn') return withEnvFile(process, optionOf(process.command.value, '--env-file'));
  if (process.server.software !== 'gunicorn') return process;
  const command = processCommand(process, process.command.value, 'gunicorn');
  const environment = gunicornEnvironment(command, { tree, evaluate, locate: (path) => repositoryFile(process.paths, path) });
  return environment === process.environment ? process : { ...process, environment };
}

/** Uvicorn's `--env-file` adds names that are not set yet; it is read by a library of its own, so they stay open. */
function withEnvFile(process: Process, file: Value<string> | null): Process {
  if (file === null || process.environment.closed !== true) return process;
  const because = 'uvicorn reads an env file of its own';
  return { ...process, environment: { variables: process.environment.variables, closed: { because, at: process.commandAt } } };
}
