/** What the statements at the margin of a Python module bind, read from its text: enough to follow classes, and unclear where it is not. */
export interface PythonModule {
  readonly bound: ReadonlyMap<string, Bound>;
  /** Modules that are imported by star, as they are written. */
  readonly stars: readonly string[];
}

export type Bound =
  /** `bases` is null when one of them is no plain name. */
  | { readonly kind: 'class'; readonly bases: readonly string[] | null }
  /** Another name for what stands there; relative modules keep their dots. */
  | { readonly kind: 'alias'; readonly module: string | null; readonly path: string }
  | { readonly kind: 'function' }
  /** Bound under a condition, more than once, or by something that is not followed. */
  | { readonly kind: 'unclear' };

const UNCLEAR: Bound = { kind: 'unclear' };

export function readPythonModule(text: string): PythonModule {
  const bound = new Map<string, Bound>();
  const stars: string[] = [];
  let inBody = false;
  for (const line of logicalLines(text)) {
    const isMargin = !/^\s/.test(line);
    if (isMargin) inBody = /^(class|def|async|@)\b|^@/.test(line);
    else if (inBody) continue;
    const statement = line.trim();
    const star = /^from\s+([\w.]+)\s+import\s+\*/.exec(statement);
    if (star?.[1] !== undefined) stars.push(star[1]);
    for (const [name, what] of bindingsOf(statement)) bound.set(name, isMargin && !bound.has(name) ? what : UNCLEAR);
  }
  return { bound, stars };
}

const LITERAL =
  /[rbuf]{0,2}("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|[rbuf]{0,2}"(?:\\[\s\S]|[^"\\\n])*"|[rbuf]{0,2}'(?:\\[\s\S]|[^'\\\n])*'|#[^\n]*|\\\r?\n/gi;

/** Lines without strings and comments; what stands in brackets is one line. */
function logicalLines(text: string): readonly string[] {
  const plain = text.replace(LITERAL, (found) => (found.startsWith('#') ? '' : found.startsWith('\\') ? ' ' : '""'));
  let depth = 0;
  let joined = '';
  for (const character of plain) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    joined += character === '\n' && depth > 0 ? ' ' : character;
  }
  return joined.split(/\r?\n/).filter((line) => line.trim() !== '');
}

type Binding = readonly [string, Bound];

function bindingsOf(statement: string): readonly Binding[] {
  const defined = /^class\s+(\w+)\s*(?:\((.*)\))?\s*:/.exec(statement);
  if (defined !== null) return [[defined[1] ?? '', { kind: 'class', bases: basesOf(defined[2] ?? '') }]];
  const called = /^(?:async\s+)?def\s+(\w+)/.exec(statement);
  if (called !== null) return [[called[1] ?? '', { kind: 'function' }]];
  const from = /^from\s+([\w.]+)\s+import\s+\(?([^*()]*)\)?/.exec(statement);
  if (from !== null) return imported(from[1] ?? '', from[2] ?? '');
  const plain = /^import\s+(.*)$/.exec(statement);
  if (plain !== null) return (plain[1] ?? '').split(',').flatMap(importedModule);
  const assigned = /^(\w+)\s*(?::[^=]*)?=\s*([^=].*)?$/.exec(statement);
  if (assigned === null) return [];
  const value = (assigned[2] ?? '').trim();
  return [[assigned[1] ?? '', /^[A-Za-z_][\w.]*$/.test(value) ? { kind: 'alias', module: null, path: value } : UNCLEAR]];
}

function basesOf(written: string): readonly string[] | null {
  const bases = written
    .replace(/\[[^\]]*\]/g, '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !/^metaclass\s*=/.test(one));
  return bases.every((one) => /^[A-Za-z_][\w.]*$/.test(one)) ? bases : null;
}

function imported(module: string, names: string): readonly Binding[] {
  return names.split(',').flatMap((one): Binding[] => {
    const found = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(one);
    return found === null ? [] : [[found[2] ?? found[1] ?? '', { kind: 'alias', module, path: found[1] ?? '' }]];
  });
}

/** `import a.b` binds `a`; `import a.b as c` binds `c` to all of it. */
function importedModule(written: string): readonly Binding[] {
  const found = /^\s*([\w.]+)(?:\s+as\s+(\w+))?\s*$/.exec(written);
  const [, path = '', name] = found ?? [];
  const [first = ''] = path.split('.');
  if (path === '') return [];
  return [[name ?? first, { kind: 'alias', module: '', path: name === undefined ? first : path }]];
}
