import { textOrigin } from '../../core/origin.ts';
import { known, unknown } from '../../core/value.ts';
import { givenBy, layerOf, withLayers } from '../environment.ts';
import { type Gathering, releasePinned } from '../gathering.ts';
import { startContainer } from '../image/container.ts';
import { readBuild } from '../image/image.ts';
import type { Process } from '../model.ts';
import { containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import type { PlatformManifest, PlatformService } from './manifest.ts';

/** The process of an image that a platform builds; null when its Dockerfile is not there. */
export function imageProcess(service: PlatformService, { file, facts }: PlatformManifest, gathering: Gathering): Process | null {
  if (service.from.kind !== 'image') return null;
  const { tree, syntaxes, evaluate, projects } = gathering;
  const { dockerfile, context } = service.from;
  const built = readBuild(tree, { dockerfile, context, target: null, args: new Map() }, syntaxes);
  if (built === null) return null;
  const { image, build, layers } = built;
  const from = `${file}, variables of ${service.name}`;
  // Fly alone gives no PORT; the others override that of the image.
  const port = givenBy('PORT', unknown('opaque-env', textOrigin(service.at), ['PORT'], 'str'), service.at, 'the platform');
  const injected = facts.name === 'fly' ? [] : [['PORT', port] as const];
  const own = service.variables.map(([name, value, place]) => [name, givenBy(name, value, place, from)] as const);
  const open = layerOf([], { because: 'the platform gives variables', at: service.at });
  const environment = withLayers({ ...build.environment, closed: withLayers({ variables: new Map(), closed: true }, [open]).closed }, [
    layerOf([...injected, ...own]),
  ]);
  const { workdir } = build;
  const mounts = { items: service.mounts, complete: true } as const;
  const paths = containerPaths({ tree, layers, mounts, workdir: workdir.kind === 'known' ? workdir.value : null });
  const { command } = service;
  const words = command === null ? [] : ['/bin/sh', '-c', command.text].map((text) => known(text, textOrigin(command.at)));
  const started = startContainer({
    tree,
    syntaxes,
    image,
    paths,
    environment,
    workdir,
    command: command === null ? { set: 'no' } : { set: 'yes', words, at: command.at },
    entrypoint: { set: 'no' },
    at: service.at,
  });
  const { main } = started;
  const locate = (one: string) => repositoryFile(paths, one);
  const server = main === null ? null : serverOf(main, { tree, evaluate, locate, release: releasePinned(projects) });
  const taskQueue = main === null ? null : taskQueueOf(main);
  gathering.problems.push(...built.problems);
  return {
    ...plainProcess(service.name, service.at),
    role: service.role ?? roleOf({ name: service.name, server, taskQueue, imageBase: image.base, built: true, argv: main?.argv ?? null }),
    host: 'container',
    image,
    command: started.command,
    commandAt: started.commandAt,
    steps: started.steps,
    environment: main?.environment ?? environment,
    workdir: main?.workdir ?? workdir,
    // Heroku runs every image as a user of its own, whatever USER says.
    user: facts.name === 'heroku' ? known('dyno', textOrigin(service.at)) : (main?.user ?? build.user),
    server,
    taskQueue,
    mounts,
    healthcheck: build.healthcheck,
    stopSignal: build.stopSignal,
    paths,
  };
}
