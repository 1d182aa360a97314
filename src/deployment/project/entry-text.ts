import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { folderOf } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { lookUp } from '../environment.ts';
import { moduleFile, textAt } from './files.ts';
import { type EntryRequest, VARIABLE } from './settings-choice.ts';

/**
 * Reads entry files by their text alone: `setdefault` and assignments of literals, packages before the modules in them.
 * Anything else that touches the variable makes it unknown.
 */
export function readEntryText(request: EntryRequest): Value<string> | null {
  const walk: Walk = { tree: request.tree, roots: request.importRoots, seen: new Set(), value: lookUp(request.environment, VARIABLE) };
  if (request.entry.kind === 'script') execute(walk, request.entry.file, 0);
  else importModule(walk, request.entry.name, 0);
  return walk.value;
}

interface Walk {
  readonly tree: SourceTree;
  readonly roots: readonly string[];
  readonly seen: Set<string>;
  value: Value<string> | null;
}

function importModule(walk: Walk, name: string, depth: number): void {
  const parts = name.split('.');
  for (let length = 1; length <= parts.length; length++) {
    const dotted = parts.slice(0, length).join('.');
    const file = walk.roots.map((root) => moduleFile(walk.tree, root, dotted)).find((one) => one !== null);
    if (file !== undefined && file !== null) execute(walk, file, depth);
  }
}

const STATEMENT =
  /^([ \t]*)(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([^\n#]*)|import[ \t]+([\w.]+)|(?:os\.)?environ\.setdefault\([ \t]*\n?[ \t]*["']DJANGO_SETTINGS_MODULE["'][ \t]*,[ \t]*\n?[ \t]*([^\n]*?)[ \t]*,?[ \t]*\n?[ \t]*\)[ \t]*$|(?:os\.)?environ\[["']DJANGO_SETTINGS_MODULE["']\][ \t]*=[ \t]*([^\n]*))/gm;

function execute(walk: Walk, file: string, depth: number): void {
  if (walk.seen.has(file) || depth > 8) return;
  walk.seen.add(file);
  const source = textAt(walk.tree, file);
  const text = withoutComments(source);
  if (!isPlain(text)) {
    const origin = textOrigin({
      file,
      start: Math.max(0, source.indexOf(VARIABLE)),
      end: Math.max(0, source.indexOf(VARIABLE)) + VARIABLE.length,
    });
    walk.value = unknown('dynamic-call', origin, [], 'str');
    return;
  }
  for (const found of text.matchAll(STATEMENT)) {
    const [all, , from, names, plain, fallback, assigned] = found;
    const at: Span = { file, start: found.index + all.search(/\S/), end: found.index + all.length };
    if (from !== undefined) follow(walk, file, from, names ?? '', depth);
    else if (plain !== undefined && isOwn(walk, plain)) importModule(walk, plain, depth + 1);
    else if (assigned !== undefined) walk.value = literal(assigned, at);
    else if (fallback !== undefined && walk.value === null) walk.value = literal(fallback, at);
  }
}

/** Comments and doc strings become blanks, so that offsets stay. */
function withoutComments(text: string): string {
  const blank = (all: string) => all.replace(/[^\n]/g, ' ');
  return text.replace(/^[ \t]*("""|''')[\s\S]*?\1/gm, blank).replace(/(^|[ \t])#[^\n]*/gm, blank);
}

const READS =
  /(?:environ\.get|getenv|environ\.pop)\([ \t]*["']DJANGO_SETTINGS_MODULE["']|["']DJANGO_SETTINGS_MODULE["'][ \t]+(?:not[ \t]+)?in\b|(?:print|logg?\w*\.\w+|raise\b[^\n]*)\([^\n]*DJANGO_SETTINGS_MODULE/g;
const LOADS = /\b(load_dotenv|read_env|read_dotenv|find_dotenv|environ\.update|putenv|exec|execfile|runpy)\b/;

/** Whether every statement that touches the variable runs always, and says what it does by itself. */
function isPlain(text: string): boolean {
  const mentions = text.split(VARIABLE).length - 1;
  if (LOADS.test(text) && /environ|dotenv|exec/.test(text)) return false;
  if (mentions === 0) return true;
  const setting = [...text.matchAll(STATEMENT)].filter((one) => one[5] !== undefined || one[6] !== undefined);
  if (mentions !== setting.length + [...text.matchAll(READS)].length) return false;
  return setting.every((one) => runsAlways(text, one.index, one[1] ?? ''));
}

/** The lines around a statement that are indented less are nothing but `def main():`, `try:` and `if __name__ == …:`. */
function runsAlways(text: string, at: number, indent: string): boolean {
  let depth = indent.length;
  const lines = text.slice(0, at).split('\n').reverse();
  for (const line of lines) {
    const own = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '' || own >= depth) continue;
    if (!/^[ \t]*(def main\(.*\).*:|try:|if __name__\s*==\s*["']__main__["']:)\s*$/.test(line)) return false;
    depth = own;
  }
  return true;
}

/** Only the project's own packages can name its settings. */
function isOwn(walk: Walk, name: string): boolean {
  return walk.roots.some((root) => moduleFile(walk.tree, root, name) !== null);
}

function follow(walk: Walk, file: string, from: string, names: string, depth: number): void {
  if (!from.startsWith('.')) {
    if (isOwn(walk, from)) importModule(walk, from, depth + 1);
    return;
  }
  const dots = /^\.+/.exec(from)?.[0].length ?? 1;
  let folder = folderOf(file);
  for (let up = 1; up < dots; up++) folder = folderOf(folder);
  const rest = from.slice(dots);
  const targets = rest === '' ? names.split(',').map((one) => one.trim().split(/\s/)[0] ?? '') : [rest];
  for (const target of targets) {
    const module = moduleFile(walk.tree, folder, target.trim());
    if (module !== null) execute(walk, module, depth + 1);
  }
}

function literal(text: string, at: Span): Value<string> {
  const found = /^\s*(["'])([\w.]*)\1\s*,?\s*$/.exec(text);
  return found?.[2] === undefined ? unknown('dynamic-call', textOrigin(at), [], 'str') : known(found[2], textOrigin(at));
}
