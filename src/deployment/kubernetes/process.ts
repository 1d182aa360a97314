import type { Answer } from '../../core/data.ts';
import { defaultOrigin, textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { ArgvSetting } from '../compose/words.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import { layerOf, withLayers } from '../environment.ts';
import { finished, type Gathering, releasePinned } from '../gathering.ts';
import { baseFacts, pulledImage } from '../image/base.ts';
import { startContainer } from '../image/container.ts';
import { NO_FILES } from '../image/file-layers.ts';
import type { BuiltImage } from '../image/image.ts';
import type { Command, Image, Process, PublishedPort } from '../model.ts';
import { containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { supervised } from '../supervisor/container.ts';
import { containerEnvironment, type EnvironmentSources, expanded } from './environment.ts';
import { type ImageSign, type OwnImages, repositoryOf } from './images.ts';
import { booleanOf, itemsOfNode, type ManifestMap, nameOfNode, nodeAt, numberValue, opennessOf, textOfNode, textValue } from './node.ts';
import { textsOf } from './object.ts';
import type { Container, Pods } from './pods.ts';
import { coresOf, exposedBy, probesOf, requestsOf } from './probes.ts';
import { mountsOf } from './volumes.ts';

/** What the processes of one deployment share. */
export interface ProcessContext {
  readonly gathering: Gathering;
  readonly images: OwnImages;
  /** Every container that is applied with these. */
  readonly signs: readonly ImageSign[];
  readonly sources: Pick<EnvironmentSources, 'objects'>;
  /** Ports under which a container is reached from outside of the cluster. */
  published(container: ManifestMap): readonly PublishedPort[];
  /** Whether a service leads to the pods. */
  isServed(pods: Pods): boolean;
}

interface Startable {
  readonly image: Image;
  readonly built: BuiltImage | null;
}

/** A container of a pod as a process; `before` runs in the pod before it. */
export function containerProcess(
  container: Container,
  name: string,
  pods: Pods,
  before: readonly Command[],
  context: ProcessContext,
): readonly Process[] {
  const { gathering } = context;
  const { tree, evaluate, projects } = gathering;
  const started = start(container, pods, context);
  const { startable, environment, workdir, mounts, paths, running } = started;
  const { main } = running;
  const server =
    main === null
      ? null
      : serverOf(main, { tree, evaluate, locate: (path) => repositoryFile(paths, path), release: releasePinned(projects) });
  const taskQueue = main === null ? null : taskQueueOf(main);
  const { image } = startable;
  const at = nodeAt(container.node, 'name')?.at ?? container.node.at;
  const role = roleOf({ name, server, taskQueue, imageBase: image.base, built: image.build !== null, argv: main?.argv ?? null });
  const isHiddenServer = (main === null || main.name === null) && role === 'other' && image.build !== null && context.isServed(pods);
  const process: Process = {
    ...plainProcess(name, at),
    role: pods.isTask && server === null && taskQueue === null ? 'task' : isHiddenServer ? 'web' : role,
    host: 'container',
    image,
    command: running.command,
    commandAt: running.commandAt,
    steps: [...before, ...running.steps],
    environment: main?.environment ?? environment,
    workdir: main?.workdir ?? workdir,
    user: main?.user ?? userOf(container, pods, startable),
    server,
    taskQueue,
    mounts,
    ports: context.published(container.node),
    cpus: coresOf(nodeAt(container.node, 'resources', 'limits', 'cpu')),
    memory: textValue(nodeAt(container.node, 'resources', 'limits', 'memory')),
    replicas: pods.replicas,
    restart: pods.isTask ? (textValue(nodeAt(pods.spec, 'restartPolicy')) ?? null) : usual(DEFAULTS.kubernetes, 'restartPolicy'),
    hostNetwork: answered(booleanOf(nodeAt(pods.spec, 'hostNetwork'), false)),
    probes: probesOf(container.node),
    requests: requestsOf(container.node),
    privileges: privilegesOf(container.node),
    stopSignal: image.build?.stopSignal ?? null,
    stopGrace: numberValue(nodeAt(pods.spec, 'terminationGracePeriodSeconds')),
    exposed: [...exposedBy(container.node), ...(image.build?.exposed ?? [])],
    labels: textsOf(pods.labels),
    paths,
  };
  return supervised(finished(process, gathering), gathering);
}

/** What lifts the walls between the container and its node. */
function privilegesOf(container: ManifestMap): Process['privileges'] {
  const security = nodeAt(container, 'securityContext');
  const whole = nodeAt(security, 'privileged');
  const added = itemsOfNode(nodeAt(security, 'capabilities', 'add')).flatMap((one) => {
    const name = textOfNode(one);
    return name === null ? [] : [{ name: name.replace(/^CAP_/, ''), at: one.at }];
  });
  return [...(booleanOf(whole, false) === true && whole !== null ? [{ name: 'privileged', at: whole.at }] : []), ...added];
}

function answered(on: boolean | null): Answer {
  return on === null ? 'maybe' : on ? 'yes' : 'no';
}

/** The commands of the containers that a pod runs to their end before the others start. */
export function initCommands(container: Container, pods: Pods, context: ProcessContext): readonly Command[] {
  const { running } = start(container, pods, context);
  return [...running.steps, ...(running.main === null ? [] : [running.main])];
}

function start(container: Container, pods: Pods, context: ProcessContext) {
  const { tree, syntaxes } = context.gathering;
  const command = words(container.node, 'command');
  const args = words(container.node, 'args');
  const startable = imageOf(container, context);
  const { image, built } = startable;
  const sources: EnvironmentSources = { ...context.sources, owner: pods.owner, pod: pods.spec };
  const environment = containerEnvironment(built?.build.environment ?? imageEnvironment(image), container.node, sources);
  const at = container.node.at;
  const workdir =
    textValue(nodeAt(container.node, 'workingDir')) ??
    built?.build.workdir ??
    unknown('third-party', textOrigin(at, 'as its image says'), [], 'str');
  const mounts = mountsOf(container.node, { objects: context.sources.objects, owner: pods.owner, pod: pods.spec });
  const paths = containerPaths({
    tree,
    layers: built?.layers ?? NO_FILES,
    mounts,
    workdir: workdir.kind === 'known' ? workdir.value : null,
  });
  const put = (setting: ArgvSetting): ArgvSetting =>
    setting.set === 'no' ? setting : { ...setting, words: setting.words.map((word) => expanded(word, environment)) };
  const running = startContainer({ tree, syntaxes, image, paths, environment, workdir, command: put(args), entrypoint: put(command), at });
  return { startable, environment, workdir, mounts, paths, running };
}

/** `command` or `args`; an empty list is as good as none. */
function words(container: ManifestMap, key: 'command' | 'args'): ArgvSetting {
  const node = nodeAt(container, key);
  if (node === null) return { set: 'no' };
  const { at } = node;
  if (node.kind !== 'list' || opennessOf(node) !== null)
    return { set: 'yes', words: [unknown('opaque-env', textOrigin(at, 'a template fills it in'), [], 'str')], at };
  const items = itemsOfNode(node).map((one) => textValue(one) ?? known('', textOrigin(one.at)));
  return items.length === 0 ? { set: 'no' } : { set: 'yes', words: items, at };
}

const PYTHON =
  /(^|\/)(python[\d.]*|gunicorn|uvicorn|daphne|hypercorn|granian|celery|uwsgi|(\.\/)?manage\.py|django-admin|poetry|uv|pipenv)$|\bmanage\.py\b|\b(gunicorn|uvicorn|celery) /;

/** What tells whose image a container runs. */
export function imageSign({ name, node }: Container): ImageSign {
  const started = [words(node, 'command'), words(node, 'args')];
  const startsPython = started.some(
    (one) => one.set === 'yes' && one.words.some((word) => word.kind === 'known' && PYTHON.test(word.value)),
  );
  return { reference: nameOfNode(nodeAt(node, 'image')), container: name, startsPython };
}

function imageOf(container: Container, context: ProcessContext): Startable {
  const reference = textValue(nodeAt(container.node, 'image')) ?? unknown('missing-file', textOrigin(container.node.at), [], 'str');
  const built = context.images.builtFor(imageSign(container), context.signs);
  const pulled = pulledImage(reference);
  const base = pulled.base ?? repositoryOf(nameOfNode(nodeAt(container.node, 'image')) ?? '');
  return { image: built === null ? { ...pulled, base } : built.image, built };
}

function imageEnvironment(image: Image): Process['environment'] {
  const closed = { variables: new Map<string, Value<string>>(), closed: true as const };
  const isPlain = image.reference !== null && baseFacts(image.reference).plain;
  return isPlain ? closed : withLayers(closed, [layerOf([], { because: 'the image may set variables' })]);
}

/** The pod's own user, else the image's. */
function userOf(container: Container, pods: Pods, { image, built }: Startable): Value<string> {
  const own = nodeAt(container.node, 'securityContext', 'runAsUser') ?? nodeAt(pods.spec, 'securityContext', 'runAsUser');
  const given = textValue(own);
  if (given !== null) return given;
  if (built !== null) return built.build.user;
  if (image.reference !== null && baseFacts(image.reference).root) return known('root', defaultOrigin('Docker'));
  return unknown('third-party', textOrigin(container.node.at, 'as its image says'), [], 'str');
}
