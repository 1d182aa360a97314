/** Small settings modules made from a seed: a grammar over what settings in the wild are made of. */

export interface Random {
  /** An integer from 0 up to, not including, `below`. */
  next(below: number): number;
}

/** A linear congruential generator: the same seed gives the same module everywhere. */
export function randomFrom(seed: number): Random {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return {
    next(below) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    },
  };
}

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F'];
const VARIABLES = ['DEBUG', 'HOSTS', 'PORT', 'LEVEL', 'EMPTY', 'JSON'];
const WORDS = ['a', 'b,c', 'on', '1', '0', '', 'True', ' x ', 'Web', 'a/b', '42', "it's", 'é'];

function pick<T>(random: Random, options: readonly [T, ...T[]]): T {
  return options[random.next(options.length)] ?? options[0];
}

function name(random: Random): string {
  return NAMES[random.next(NAMES.length)] ?? 'A';
}
function word(random: Random): string {
  return JSON.stringify(WORDS[random.next(WORDS.length)] ?? 'a');
}
function variable(random: Random): string {
  return VARIABLES[random.next(VARIABLES.length)] ?? 'DEBUG';
}

type Make = (random: Random, depth: number) => string;

const LEAVES: readonly [Make, ...Make[]] = [
  word,
  (random) => String(random.next(7) - 2),
  (random) => pick(random, ['True', 'False', 'None', '1.5', '[]', '{}', '()']),
  name,
  name,
  (random) => `os.environ.get('${variable(random)}')`,
  (random) => `os.getenv('${variable(random)}', ${word(random)})`,
  (random) => `os.environ['${variable(random)}']`,
];

const STARTS: readonly [Make, ...Make[]] = [
  word,
  (random) => String(random.next(7) - 2),
  (random) => pick(random, ['True', 'None', '[]', '{}', "['a', 'b']", "{'a': 1}", '1.5']),
];

const NODES: readonly [Make, ...Make[]] = [
  (r, d) => `[${expr(r, d)}, ${expr(r, d)}]`,
  (r, d) => `(${expr(r, d)}, ${expr(r, d)})`,
  (r, d) => `{${word(r)}: ${expr(r, d)}, ${word(r)}: ${expr(r, d)}}`,
  (r, d) => `${expr(r, d)} ${pick(r, ['+', '-', '*', '//', '%', '/', '|', '&'])} ${expr(r, d)}`,
  (r, d) => `${expr(r, d)} ${pick(r, ['==', '!=', '<', '>=', 'in', 'not in', 'is', 'is not'])} ${expr(r, d)}`,
  (r, d) => `(${expr(r, d)} ${pick(r, ['and', 'or'])} ${expr(r, d)})`,
  (r, d) => `(not ${expr(r, d)})`,
  (r, d) => `(${expr(r, d)} if ${expr(r, d)} else ${expr(r, d)})`,
  (r, d) => `${expr(r, d)}[${pick(r, ['0', '-1', '1:', ':1', '::-1', "'a'", '2'])}]`,
  (r, d) => `f"{${safe(r)}}-{${safe(r)}!r}" + str(${expr(r, d)})`,
  (r, d) =>
    `str(${expr(r, d)}).${pick(r, ['upper()', 'strip()', "split(',')", 'lower()', "replace('a', 'zz')", "startswith('a')", 'title()', "partition(',')", "rsplit(',', 1)", 'splitlines()', 'isdigit()', "lstrip('a')", 'zfill(4)', "join(['p', 'q'])", "count('a')", "find('b')", 'capitalize()'])}`,
  (r, d) =>
    `${pick(r, ['len', 'bool', 'int', 'list', 'sorted', 'tuple', 'set', 'any', 'all', 'sum', 'max', 'repr', 'float', 'dict', 'abs'])}(${expr(r, d)})`,
  (r, d) => `isinstance(${expr(r, d)}, ${pick(r, ['str', 'int', 'list', '(dict, tuple)', 'bool'])})`,
  (r, d) => `[x for x in ${expr(r, d)} if x]`,
  (r, d) => `{str(x): i for i, x in enumerate(${expr(r, d)})}`,
  (r, d) => `(lambda x, y=${expr(r, 0)}: ${pick(r, ['x', 'y', '[x, y]', 'x or y'])})(${expr(r, d)})`,
  (r, d) => `'%s|%s' % (${expr(r, d)}, ${expr(r, d)})`,
  (r, d) => `'{}:{a}'.format(${expr(r, d)}, a=${expr(r, d)})`,
  (r, d) => `helper(${expr(r, d)}, ${expr(r, d)})`,
  (r, d) => `os.path.join('/srv', str(${expr(r, d)}))`,
  (r, d) => `dict(a=${expr(r, d)}, **{'b': ${expr(r, d)}})`,
  (r, d) => `list(zip(${expr(r, d)}, range(3)))`,
  (r, d) => `list(map(str, ${expr(r, d)}))`,
  (r, d) => `urlparse(str(${expr(r, d)})).${pick(r, ['path', 'netloc', 'scheme', 'query'])}`,
  (r, d) => `json.loads(${expr(r, d)})`,
];

function safe(random: Random): string {
  return name(random);
}

function expr(random: Random, depth: number): string {
  return depth <= 0 || random.next(3) === 0 ? pick(random, LEAVES)(random, 0) : pick(random, NODES)(random, depth - 1);
}

function statement(random: Random, depth: number, pad: string): string {
  const inner = `${pad}    `;
  const kind = random.next(depth > 0 ? 14 : 8);
  switch (kind) {
    case 5:
      return `${pad}${name(random)} ${pick(random, ['+=', '|=', '*='])} ${expr(random, 1)}\n`;
    case 6:
      return `${pad}${name(random)}[${pick(random, ["'a'", '0', '-1', "'k'"])}] = ${expr(random, 1)}\n`;
    case 7:
      return `${pad}${name(random)}.${pick(random, ['append', 'extend', 'update', 'remove', 'add', 'pop', 'insert', 'setdefault'])}(${expr(random, 1)})\n`;
    case 8:
    case 9:
      return `${pad}if ${expr(random, 2)}:\n${block(random, depth, inner)}${pad}else:\n${block(random, depth, inner)}`;
    case 10:
    case 11:
      return `${pad}try:\n${block(random, depth, inner)}${pad}except ${pick(random, ['Exception', '(KeyError, TypeError)', 'ValueError', 'LookupError', 'AttributeError'])}:\n${block(random, depth, inner)}`;
    case 12:
      return `${pad}for x in ${expr(random, 1)}:\n${block(random, depth, inner)}${inner}if x == ${word(random)}:\n${inner}    ${pick(random, ['break', 'continue', 'pass'])}\n`;
    case 13:
      return `${pad}${name(random)}, ${name(random)} = ${expr(random, 1)}, ${expr(random, 1)}\n`;
    default:
      return `${pad}${name(random)} = ${expr(random, 2)}\n`;
  }
}

function block(random: Random, depth: number, pad: string): string {
  let text = '';
  for (let i = 0; i <= random.next(2); i++) text += statement(random, depth - 1, pad);
  return text;
}

export interface Generated {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

export function generatedModule(seed: number): Generated {
  const random = randomFrom(seed);
  let text = 'import json\nimport os\nfrom urllib.parse import urlparse\n';
  for (const one of NAMES) text += `${one} = ${pick(random, STARTS)(random, 0)}\n`;
  text += `def helper(x, y=1):\n    if x:\n        return ${pick(random, ['x', 'y', '[x, y]', 'str(y)'])}\n    for z in [1, 2]:\n        if y == z:\n            return z\n    return ${pick(random, ['y', 'None', '(x, y)'])}\n`;
  for (let i = 0; i < 8; i++)
    text += `try:\n${statement(random, 2, '    ')}except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:\n    G${i} = type(error).__name__\n`;
  const environment: Record<string, string> = {};
  for (const one of VARIABLES) if (random.next(2) === 0) environment[one] = WORDS[random.next(WORDS.length)] ?? '';
  if (random.next(2) === 0) environment['JSON'] = pick(random, ['{"a": [1, true, null]}', '[1.0, "x"]', '5', '{']);
  return { text, environment };
}
