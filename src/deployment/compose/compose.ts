import { defaultOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import { layerOf, withLayers } from '../environment.ts';
import { baseFacts, pulledImage } from '../image/base.ts';
import { startContainer } from '../image/container.ts';
import { NO_FILES } from '../image/file-layers.ts';
import { type BuiltImage, readBuild } from '../image/image.ts';
import type { Build, ComposeFacts, Image, Process } from '../model.ts';
import { containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { storeOf } from '../store.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { speaksToSwarm } from './runtime.ts';
import { type ComposeBuild, type ComposeService, readService } from './service.ts';
import type { ComposeOptions, ComposeSet } from './set.ts';
import { loadCompose } from './source.ts';

export type { ComposeOptions, ComposeSet } from './set.ts';

interface Reading {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
  readonly options: ComposeOptions;
  readonly builds: Map<string, BuiltImage | null>;
  readonly problems: InputProblem[];
}

/** Reads compose files as `docker compose -f first -f second` loads them, carrying on where the tool stops. */
export function readCompose(tree: SourceTree, files: readonly string[], syntaxes: Syntaxes, options: ComposeOptions = {}): ComposeSet {
  const source = loadCompose(tree, files, syntaxes.parseYaml, options);
  const unset: ComposeFacts['unsetVariables'][number][] = [];
  const missing: ComposeFacts['missingEnvFiles'][number][] = [];
  const substitutions: ComposeFacts['substitutions'][number][] = [];
  const envFiles: ComposeFacts['envFiles'][number][] = [];
  const booleans: ComposeFacts['booleans'][number][] = [];
  const met = { unset, missing, substitutions, envFiles, booleans };
  const readers = [...source.services.values()].map((service) => ({ tree, source, service, ...met }));
  const services = readers.map(readService);
  const swarm = readers.some(speaksToSwarm);
  const reading: Reading = { tree, syntaxes, options, builds: new Map(), problems: [...source.problems] };
  const processes = services.map((service) => processOf(reading, service, buildFor(service, services, options.builds)));
  return {
    processes,
    stores: processes.flatMap((process) => storeOf(process, tree) ?? []),
    facts: {
      files,
      version: source.version,
      unsetVariables: unset,
      missingEnvFiles: missing,
      substitutions,
      envFiles,
      booleans,
      volumes: source.volumes,
      swarm,
    },
    profiles: new Map(services.flatMap((one) => (one.profiles.length > 0 ? [[one.name, one.profiles] as const] : []))),
    problems: reading.problems,
  };
}

/** A service that only names an image which another service builds, or a pipeline pushes, runs that build. */
function buildFor(service: ComposeService, services: readonly ComposeService[], pulled: ComposeOptions['builds']): ComposeBuild | null {
  if (service.build !== null) return service.build;
  const name = service.image?.kind === 'known' ? service.image.value : null;
  const beside = services.find((one) => name !== null && one.build !== null && one.image?.kind === 'known' && one.image.value === name);
  const pushed = pulled?.get(service.name);
  return beside?.build ?? (pushed === undefined ? null : { ...pushed, args: new Map() });
}

function built(reading: Reading, build: ComposeBuild | null): BuiltImage | null {
  if (build === null || build.context === null || build.dockerfile === null) return null;
  const { context, dockerfile, target, args } = build;
  const key = JSON.stringify([
    dockerfile,
    context,
    target,
    [...args].map(([name, value]) => [name, value.kind === 'known' ? value.value : null]),
  ]);
  const before = reading.builds.get(key);
  if (before !== undefined) return before;
  const made = readBuild(reading.tree, { dockerfile, context, target, args }, reading.syntaxes);
  if (made !== null) reading.problems.push(...made.problems);
  reading.builds.set(key, made);
  return made;
}

const NO_IMAGE: Image = { reference: null, base: null, tag: null, build: null };

function processOf(reading: Reading, service: ComposeService, build: ComposeBuild | null): Process {
  const image = built(reading, build);
  const facts: Image = image?.image ?? (build === null && service.image !== null ? pulledImage(service.image) : NO_IMAGE);
  const ofImage = image?.build ?? null;
  const environment = withLayers(ofImage?.environment ?? imageEnvironment(facts), service.environment);
  const workdir = service.workdir ?? ofImage?.workdir ?? imageUnknown(service);
  const mounts = { items: [...service.mounts.items, ...service.configs], complete: service.mounts.complete };
  const paths = containerPaths({
    tree: reading.tree,
    layers: image?.layers ?? NO_FILES,
    mounts,
    workdir: workdir.kind === 'known' ? workdir.value : null,
  });
  const { tree, syntaxes } = reading;
  const { command, entrypoint, at } = service;
  const started = startContainer({ tree, syntaxes, image: facts, paths, environment, workdir, command, entrypoint, at });
  const { main } = started;
  const server = main === null ? null : serverOf(main, { ...serverContext(reading), locate: (path) => repositoryFile(paths, path) });
  const taskQueue = main === null ? null : taskQueueOf(main);
  const argv = main?.argv ?? null;
  return {
    ...plainProcess(service.name, at),
    role: roleOf({ name: service.name, server, taskQueue, imageBase: facts.base, built: facts.build !== null, argv }),
    host: 'container',
    image: facts,
    command: started.command,
    commandAt: started.commandAt,
    steps: started.steps,
    environment: main?.environment ?? environment,
    workdir: main?.workdir ?? workdir,
    user: main?.user ?? service.user ?? ofImage?.user ?? imageUser(facts, service),
    server,
    taskQueue,
    mounts,
    ports: service.ports,
    dependsOn: service.dependsOn,
    cpus: service.cpus,
    memory: service.memory,
    replicas: service.replicas,
    ...runtimeOf(service, ofImage),
    hostNetwork: service.hostNetwork,
    labels: service.labels,
    paths,
  };
}

/** How the container is run: the manifest's word where it says one, else that of the image. */
function runtimeOf({ runtime }: ComposeService, image: Build | null) {
  const { restart, stopGrace, privileges, logging, containerName } = runtime;
  const healthcheck = runtime.healthcheck ?? image?.healthcheck ?? null;
  const probe = runtime.probe ?? image?.probe ?? null;
  return {
    restart,
    stopGrace,
    privileges,
    logging,
    containerName,
    healthcheck,
    probes: probe === null || healthcheck === null || healthcheck.disabled ? [] : [probe],
    stopSignal: runtime.stopSignal ?? image?.stopSignal ?? null,
    exposed: [...runtime.exposed, ...(image?.exposed ?? [])],
  };
}

function serverContext({ tree, options }: Reading) {
  const { evaluate = null, release } = options;
  return release === undefined ? { tree, evaluate } : { tree, evaluate, release };
}

function imageEnvironment(image: Image): Environment {
  const closed = image.reference !== null && baseFacts(image.reference).plain;
  return closed
    ? { variables: new Map(), closed: true }
    : withLayers({ variables: new Map(), closed: true }, [layerOf([], { because: 'the image may set variables' })]);
}

function imageUnknown(service: ComposeService): Value<string> {
  return unknown('third-party', { step: 'text', at: service.at, note: 'as its image says' }, [], 'str');
}

function imageUser(image: Image, service: ComposeService): Value<string> {
  const root = image.reference !== null && baseFacts(image.reference).root;
  return root ? known('root', defaultOrigin('Docker')) : imageUnknown(service);
}
