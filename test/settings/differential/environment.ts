import { anyOf, type Random } from './random.ts';

/** The variables that generated settings read, by what is usually given in them. */
export const KINDS = {
  text: ['MODE', 'REGION', 'APP_NAME'],
  bool: ['DEBUG', 'USE_CACHE'],
  int: ['PORT', 'WORKERS'],
  float: ['RATIO'],
  list: ['HOSTS', 'EXTRA_APPS'],
  ints: ['NUMBERS'],
  dict: ['OPTIONS'],
  json: ['JSON_CONF'],
  literal: ['LITERAL'],
  url: ['DATABASE_URL', 'SERVICE_URL'],
  level: ['LOG_LEVEL'],
  other: ['API_TOKEN', 'DJANGO_MODE', 'DJANGO_PORT'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Kind = keyof typeof KINDS;

const TEXTS: Readonly<Record<Kind, readonly string[]>> = {
  text: ['prod', 'debug', 'a', 'x', '', ' padded ', 'Ünï', "it's", 'a,b', 'prod-eu', '"quoted"'],
  bool: ['1', '0', 'true', 'True', 'false', 'False', 'yes', 'no', 'on', 'off', '', 'TRUE', 'maybe', 't'],
  int: ['0', '1', '8000', '-3', ' 42 ', '007', '1_000', '12', '', 'abc'],
  float: ['1.5', '0', '1e3', '-2.25', 'nan', '3', 'x'],
  list: ['a,b', 'a, b ,c', '', 'a', ',', 'example.org,www.example.org', ' ', 'b,a,b'],
  ints: ['1,2,3', '5', '', '1, 2', 'x,1'],
  dict: ['a=1,b=2', 'a=x', '', 'k=v=w'],
  json: ['{"a": 1}', '[1, 2.0, "x"]', 'null', '"text"', '{"a": {"b": [true]}}', '{bad', '5'],
  literal: ['[1, 2]', "{'a': 'b'}", '5', 'None', '(1,)', 'oops', "'x'"],
  url: [
    'postgres://u:p@db:5432/app',
    'sqlite:///db.sqlite3',
    'mysql://u@h/n?charset=utf8',
    'redis://cache:6379/1',
    'https://user:pw@e.org:8443/a/b;p?q=1&r=2#f',
    'postgres://u:p%40s@db/app?sslmode=require',
    'nonsense',
    '',
  ],
  level: ['INFO', 'debug', '10', 'WARNING', ''],
  other: ['prod', '7', 'secret-token-text', ''],
};

export function variableOf(random: Random, kind: string): string {
  const names = kind === 'any' ? Object.values(KINDS).flat() : Object.entries(KINDS).flatMap(([key, all]) => (key === kind ? all : []));
  return anyOf(random, names) ?? 'MODE';
}

/** A text that this variable may hold. */
export function textOf(random: Random, name: string): string {
  for (const [kind, names] of Object.entries(KINDS)) {
    if (!names.some((one) => one === name)) continue;
    for (const [key, texts] of Object.entries(TEXTS))
      if (key === kind) return anyOf(random, random.chance(60) ? texts.slice(0, 4) : texts) ?? '';
  }
  return anyOf(random, TEXTS.other) ?? '';
}

/** What our side is told of the environment, and what real Python is run with. */
export interface Environments {
  /** Variables with a text. */
  readonly given: Readonly<Record<string, string>>;
  /** Variables that are set to something which our side does not know. */
  readonly hidden: readonly string[];
  /** Whether more may be set. */
  readonly open: boolean;
  /** One environment for each run of Python. */
  readonly runs: readonly Readonly<Record<string, string>>[];
}

const RUNS = 3;

export function environmentsFor(random: Random, hiding: boolean): Environments {
  const names = Object.values(KINDS).flat();
  const given: Record<string, string> = {};
  const hidden: string[] = [];
  const open = hiding && random.chance(40);
  const share = random.next(90) + 5;
  for (const name of names) {
    if (!random.chance(share)) continue;
    if (hiding && random.chance(open ? 20 : 50)) hidden.push(name);
    else given[name] = textOf(random, name);
  }
  const runs = Array.from({ length: hiding ? RUNS : 1 }, () => {
    const run: Record<string, string> = { ...given };
    for (const name of hidden) run[name] = textOf(random, name);
    if (open) for (const name of names) if (!(name in run) && random.chance(50)) run[name] = textOf(random, name);
    return run;
  });
  return { given, hidden, open, runs };
}
