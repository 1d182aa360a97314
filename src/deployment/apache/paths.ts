/** How httpd matches paths: by whole parts, a slash at the end or not. */

/** Whether a prefix of a directive ("/static", "/static/") holds for a path. */
export function covers(prefix: string, path: string): boolean {
  const short = prefix.replace(/\/+$/, '');
  return short === '' || path === short || path.startsWith(`${short}/`);
}

/** The prefix that a regular expression stands for: "^/(.*)$" is "/", "^/static/(.*)$" is "/static/"; null for any other. */
export function prefixOfPattern(pattern: string): string | null {
  const found = /^\^?(\/?[\w\-./]*?)(\(\/?\.[*+]\)|\/?\.[*+]|\(\/\.\*\)\?|\(\/\|\$\))?\$?$/.exec(pattern.replace(/^\^\/\?/, '^/'));
  if (found === null) return null;
  const literal = (found[1] ?? '').replaceAll('\\.', '.');
  if (literal === '' || literal === '/') return '/';
  return literal.startsWith('/') && !/\.(?=[*+])/.test(literal) ? literal : null;
}

/** Whether a section for folders ("/srv/static", "~" and patterns left out) holds for a folder or file. */
export function coversFolder(section: string, path: string): boolean {
  return section.startsWith('/') && covers(section, path);
}
