import type { Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import type { Command, Server } from '../model.ts';
import { daphneServer, granianServer, hypercornServer, uvicornServer } from './asgi-servers.ts';
import type { ServerContext } from './context.ts';
import { gunicornServer, gunicornSurroundings } from './gunicorn.ts';
import { uwsgiServer } from './uwsgi.ts';
import { runserverServer, waitressServer } from './wsgi-servers.ts';

export type { EvaluatedFile, EvaluateFile, ServerContext } from './context.ts';

/** The application server that a command starts; null when it starts none. */
export function serverOf(command: Command, context: ServerContext): Server | null {
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

/** The environment and folder in which a server loads the application: its own options may change both. */
export function serverSurroundings(
  command: Command,
  context: ServerContext,
): { readonly environment: Environment; readonly workdir: Value<string> } {
  if (command.name === 'gunicorn') return gunicornSurroundings(command, context);
  return { environment: command.environment, workdir: command.workdir };
}
