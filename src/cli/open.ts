import type { CheckOptions } from '../check/index.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { diskTree, matchingPaths } from '../files/disk.ts';
import type { SourceTree } from '../files/tree.ts';
import type { Arguments } from './arguments.ts';
import { checkOptions } from './check-options.ts';
import { didYouMean } from './nearest.ts';
import { COMMANDS } from './option-table.ts';
import { UsageError } from './usage-error.ts';

/** One PATH made ready: its tree, what its configuration file and the command line say. */
export interface Opened {
  readonly tree: SourceTree;
  readonly config: Config;
  readonly options: CheckOptions;
}

export async function openPath(path: string, args: Arguments): Promise<Opened> {
  const tree = treeAt(path);
  const loaded = await loadConfig(tree, args.one('config'));
  if (!loaded.ok) throw new UsageError(`${loaded.problem.file}:${loaded.problem.line}: ${loaded.problem.message}`);
  const options = checkOptions(args, loaded.config, new Date().toISOString().slice(0, 10));
  for (const file of options.envFiles) {
    if (tree.kindOf(file) !== 'file')
      throw new UsageError(`There is no file ${file} under ${path}; --env-file is relative to the checked folder.`);
  }
  for (const folder of options.paths) {
    if (tree.kindOf(folder) !== 'directory')
      throw new UsageError(`There is no folder ${folder} under ${path}; --path is relative to the checked folder.`);
  }
  return { tree: await narrowed(tree, path, loaded.config), config: loaded.config, options };
}

function treeAt(path: string): SourceTree {
  try {
    return diskTree(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT')
      throw new UsageError(
        `There is no folder ${path}.${didYouMean(path, COMMANDS)} Give the folder of the project, the one with manage.py or docker-compose.yml in it.`,
      );
    if (code === 'EACCES') throw new UsageError(`${path} cannot be read. Give the user that runs this permission to read it.`);
    if (code === 'ENOTDIR' || code === null)
      throw new UsageError(`${path} is a file. Give the folder of the project; a single file says too little.`);
    throw error;
  }
}

/** The tree without what `include` and `exclude` leave out; a file that another file names is still read. */
async function narrowed(tree: SourceTree, root: string, config: Config): Promise<SourceTree> {
  if (config.include.length === 0 && config.exclude.length === 0) return tree;
  const patterns = config.include.length === 0 ? ['**'] : config.include;
  const kept = await matchingPaths(root, patterns, config.exclude);
  return { ...tree, files: tree.files.filter((file) => kept.has(file.path)) };
}
