import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { CommandContext, RunCommand, Started } from '../command/command.ts';
import type { ArgvSetting } from '../compose/words.ts';
import type { Image, PathMap } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { runArgv } from '../shell/run.ts';
import type { Syntaxes } from '../syntaxes.ts';

/** How a container is started. */
export interface ContainerStart {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
  readonly image: Image;
  readonly paths: PathMap;
  readonly environment: Environment;
  readonly workdir: Value<string>;
  readonly command: ArgvSetting;
  readonly entrypoint: ArgvSetting;
  /** Where the container is declared. */
  readonly at: Span;
}

export interface ContainerProcess {
  readonly command: Value<readonly Value<string>[]>;
  readonly commandAt: Span;
  readonly main: RunCommand | null;
  readonly steps: readonly RunCommand[];
}

/** Resolves ENTRYPOINT and CMD to what runs in the end. */
export function startContainer(start: ContainerStart): ContainerProcess {
  const { words, at } = argvOf(start);
  if (words === null) {
    return {
      command: unknown('third-party', { step: 'text', at: start.at, note: 'the image starts its own command' }),
      commandAt: at,
      main: null,
      steps: [],
    };
  }
  const context: CommandContext = {
    tree: start.tree,
    syntaxes: start.syntaxes,
    environment: start.environment,
    workdir: start.workdir,
    locate: (path) => repositoryFile(start.paths, path),
  };
  return resolved(runArgv(words, at, context), at);
}

/** The command of a process and the steps before it, out of what a command line started. */
function resolved({ commands, main, because }: Started, at: Span): ContainerProcess {
  const command: ContainerProcess['command'] =
    main === null
      ? unknown('unsupported-syntax', { step: 'text', at, note: because ?? 'what runs in the end is not known' })
      : known(main.argv, { step: 'text', at: main.at });
  return { command, commandAt: main?.at ?? at, main, steps: commands.filter((one) => one !== main) };
}

/**
 * Compose replaces ENTRYPOINT and CMD each; a new entrypoint drops the image's CMD, an empty command keeps it. Entrypoints of
 * base images run what CMD says: those of the official images end in `exec "$@"`.
 */
function argvOf({ image, command, entrypoint, at }: ContainerStart): {
  readonly words: readonly Value<string>[] | null;
  readonly at: Span;
} {
  const ofImage = image.build;
  const first = entrypoint.set === 'yes' ? entrypoint.words : (ofImage?.entrypoint?.argv ?? []);
  const given = command.set === 'yes' && command.words.length > 0 ? command : null;
  const second = given?.words ?? (entrypoint.set === 'yes' ? [] : (ofImage?.command?.argv ?? []));
  const words = [...first, ...second];
  const place = given?.at ?? (entrypoint.set === 'yes' ? entrypoint.at : (ofImage?.command?.at ?? ofImage?.entrypoint?.at ?? at));
  return { words: words.length === 0 ? null : words, at: place };
}
