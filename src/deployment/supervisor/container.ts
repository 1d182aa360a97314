import { baseName, folderOf } from '../../files/paths.ts';
import { nameOf, textOf } from '../command/command.ts';
import { optionOf } from '../command/python.ts';
import { finished, type Gathering, releasePinned } from '../gathering.ts';
import type { Process } from '../model.ts';
import { repositoryFile } from '../path-map.ts';
import { cleanPath } from '../repository-path.ts';
import { fits, includesOf, type SupervisorFile, sectionsOf, supervisorFiles } from './config.ts';
import { daemonUser, programsOf, type Supervision } from './program.ts';

/** What Debian's package starts with: its own file, and everything in conf.d. */
const DEBIAN = '/etc/supervisor/supervisord.conf';
const DEBIAN_INCLUDE = '/etc/supervisor/conf.d/*.conf';

/** Where supervisord looks without `-c`, from its own folder and the one it is started in. */
const SEARCHED = [
  '/usr/etc/supervisord.conf',
  '/usr/supervisord.conf',
  'supervisord.conf',
  'etc/supervisord.conf',
  '/etc/supervisord.conf',
  DEBIAN,
];

interface Found {
  readonly files: readonly SupervisorFile[];
  readonly main: SupervisorFile | null;
}

/**
 * The processes that a container really runs: when its command is supervisord with a configuration of the tree, the programs of that one, else the
 * container's own. Each is finished. `files` is what the container sees as long as nobody mounts over it.
 */
export function supervised(process: Process, gathering: Gathering, files = process.paths): readonly Process[] {
  const { tree, syntaxes, projects, evaluate } = gathering;
  const container = { ...process, paths: files };
  const found = process.host === 'container' ? configurationOf(container, gathering) : null;
  if (found === null) return [process];
  const supervision: Supervision = {
    tree,
    syntaxes,
    projects,
    sections: sectionsOf(found.files),
    daemon: { ...container, at: found.main?.document.sections[0]?.heading ?? process.at },
    here: (file) => placeOf(container, file),
    server: { evaluate, release: releasePinned(projects) },
    within: process.name,
  };
  const user = daemonUser(supervision);
  const daemon = { ...supervision.daemon, user: user ?? process.user };
  const programs = programsOf({ ...supervision, daemon });
  if (programs.length === 0) return [process];
  return programs.map((one) => finished({ ...one, paths: process.paths, steps: [...process.steps, ...one.steps] }, gathering));
}

/** The folder of a file where the container sees it. */
function placeOf(process: Process, file: string): string | null {
  const path = process.paths.runtimePath(file);
  return path === null ? null : folderOf(path) || '/';
}

function configurationOf(process: Process, { tree }: Gathering): Found | null {
  const { command } = process;
  if (command.kind !== 'known' || nameOf(command.value) !== 'supervisord') return null;
  const files = supervisorFiles(tree);
  if (files.length === 0) return null;
  const given = optionOf(command.value, '-c', '--configuration');
  const named = given === null ? null : textOf(given);
  if (given !== null && named === null) return null;
  const workdir = textOf(process.workdir);
  for (const path of named === null ? SEARCHED : [named]) {
    const absolute = path.startsWith('/') ? path : workdir === null ? null : cleanPath(`${workdir}/${path}`);
    if (absolute === null) continue;
    const file = repositoryFile(process.paths, absolute);
    const main = files.find((one) => one.path === file);
    if (main !== undefined) return { files: [main, ...included(main, absolute, process, files)], main };
    if (absolute === DEBIAN) {
      const beside = matching([DEBIAN_INCLUDE], process, files);
      return beside.length === 0 ? null : { files: beside, main: null };
    }
  }
  return null;
}

function included(main: SupervisorFile, at: string, process: Process, files: readonly SupervisorFile[]): readonly SupervisorFile[] {
  const patterns = includesOf(main).map((one) => {
    const pattern = one.replaceAll('%(here)s', folderOf(at));
    return pattern.startsWith('/') ? pattern : cleanPath(`${folderOf(at)}/${pattern}`);
  });
  return matching(patterns, process, files).filter((one) => one !== main);
}

/** Files that the container sees at places which the patterns name. */
function matching(patterns: readonly string[], process: Process, files: readonly SupervisorFile[]): readonly SupervisorFile[] {
  return patterns.flatMap((pattern) =>
    files.filter((one) => {
      const seen = [process.paths.runtimePath(one.path), `${folderOf(pattern)}/${baseName(one.path)}`];
      return seen.some((path) => path !== null && fits(path, pattern) && repositoryFile(process.paths, path) === one.path);
    }),
  );
}
