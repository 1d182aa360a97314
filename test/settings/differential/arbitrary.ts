import { anyOf, type Random } from './random.ts';

/** Statements without regard to types: most of them raise, and the type of what they raise must agree. */

const WORDS = ['a', 'b,c', 'on', '1', '0', '', 'True', ' x ', 'Web', 'a/b', '42', "it's", 'é'] as const;

type Make = (random: Random, names: readonly string[], depth: number) => string;

function word(random: Random): string {
  return JSON.stringify(anyOf(random, WORDS) ?? 'a');
}
function name(random: Random, names: readonly string[]): string {
  return anyOf(random, names) ?? 'A1';
}
function pick(random: Random, options: readonly string[]): string {
  return anyOf(random, options) ?? '';
}

const NODES: readonly Make[] = [
  (r, n, d) => `[${expr(r, n, d)}, ${expr(r, n, d)}]`,
  (r, n, d) => `(${expr(r, n, d)}, ${expr(r, n, d)})`,
  (r, n, d) => `{${word(r)}: ${expr(r, n, d)}, ${word(r)}: ${expr(r, n, d)}}`,
  (r, n, d) => `(${expr(r, n, d)} ${pick(r, ['+', '-', '*', '//', '%', '/', '|', '&', '<<', '@'])} ${expr(r, n, d)})`,
  (r, n, d) => `(${expr(r, n, d)} ${pick(r, ['==', '!=', '<', '>=', 'in', 'not in', 'is', 'is not'])} ${expr(r, n, d)})`,
  (r, n, d) => `(${expr(r, n, d)} ${pick(r, ['and', 'or'])} ${expr(r, n, d)})`,
  (r, n, d) => `(not ${expr(r, n, d)})`,
  (r, n, d) => `(-${expr(r, n, d)})`,
  (r, n, d) => `(${expr(r, n, d)} if ${expr(r, n, d)} else ${expr(r, n, d)})`,
  (r, n, d) => `(${expr(r, n, d)})[${pick(r, ['0', '-1', '1:', ':1', '::-1', "'a'", '2', 'None', '1.0', 'True'])}]`,
  (r, n, d) =>
    `(${expr(r, n, d)}).${pick(r, ['upper()', 'strip()', "split(',')", 'keys()', 'append(1)', "get('a')", 'nope', 'items()', "join(['p', 'q'])", "count('a')", 'sort()', 'real', 'format(1)', 'copy()', 'pop()'])}`,
  (r, n, d) =>
    `${pick(r, ['len', 'bool', 'int', 'list', 'sorted', 'tuple', 'set', 'any', 'all', 'sum', 'max', 'min', 'repr', 'float', 'dict', 'abs', 'str', 'iter', 'next', 'round', 'hash', 'callable', 'reversed', 'ord', 'chr', 'bytes', 'enumerate', 'type'])}(${expr(r, n, d)})`,
  (r, n, d) => `isinstance(${expr(r, n, d)}, ${pick(r, ['str', 'int', 'list', '(dict, tuple)', 'bool', '1'])})`,
  (r, n, d) => `[x for x in ${expr(r, n, d)} if x]`,
  (r, n, d) => `{str(x): i for i, x in enumerate(${expr(r, n, d)})}`,
  (r, n, d) => `(lambda x, y=${expr(r, n, 0)}: ${pick(r, ['x', 'y', '[x, y]', 'x or y', 'x + y'])})(${expr(r, n, d)})`,
  (r, n, d) => `'%s|%d' % (${expr(r, n, d)}, ${expr(r, n, d)})`,
  (r, n, d) => `'%s' % ${expr(r, n, d)}`,
  (r, n, d) => `'{}:{a}'.format(${expr(r, n, d)}, a=${expr(r, n, d)})`,
  (r, n, d) => `pair(${expr(r, n, d)}, ${expr(r, n, d)})`,
  (r, n, d) => `os.path.join('/srv', ${expr(r, n, d)})`,
  (r, n, d) => `dict(a=${expr(r, n, d)}, **${expr(r, n, d)})`,
  (r, n, d) => `[*${expr(r, n, d)}]`,
  (r, n, d) => `list(zip(${expr(r, n, d)}, range(3)))`,
  (r, n, d) => `list(map(str, ${expr(r, n, d)}))`,
  (r, n, d) => `urlparse(${expr(r, n, d)}).${pick(r, ['path', 'netloc', 'scheme', 'query', 'port'])}`,
  (r, n, d) => `json.loads(${expr(r, n, d)})`,
  (r, n, d) => `json.dumps(${expr(r, n, d)})`,
  (r, n, d) => `getattr(${expr(r, n, d)}, ${word(r)}, ${expr(r, n, d)})`,
  (r, n, d) => `int(${expr(r, n, d)}, ${pick(r, ['10', '16', '0', '2'])})`,
  (r, n, d) => `Path(${expr(r, n, d)})`,
  (r, n, d) => `timedelta(${expr(r, n, d)})`,
  (r, n, d) => `re.sub('a', ${expr(r, n, d)}, ${expr(r, n, d)})`,
];

function expr(random: Random, names: readonly string[], depth: number): string {
  if (depth > 0 && random.chance(65)) return (anyOf(random, NODES) ?? word)(random, names, depth - 1);
  if (random.chance(40)) return name(random, names);
  return pick(random, [
    word(random),
    String(random.next(7) - 2),
    'True',
    'None',
    '1.5',
    '[]',
    '{}',
    '()',
    "os.environ.get('MODE')",
    "os.environ['PORT']",
    "os.getenv('HOSTS', '')",
  ]);
}

/** A statement or two on the names given. */
export function arbitraryStatements(random: Random, names: readonly string[]): string {
  const all = names.length === 0 ? ['LOG'] : names;
  const kind = random.next(8);
  const made = `T${random.next(1000)}`;
  switch (kind) {
    case 0:
      return `${name(random, all)} ${pick(random, ['+=', '|=', '*=', '-='])} ${expr(random, all, 1)}`;
    case 1:
      return `${name(random, all)}[${pick(random, ["'a'", '0', '-1', "'k'", '1:2'])}] = ${expr(random, all, 1)}`;
    case 2:
      return `${name(random, all)}.${pick(random, ['append', 'extend', 'update', 'remove', 'add', 'pop', 'insert', 'setdefault'])}(${expr(random, all, 1)})`;
    case 3:
      return `for x in ${expr(random, all, 1)}:\n    ${made} = ${expr(random, [...all, 'x'], 1)}\n    if x == ${word(random)}:\n        ${pick(random, ['break', 'continue', 'pass'])}`;
    case 4:
      return `${made}, U${made} = ${expr(random, all, 1)}`;
    case 5:
      return `try:\n    ${made} = ${expr(random, all, 2)}\nexcept ${pick(random, ['Exception', '(KeyError, TypeError)', 'ValueError', 'LookupError', 'AttributeError'])}:\n    ${made} = 'caught'`;
    default:
      return `${made} = ${expr(random, all, 2)}`;
  }
}
