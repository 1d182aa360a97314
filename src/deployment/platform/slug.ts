import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { givenBy, layerOf, unknownEnvironment, withLayers } from '../environment.ts';
import { type Gathering, releasePinned } from '../gathering.ts';
import { NO_FILES } from '../image/file-layers.ts';
import type { Command, PathMap, Process, Role } from '../model.ts';
import { CHECKOUT_PATHS, containerPaths, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { taskQueueOf } from '../server/task-queue.ts';
import { runText } from '../shell/run.ts';
import { placeWithin } from '../shell/text-place.ts';
import type { WrittenCommand } from './manifest.ts';

/** Like a checkout, but in a container whose files are lost when it is restarted. */
export const SLUG_PATHS: PathMap = {
  runtimePath: CHECKOUT_PATHS.runtimePath,
  locate(path) {
    const found = CHECKOUT_PATHS.locate(path);
    return found.in === 'machine' ? { in: 'container', path: found.path, repository: found.repository } : found;
  },
};

/** A process that a platform starts from the sources of a folder. */
export interface SlugStart {
  readonly name: string;
  readonly at: Span;
  readonly command: WrittenCommand;
  /** What runs before it, in a build or a release. */
  readonly before: readonly WrittenCommand[];
  readonly folder: string;
  readonly role: Role | null;
  readonly variables: readonly (readonly [string, Value<string>, Span])[];
  readonly mounts: Process['mounts'];
  /** What the variables come from, in words. */
  readonly from: string;
}

/** Turns what a platform starts into a process; it gives variables that the repository does not show, PORT among them. */
export function slugProcess(start: SlugStart, gathering: Gathering): Process {
  const { tree, syntaxes, evaluate, projects } = gathering;
  const { at, command } = start;
  const port = givenBy('PORT', unknown('opaque-env', textOrigin(at), ['PORT'], 'str'), at, 'the platform');
  const own = start.variables.map(([name, value, place]) => [name, givenBy(name, value, place, start.from)] as const);
  const environment = withLayers(unknownEnvironment('the platform gives variables', at), [layerOf([['PORT', port], ...own], null)]);
  const workdir = known(start.folder === '' ? ROOT : `${ROOT}/${start.folder}`, textOrigin(at));
  const paths = start.mounts.items.length === 0 ? SLUG_PATHS : mountedPaths(start.mounts, tree);
  const context = { tree, syntaxes, environment, workdir, locate: (one: string) => repositoryFile(paths, one) };
  const run = (written: WrittenCommand) => runText(written.text, placeWithin(tree, written.at, written.text), context);
  const before: readonly Command[] = start.before.flatMap((one) => run(one).commands);
  const started = run(command);
  const { main } = started;
  const plain: Process = {
    ...plainProcess(start.name, at),
    host: 'container',
    commandAt: command.at,
    environment,
    workdir,
    mounts: start.mounts,
    paths,
  };
  if (main === null) return { ...plain, steps: [...before, ...started.commands] };
  const server = serverOf(main, { tree, evaluate, locate: context.locate, release: releasePinned(projects) });
  const taskQueue = taskQueueOf(main);
  return {
    ...plain,
    role: start.role ?? roleOf({ name: start.name, server, taskQueue, imageBase: null, built: true, argv: main.argv }),
    command: known(main.argv, textOrigin(main.at)),
    steps: [...before, ...started.commands.filter((one) => one !== main)],
    environment: main.environment,
    user: known('app', textOrigin(at)),
    server,
    taskQueue,
  };
}

/** Disks lie over the files of the SLUG_PATHS. */
function mountedPaths(mounts: Process['mounts'], tree: SourceTree): PathMap {
  const over = containerPaths({ tree, layers: NO_FILES, mounts, workdir: null });
  return {
    runtimePath: SLUG_PATHS.runtimePath,
    locate(path) {
      const found = path.startsWith('/') ? over.locate(path) : SLUG_PATHS.locate(path);
      return found.in === 'volume' ? found : SLUG_PATHS.locate(path);
    },
  };
}
