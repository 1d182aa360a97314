import { folderOf, joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { parseApache } from '../../syntax/apache/index.ts';
import { lookUp } from '../environment.ts';
import type { Process } from '../model.ts';
import { textAt } from '../project/files.ts';
import type { ApacheSource, ApacheSurroundings } from './scope.ts';

const NAME =
  /(^|\/)[^/]*(apache|httpd|\.conf(\.|$)|\.vhost(\.|$)|\.site$)[^/]*$|(^|\/)(apache2?|httpd|sites-(available|enabled)|conf\.d|vhosts?|vhosts\.d|apache-conf)(\/[^/]+)*\/[^/]+$/i;
const OTHER =
  /\.(py|js|ts|tsx|ya?ml|json|md|rst|txt|html?|css|png|svg|ico|sh|pem|crt|key|service|dockerfile|lock|toml|jpg|gif|woff2?|wsgi|snippets|patch|diff|java|go|c|h)$|(^|\/)(Dockerfile[^/]*|README[^/]*|LICENSE[^/]*|node_modules\/.*)$/i;
const TELLING =
  /^[ \t]*(<VirtualHost\b|<(Location|Directory|Proxy)(Match)?[ \t]|ProxyPass(Match|Reverse)?[ \t]|ProxyPreserveHost[ \t]|WSGI(ScriptAlias|DaemonProcess)[ \t]|SSLEngine[ \t]|SSLProtocol[ \t]|RequestHeader[ \t]|DocumentRoot[ \t]|Header[ \t]+(always|set|unset|onsuccess)|BalancerMember[ \t]|LoadModule[ \t]|Rewrite(Engine|Rule)[ \t])/im;

/** Files of the tree that httpd reads, fragments included. */
export function apacheFiles(tree: SourceTree): ReadonlyMap<string, ApacheSource> {
  const found = new Map<string, ApacheSource>();
  for (const file of tree.files) {
    const { path } = file;
    if (!NAME.test(path) || OTHER.test(path) || file.bytes > 300_000) continue;
    const text = textAt(tree, path);
    if (TELLING.test(text)) found.set(path, { file: path, document: parseApache(text, path) });
  }
  return found;
}

/** A configuration that a process or machine loads, from the file httpd starts with. */
export interface LoadedApache {
  readonly entry: ApacheSource;
  readonly around: ApacheSurroundings;
}

const MAIN = /^\/(usr\/local\/apache2\/conf\/httpd\.conf|etc\/apache2\/apache2\.conf|etc\/httpd\/conf\/httpd\.conf)$/;
const LOADED = /^\/etc\/(apache2\/(sites-enabled|conf-enabled|sites-available)|httpd\/conf\.d)\/[^/]+$/;

/** The configurations that an httpd container loads: files of the tree that are mounted or copied to where httpd reads. */
export function loadedBy(process: Process, files: ReadonlyMap<string, ApacheSource>): readonly LoadedApache[] {
  const placed = placesOf(process, files);
  if (placed.size === 0) return [];
  const around = containerSurroundings(process, placed);
  const main = [...placed].find(([path]) => MAIN.test(path));
  if (main !== undefined) return [{ entry: main[1], around }];
  return [...placed].filter(([path]) => LOADED.test(path)).map(([, entry]) => ({ entry, around }));
}

function placesOf(process: Process, files: ReadonlyMap<string, ApacheSource>): ReadonlyMap<string, ApacheSource> {
  const placed = new Map<string, ApacheSource>();
  for (const source of files.values()) {
    const path = process.paths.runtimePath(source.file);
    if (path !== null && /^\/(usr\/local\/apache2|etc\/(apache2|httpd))\//.test(path)) placed.set(path, source);
  }
  return placed;
}

function containerSurroundings(process: Process, placed: ReadonlyMap<string, ApacheSource>): ApacheSurroundings {
  return {
    include: (pattern) => {
      for (const root of pattern.startsWith('/') ? [''] : ['/usr/local/apache2/', '/etc/apache2/', '/etc/httpd/']) {
        const matches = matching(`${root}${pattern}`, placed);
        if (matches.length > 0) return matches;
      }
      return null;
    },
    variable: (name) => lookUp(process.environment, name),
  };
}

function matching(pattern: string, placed: ReadonlyMap<string, ApacheSource>): readonly ApacheSource[] {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  // A folder stands for all of its files.
  const expression = new RegExp(`^${escaped}(/[^/]+)?$`);
  return [...placed]
    .filter(([path]) => expression.test(path))
    .sort()
    .map(([, source]) => source);
}

/** The surroundings of a configuration on a machine: included files are looked for beside it, as they are kept in the repository. */
export function machineSurroundings(entry: ApacheSource, files: ReadonlyMap<string, ApacheSource>): ApacheSurroundings {
  const folder = folderOf(entry.file);
  return {
    include: (pattern, from) => {
      const name = pattern.replace(/^\/(etc\/(apache2|httpd(\/conf)?)|usr\/local\/apache2\/conf)\//, '');
      if (name.startsWith('/')) return null;
      for (const base of [folderOf(from), folder, folderOf(folder)]) {
        const full = normalPath(joinPath(base, name));
        const found = full === null ? [] : matching(full, files).filter((one) => one.file !== from);
        if (found.length > 0) return found;
      }
      return null;
    },
    variable: () => null,
  };
}
