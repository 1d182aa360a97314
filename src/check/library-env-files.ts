import { examplesOf, readEnvFile } from '../deployment/env-file.ts';
import type { Deployment, Process } from '../deployment/model.ts';
import { withProcesses } from '../deployment/processes.ts';
import { folderOf } from '../files/paths.ts';
import type { SourceTree } from '../files/tree.ts';
import type { Environment } from '../settings/model.ts';
import type { CheckOptions, Linked } from './result.ts';

/** Libraries that look for a `.env` file by themselves, in the folder of the settings and above it. */
const READERS = /\b(decouple|load_dotenv|dotenv_values|find_dotenv|read_env|read_dotenv|environs)\b/;

/**
 * A `.env` file that the settings look for, and that is kept out of the repository, stands on the machine all the same: the names of
 * its example count as given with unknown values; without an example, git must ignore the file for it to be expected at all
 * (catalogue: definite facts). `--hermetic` says that there is nothing else.
 */
export function withLibraryEnvFiles(linked: Linked, tree: SourceTree, options: Pick<CheckOptions, 'hermetic'>): Linked {
  if (options.hermetic) return linked;
  const { model } = linked;
  return { ...linked, model: { ...model, deployments: model.deployments.map((one) => withEnvFile(one, tree)) } };
}

function withEnvFile(deployment: Deployment, tree: SourceTree): Deployment {
  return withProcesses(deployment, (process) => {
    const { settings } = process;
    const file = settings?.file ?? settings?.presumed?.file ?? null;
    if (file === null || deployment.id === '--settings' || !looksForEnvFile(file, tree)) return process;
    return { ...process, environment: below(process, ancestors(folderOf(file)), tree) };
  });
}

/** What the environment gives already wins over the file. */
function below(process: Process, folders: readonly string[], tree: SourceTree): Environment {
  const { environment } = process;
  const paths = folders.map((folder) => (folder === '' ? '.env' : `${folder}/.env`));
  if (paths.some((path) => tree.kindOf(path) === 'file')) return environment;
  const path = paths.find((one) => examplesOf(tree, one).length > 0) ?? paths.find((one) => tree.git.ignores(one));
  if (path === undefined) return environment;
  const lookup = () => undefined;
  const { layer } = readEnvFile({
    tree,
    path,
    dialect: 'compose',
    lookup,
    namedAt: process.at,
    namedAs: path,
    purpose: 'read by the settings',
  });
  const variables = new Map(environment.variables);
  for (const [name, value] of layer.variables) if (value !== null && !variables.has(name)) variables.set(name, value);
  return { variables, closed: environment.closed === true && layer.opaque !== null ? layer.opaque : environment.closed };
}

function ancestors(folder: string): readonly string[] {
  return folder === '' ? [''] : [folder, ...ancestors(folderOf(folder))];
}

/** The settings file, its neighbours or the entry files above them use one of the libraries. */
function looksForEnvFile(file: string, tree: SourceTree): boolean {
  const folders = new Set([...ancestors(folderOf(file))]);
  const candidates = tree.files.filter(
    ({ path }) => path.endsWith('.py') && (folders.has(folderOf(path)) || path.startsWith(`${folderOf(file)}/`)),
  );
  return candidates.slice(0, 200).some(({ path }) => {
    const read = tree.read(path);
    return read.ok && READERS.test(read.text);
  });
}
