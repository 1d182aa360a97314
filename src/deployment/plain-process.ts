import { textOrigin } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import { byDefault, known, unknown } from '../core/value.ts';
import { EMPTY_ENVIRONMENT } from './environment.ts';
import type { Process } from './model.ts';
import { CHECKOUT_PATHS } from './path-map.ts';

/** A process of which nothing is known but its name and place; the readers fill in what they find. */
export function plainProcess(name: string, at: Span): Process {
  return {
    name,
    role: 'other',
    at,
    host: 'machine',
    image: null,
    command: unknown('missing-file', textOrigin(at), []),
    commandAt: at,
    steps: [],
    environment: EMPTY_ENVIRONMENT,
    workdir: unknown('host', textOrigin(at), [], 'str'),
    user: byDefault('root', 'nothing names a user'),
    server: null,
    taskQueue: null,
    settings: null,
    mounts: { items: [], complete: true },
    ports: [],
    dependsOn: [],
    cpus: null,
    memory: null,
    replicas: known(1, textOrigin(at)),
    restart: null,
    healthcheck: null,
    hostNetwork: 'no',
    probes: [],
    requests: null,
    stopGrace: null,
    stopSignal: null,
    exposed: [],
    privileges: [],
    logging: null,
    containerName: null,
    labels: new Map(),
    unit: null,
    program: null,
    paths: CHECKOUT_PATHS,
  };
}
