import { textOrigin } from '../../core/origin.ts';
import { known, mapValue, unknown, type Value } from '../../core/value.ts';
import type { ArgvSetting } from '../compose/words.ts';
import { type EnvironmentLayer, givenBy, layerOf, withLayers } from '../environment.ts';
import { finished, type Gathering, releasePinned } from '../gathering.ts';
import { baseFacts, pulledImage } from '../image/base.ts';
import { startContainer } from '../image/container.ts';
import { NO_FILES } from '../image/file-layers.ts';
import { healthProbe } from '../image/health.ts';
import type { ImageSign, OwnImages } from '../kubernetes/images.ts';
import type { Dependency, Image, Probe, Process } from '../model.ts';
import { containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { inLanguage, itemsIn, numberOf, type TaskContainer, textOf } from './containers.ts';

/** What the tasks of one deployment share. */
export interface TaskContext {
  readonly gathering: Gathering;
  readonly images: OwnImages;
  readonly signs: readonly ImageSign[];
  /** How many of a task run at once. */
  replicasOf(container: TaskContainer): Value<number>;
  /** What load balancers ask of a container. */
  checksOf(container: TaskContainer): readonly Probe[];
}

/** A container as far as it tells whose image it runs. */
export function signOf(container: TaskContainer): ImageSign {
  const image = textOf(container.get('image'));
  const at = container.placeOf('image');
  const words = [...wordsAt(container, 'entryPoint'), ...wordsAt(container, 'command')];
  const startsPython = words.some(
    (word) => word.kind === 'known' && /\b(gunicorn|uvicorn|daphne|hypercorn|celery|python3?|manage\.py|uwsgi)\b/.test(word.value),
  );
  // What makes the name stands for it: two containers with the same text run one image.
  const reference = image === null ? null : image.kind === 'known' ? image.value : `{{${at.file}:${at.start}}}`;
  return { reference, container: container.name, startsPython };
}

/** A container of a task as a process. */
export function taskProcess(container: TaskContainer, context: TaskContext): Process {
  const { gathering, images, signs } = context;
  const { tree, syntaxes, evaluate, projects } = gathering;
  const built = images.builtFor(signOf(container), signs);
  const reference = textOf(container.get('image'));
  const image: Image =
    built?.image ?? (reference === null ? { reference: null, base: null, tag: null, build: null } : pulledImage(reference));
  const at = textOrigin(container.at);
  const folder = textOf(container.get('workingDirectory'));
  const workdir = folder ?? built?.build.workdir ?? unknown('third-party', at, [], 'str');
  const plain = built === null && baseFacts(image.reference).plain;
  const base = built?.build.environment ?? {
    variables: new Map(),
    closed: plain ? (true as const) : { because: 'the image may set variables' },
  };
  const environment = withLayers(base, layersOf(container));
  const mounts: Process['mounts'] = isGiven(container, 'mountPoints')
    ? { items: [], complete: { because: 'volumes of the task are mounted' } }
    : { items: [], complete: true };
  const paths = containerPaths({
    tree,
    layers: built?.layers ?? NO_FILES,
    mounts,
    workdir: workdir.kind === 'known' ? workdir.value : null,
  });
  const started = startContainer({
    tree,
    syntaxes,
    image,
    paths,
    environment,
    workdir,
    command: settingOf(container, 'command'),
    entrypoint: settingOf(container, 'entryPoint'),
    at: container.at,
  });
  const { main } = started;
  const server =
    main === null
      ? null
      : serverOf(main, { tree, evaluate, locate: (path) => repositoryFile(paths, path), release: releasePinned(projects) });
  const taskQueue = main === null ? null : taskQueueOf(main);
  const process: Process = {
    ...plainProcess(container.name, container.at),
    role: roleOf({ name: container.name, server, taskQueue, imageBase: image.base, built: built !== null, argv: main?.argv ?? null }),
    host: 'container',
    image,
    command: started.command,
    commandAt: started.commandAt,
    steps: started.steps,
    environment: main?.environment ?? environment,
    workdir: main?.workdir ?? workdir,
    user: main?.user ?? textOf(container.get('user')) ?? built?.build.user ?? unknown('third-party', at, [], 'str'),
    server,
    taskQueue,
    mounts,
    dependsOn: dependenciesOf(container),
    ...limitsOf(container),
    ...watchOf(container, context),
    replicas: context.replicasOf(container),
    paths,
  };
  return finished(process, gathering);
}

function isGiven(container: TaskContainer, name: string): boolean {
  const value = container.get(name);
  return value.kind !== 'known' || (value.value !== undefined && itemsIn(value.value).length > 0);
}

function wordsAt(container: TaskContainer, name: 'command' | 'entryPoint'): readonly Value<string>[] {
  const setting = settingOf(container, name);
  return setting.set === 'yes' ? setting.words : [];
}

function settingOf(container: TaskContainer, name: 'command' | 'entryPoint'): ArgvSetting {
  const value = container.get(name);
  const at = container.placeOf(name);
  if (value.kind === 'known' && value.value === undefined) return { set: 'no' };
  const open = unknown('dynamic-call', textOrigin(at), [], 'str');
  if (value.kind !== 'known') return { set: 'yes', words: [open], at };
  const { value: data } = value;
  if (typeof data !== 'object' || data === null || !('items' in data)) return { set: 'yes', words: [open], at };
  return { set: 'yes', words: [...data.items.map((one) => textOf(one) ?? open), ...(data.complete ? [] : [open])], at };
}

/** `environmentFiles`, then `environment`, then `secrets`: whose values nobody sees. */
function layersOf(container: TaskContainer): readonly EnvironmentLayer[] {
  const layers: EnvironmentLayer[] = [];
  const from = `${container.task.file}, environment of ${container.name}`;
  if (isGiven(container, 'environmentFiles'))
    layers.push(layerOf([], { because: 'a file in S3 gives variables', at: container.placeOf('environmentFiles') }));
  for (const kind of ['environment', 'secrets'] as const) {
    const value = container.get(kind);
    const at = container.placeOf(kind);
    const items = value.kind === 'known' ? itemsIn(value.value) : [];
    const hidden = value.kind !== 'known' || (value.value !== undefined && items.length === 0 && !isEmpty(value.value));
    const variables = items.flatMap((_, index): readonly (readonly [string, Value<string>])[] => {
      const name = container.get(kind, index, 'name');
      if (name.kind !== 'known' || typeof name.value !== 'string') return [];
      const place = container.placeOf(kind, index, kind === 'secrets' ? 'valueFrom' : 'value');
      const open = unknown('opaque-env', textOrigin(place), [name.value], 'str');
      const text = kind === 'secrets' ? open : (textOf(container.get(kind, index, 'value')) ?? known('', textOrigin(place)));
      return [[name.value, givenBy(name.value, text, place, from)]];
    });
    const unnamed = variables.length < items.length || hidden;
    layers.push(layerOf(variables, unnamed ? { because: 'not all variables of the task are in view', at } : null));
  }
  return layers;
}

function isEmpty(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'items' in data && Array.isArray(data.items) && data.items.length === 0;
}

/** 1024 units are one processor; memory counts in MiB. What a container does not say its task may. */
function limitsOf(container: TaskContainer): Pick<Process, 'cpus' | 'memory' | 'requests' | 'exposed'> {
  const { task } = container;
  const own = numberOf(container.get('cpu'));
  const units = own?.kind === 'known' && own.value === 0 ? null : own;
  const cpus = units ?? numberOf(task.get(String(inLanguage('cpu', task))));
  const memory = numberOf(container.get('memory')) ?? numberOf(task.get(String(inLanguage('memory', task))));
  const reserved = numberOf(container.get('memoryReservation'));
  const ports = container.get('portMappings');
  const mapped = ports.kind === 'known' ? itemsIn(ports.value) : [];
  return {
    cpus: cpus === null ? null : mapValue(cpus, (one) => one / 1024),
    memory: memory === null ? null : mapValue(memory, (one) => `${one}m`),
    requests: reserved === null ? null : { cpu: null, memory: mapValue(reserved, (one) => `${one}m`) },
    exposed: mapped.flatMap((_, index) => {
      const port = numberOf(container.get('portMappings', index, 'containerPort'));
      return port === null ? [] : [{ port, name: null, at: container.placeOf('portMappings', index, 'containerPort') }];
    }),
  };
}

/** A check in the Dockerfile is none of ECS. */
function watchOf(
  container: TaskContainer,
  context: TaskContext,
): Pick<Process, 'healthcheck' | 'probes' | 'stopGrace' | 'logging' | 'restart'> {
  const check = container.get('healthCheck', 'command');
  const words =
    check.kind === 'known'
      ? itemsIn(check.value).map((one) => textOf(one) ?? unknown('dynamic-call', textOrigin(container.at), [], 'str'))
      : [];
  const at = container.placeOf('healthCheck');
  const checked = check.kind !== 'known' || check.value !== undefined;
  const probe = checked ? healthProbe(words, at) : null;
  const driver = textOf(container.get('logConfiguration', 'logDriver'));
  return {
    healthcheck: checked ? { at, disabled: false } : null,
    probes: [...(probe === null ? [] : [probe]), ...context.checksOf(container)],
    stopGrace: numberOf(container.get('stopTimeout')),
    logging: driver === null ? null : { at: container.placeOf('logConfiguration'), driver, options: new Map() },
    restart: known('always', { step: 'default', of: 'ECS services' }),
  };
}

const CONDITIONS: ReadonlyMap<string, Dependency['condition']> = new Map([
  ['START', 'service_started'],
  ['HEALTHY', 'service_healthy'],
  ['COMPLETE', 'service_completed_successfully'],
  ['SUCCESS', 'service_completed_successfully'],
]);

function dependenciesOf(container: TaskContainer): readonly Dependency[] {
  const list = container.get('dependsOn');
  const items = list.kind === 'known' ? itemsIn(list.value) : [];
  return items.flatMap((_, index): readonly Dependency[] => {
    const on = textOf(container.get('dependsOn', index, 'containerName'));
    const condition = textOf(container.get('dependsOn', index, 'condition'));
    if (on?.kind !== 'known' || condition?.kind !== 'known') return [];
    const at = container.placeOf('dependsOn', index);
    return [{ on: on.value, condition: CONDITIONS.get(condition.value) ?? 'service_started', at }];
  });
}
