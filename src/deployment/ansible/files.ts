import { baseName, folderOf, joinPath, pathsAlong } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { textAt } from '../project/files.ts';
import { purposeOf } from '../project/naming.ts';

/** Where the Ansible files of a repository stand, without those of tests and of products that run playbooks themselves. */
export interface AnsibleFiles {
  readonly playbooks: readonly string[];
  /** Files of group_vars, host_vars, and of roles. */
  readonly variables: readonly VariableFile[];
  /** Folders of roles: they hold tasks/main.yml. */
  readonly roles: readonly string[];
  readonly inventories: readonly string[];
}

export interface VariableFile {
  readonly path: string;
  readonly scope: 'group' | 'host' | 'role' | 'defaults';
  readonly vaulted: boolean;
}

const TELLING =
  /(^|\/)(ansible\.cfg|(group|host)_vars\/[^/].*|tasks\/main\.ya?ml|(ansible|playbooks?|provision(ing)?)\/.*\.ya?ml|(ansible|playbook|site|deploy|provision|play|setup|webservers?)[\w.-]*\.ya?ml|[\w.-]*playbook\.ya?ml)$/i;
const FOREIGN = /(^|\/)(\.github|\.gitlab|\.circleci|node_modules|site-packages|galaxy_roles|charts?|helm|k8s|kubernetes)\//;
const PLAY = /^(-[ \t]+|[ \t]{1,4})(hosts|(ansible\.builtin\.)?import_playbook)[ \t]*:/m;
const VAULT = '$ANSIBLE_VAULT';

/** Finds them by names first; only files in telling places are looked into. */
export function ansibleFiles(tree: SourceTree): AnsibleFiles | null {
  const near = tree.files.filter(({ path }) => TELLING.test(path) && !FOREIGN.test(path));
  if (near.length === 0) return null;
  const isOurs = (path: string) => purposeWithin(path) !== 'development' && !isInPackage(tree, path);
  const roles = near.flatMap(({ path }) => {
    const role = /^(.+)\/tasks\/main\.ya?ml$/.exec(path)?.[1];
    return role !== undefined && isOurs(role) ? [role] : [];
  });
  const roots = rootsOf(near.map((one) => one.path));
  const candidates = tree.files.filter(
    (one) =>
      /\.ya?ml$/.test(one.path) &&
      one.bytes < 400_000 &&
      !FOREIGN.test(one.path) &&
      (roots.has(folderOf(one.path)) || TELLING.test(one.path)) &&
      !/(^|\/)((group|host)_vars|roles|tasks|handlers|defaults|vars|templates|files|meta|molecule)\//.test(one.path),
  );
  const playbooks = candidates.flatMap(({ path }) => {
    const text = textAt(tree, path);
    return /^-[ \t]/m.test(text) && PLAY.test(text) && isOurs(path) ? [path] : [];
  });
  if (playbooks.length === 0 && roles.length === 0) return null;
  return { playbooks, roles, variables: variablesOf(tree, roles, isOurs), inventories: inventoriesOf(tree, roots, isOurs) };
}

/** Folders from which Ansible is run, by what stands in them. */
function rootsOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set(
    paths.flatMap((path) => {
      if (baseName(path) === 'ansible.cfg') return [folderOf(path)];
      const above = /^(.*?)\/?(?:(?:group|host)_vars\/.*|roles\/.*)$/.exec(path)?.[1];
      return above === undefined ? [] : [above];
    }),
  );
}

/** "templates" is a word of examples elsewhere; here it is a folder of roles. */
function purposeWithin(path: string) {
  return purposeOf(path.replace(/(^|\/)templates\//g, '$1'));
}

/** A product that runs playbooks itself keeps them in its Python packages. */
function isInPackage(tree: SourceTree, path: string): boolean {
  return pathsAlong(folderOf(path)).some((folder) => tree.kindOf(joinPath(folder, '__init__.py')) === 'file');
}

function variablesOf(tree: SourceTree, roles: readonly string[], isOurs: (path: string) => boolean): readonly VariableFile[] {
  const ofRoles = new Set(roles);
  return tree.files.flatMap(({ path, bytes }): readonly VariableFile[] => {
    const scope = scopeOf(path, ofRoles);
    if (scope === null || bytes > 400_000 || !isOurs(path)) return [];
    return [{ path, scope, vaulted: textAt(tree, path).startsWith(VAULT) }];
  });
}

function scopeOf(path: string, roles: ReadonlySet<string>): VariableFile['scope'] | null {
  if (!/(\.ya?ml|(^|\/)(group|host)_vars\/([^/]+\/)?[^/.]+)$/.test(path) || FOREIGN.test(path)) return null;
  if (/(^|\/)group_vars\//.test(path)) return 'group';
  if (/(^|\/)host_vars\//.test(path)) return 'host';
  const [, role = '', folder] = /^(.+)\/(vars|defaults)\/[^/]+$/.exec(path) ?? [];
  if (!roles.has(role)) return null;
  return folder === 'vars' ? 'role' : 'defaults';
}

function inventoriesOf(tree: SourceTree, roots: ReadonlySet<string>, isOurs: (path: string) => boolean): readonly string[] {
  const named =
    /(^|\/)(hosts|inventory|production|prod|live|staging)([._-][\w.-]*)?$|(^|\/)inventor(y|ies)\/([^/]+\/)?[^/]+$|[._-](inventory|hosts)(\.ya?ml|\.ini)?$/i;
  return tree.files.flatMap(({ path, bytes }) => {
    if (!named.test(path) || bytes > 200_000 || /\.(py|sh|md|txt|j2|cfg|toml|json)$/.test(path) || FOREIGN.test(path)) return [];
    if (/(^|\/)((group|host)_vars|roles|tasks)\//.test(path)) return [];
    const inRoot = roots.has(folderOf(path)) || /inventor(y|ies)/i.test(path) || /(^|\/)ansible\//i.test(path);
    return inRoot && isOurs(path) ? [path] : [];
  });
}
