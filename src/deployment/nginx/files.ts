import type { Value } from '../../core/value.ts';
import { baseName, folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { parseNginx } from '../../syntax/nginx/index.ts';
import { lookUp } from '../environment.ts';
import type { Process } from '../model.ts';
import { textAt } from '../project/files.ts';
import type { NginxSource, NginxSurroundings } from './scope.ts';

const NAME =
  /(^|\/)[^/]*(nginx|\.conf(\.|$)|\.vhost$|\.site$)[^/]*$|(^|\/)(nginx|sites-(available|enabled)|conf\.d|vhosts?)(\/[^/]+)*\/[^/]+$/i;
const OTHER =
  /\.(py|js|ts|ya?ml|json|md|rst|txt|html?|css|png|svg|ico|sh|pem|crt|key|service|dockerfile|lock|toml|jpg|gif|woff2?)$|(^|\/)(Dockerfile[^/]*|README[^/]*|node_modules\/.*)$/i;
const BLOCK = /(^|[\s;}])(server|http|location\s[^;{}]*|upstream\s+[\w.-]+)\s*\{/;
const DIRECTIVE = /(^|[\s;{])(listen|proxy_pass|server_name|uwsgi_pass|root|alias|proxy_set_header|add_header|return)\s/;

/** Files of the tree that nginx reads, snippets included. */
export function nginxFiles(tree: SourceTree): ReadonlyMap<string, NginxSource> {
  const found = new Map<string, NginxSource>();
  for (const file of tree.files) {
    const { path } = file;
    if (!NAME.test(path) || OTHER.test(path) || file.bytes > 300_000) continue;
    const text = textAt(tree, path);
    if (!DIRECTIVE.test(text) || !(BLOCK.test(text) || /nginx|snippet|prox/i.test(path))) continue;
    found.set(path, { file: path, document: parseNginx(text, path) });
  }
  return found;
}

/** Whether a file holds server blocks of its own. */
function hasServers({ document }: NginxSource): boolean {
  return document.directives.some((one) => one.block !== null && (one.name === 'server' || one.name === 'http'));
}

/** A configuration that a process loads, from the file nginx starts with. */
export interface LoadedNginx {
  readonly entry: NginxSource;
  readonly around: NginxSurroundings;
  /** The http block around the entry is the one of the official image: it sets nothing a rule asks about. */
  readonly stock: boolean;
}

/** The configurations that an nginx container loads: files of the tree that are mounted or copied to where nginx reads. */
export function loadedBy(process: Process, files: ReadonlyMap<string, NginxSource>): readonly LoadedNginx[] {
  const placed = placesOf(process, files);
  if (placed.size === 0) return [];
  const around = containerSurroundings(process, placed);
  const main = [...placed].find(([path]) => path === '/etc/nginx/nginx.conf' || path === '/usr/local/nginx/conf/nginx.conf');
  const stock = process.image?.base === 'nginx' || process.image?.base === 'nginx-unprivileged';
  if (main !== undefined) return [{ entry: main[1], around, stock: false }];
  return [...placed]
    .filter(([path]) => /^\/etc\/nginx\/(conf\.d|sites-enabled|http\.d)\/[^/]+$/.test(path))
    .map(([, entry]) => ({ entry, around, stock }));
}

/** Path in the container → file; rendered templates stand where the official image writes them. */
function placesOf(process: Process, files: ReadonlyMap<string, NginxSource>): ReadonlyMap<string, NginxSource> {
  const placed = new Map<string, NginxSource>();
  for (const source of files.values()) {
    const path = process.paths.runtimePath(source.file);
    if (path === null || !/^\/(etc|usr\/local)\/nginx\//.test(path)) continue;
    const rendered = /^\/etc\/nginx\/templates\/(.+)\.template$/.exec(path)?.[1];
    if (rendered !== undefined) placed.set(`/etc/nginx/conf.d/${rendered}`, source);
    else if (!path.startsWith('/etc/nginx/templates/')) placed.set(path, source);
  }
  return placed;
}

function containerSurroundings(process: Process, placed: ReadonlyMap<string, NginxSource>): NginxSurroundings {
  const templates = new Set([...placed.values()].map((one) => one.file).filter((file) => file.endsWith('.template')));
  return {
    include: (pattern) => {
      const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
      const matches = matching(full, placed);
      return matches.length > 0 ? matches : null;
    },
    substituted: (name) => (templates.size === 0 || !/^[A-Z_][A-Z0-9_]*$/.test(name) ? null : givenValue(process, name)),
  };
}

/** envsubst leaves names alone that the environment does not have. */
function givenValue(process: Process, name: string): Value<string> | null {
  return lookUp(process.environment, name);
}

function matching(pattern: string, placed: ReadonlyMap<string, NginxSource>): readonly NginxSource[] {
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  return [...placed]
    .filter(([path]) => expression.test(path))
    .sort()
    .map(([, source]) => source);
}

/** The surroundings of a configuration on a machine: included files are looked for beside it, as they are kept in the repository. */
export function machineSurroundings(entry: NginxSource, files: ReadonlyMap<string, NginxSource>): NginxSurroundings {
  const folder = folderOf(entry.file);
  return {
    include: (pattern, from) => {
      const name = pattern.replace(/^\/etc\/nginx\//, '');
      if (name.startsWith('/')) return null;
      for (const base of [folderOf(from), folder, folderOf(folder)]) {
        const full = normalPath(joinPath(base, name));
        const found = full === null ? [] : matching(full, files).filter((one) => one.file !== from);
        if (found.length > 0) return found;
      }
      return null;
    },
    substituted: () => null,
  };
}

/** Whether a file is only a part of others: an include, or the whole configuration around fragments beside it. */
export function isSnippet(source: NginxSource): boolean {
  return !hasServers(source) || /(^|\/)snippets\//.test(source.file) || baseName(source.file) === 'mime.types';
}
