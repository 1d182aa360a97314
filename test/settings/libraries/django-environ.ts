import type { Random } from '../differential/random.ts';
import { type Case, call, chance, environment, pick, quoted } from './case.ts';
import { CACHES, CHANNELS, DATABASES, MAILS, SEARCHES, urlText } from './urls.ts';

const NAMES = ['A', 'B', 'C'];
const VALUES = [
  'a',
  '',
  '1',
  '0',
  'on',
  'OK',
  'True',
  ' yes ',
  ' 1 ',
  '-3',
  '1_0',
  '1.5',
  '1,5',
  '1.234,5',
  '-2,5',
  'x',
  'a,b',
  'a, b ,,c',
  '(a,b)',
  '((1,2))',
  'k=v',
  'k=v,l=w',
  'k=v;l=2',
  'k=v=w',
  'k',
  'k=1;l=True;m=x,y',
  '[1, 2]',
  '{"a": [1, null]}',
  '"s"',
  '$B',
  '$C',
  '$$B',
  '$',
  '\\$B',
  'x\\$y',
  '$MISSING',
  'a\\nb',
  'a\\r\\nb',
  'http://u:p@h:1/p?q=1#f',
  '/srv/x',
  'rel/x',
  'é',
  '٣',
  '1e3',
  'nan',
  '2,3,4',
  '0.0',
  'off',
  'false',
  'k=v,',
  '=v',
  'a=1,a=2',
  'k=a;k=b',
] as const;
const DEFAULTS = [
  '',
  '',
  'default=None',
  'default=""',
  'default="a"',
  'default="1"',
  'default=True',
  'default=False',
  'default=5',
  'default=0',
  'default=1.5',
  'default=[]',
  'default=["x"]',
  'default=("y",)',
  'default={}',
  'default={"d": 1}',
  'default="$B"',
  'default=env.NOTSET',
  'default=b"x"',
  'default=int',
] as const;
const CASTS = [
  '',
  'cast=int',
  'cast=bool',
  'cast=str',
  'cast=float',
  'cast=list',
  'cast=tuple',
  'cast=dict',
  'cast=[int]',
  'cast=(int,)',
  'cast=[str]',
  'cast=dict(value=int)',
  'cast=dict(key=str, value=[int])',
  'cast=dict(value=str, cast=dict(l=int, m=[str]))',
  'cast=str.upper',
  'cast=lambda v: v.split("=")',
  'cast=None',
  'cast=len',
  'cast={}',
] as const;
const SCHEMES = [
  '',
  '',
  'A=bool',
  'A=(bool, False)',
  'A=(int, 7), B=(str, "d")',
  'A=(list, [])',
  'A=([int], [1])',
  'A=((str,), ("z",))',
  'A=(dict, {})',
  'A=(dict(value=int), {"k": 1})',
  'B=str',
  'A=(str, None), C=(bool, True)',
  'A=(float, 1.5)',
  'C=(int, "3")',
  'A=list',
  'A=[int]',
  'A=(bool,)',
  'A=(bool, False), P_A=(int, 3)',
] as const;

type Method = (random: Random, name: string, fallback: string) => string;

function url(random: Random, schemes: readonly [string, ...string[]]): string {
  return `default=${quoted(urlText(random, schemes))}`;
}

const METHODS: readonly [Method, ...Method[]] = [
  (r, n, d) => call('env', n, d, pick(r, CASTS)),
  (r, n, d) => call('env', n, d, pick(r, CASTS)),
  (r, n, d) => call('env', n, pick(r, ['', '', 'parse_default=True']), d, pick(r, CASTS)),
  (r, n, d) => call('env.str', n, d, pick(r, ['', '', 'multiline=True', 'choices=["a", "x"]'])),
  (r, n, d) => call(`env.${pick(r, ['bool', 'int', 'float', 'json', 'bytes'])}`, n, d),
  (r, n, d) => call(`env.${pick(r, ['bool', 'int', 'float', 'json'])}`, n, d),
  (r, n, d) => call(`env.${pick(r, ['list', 'tuple'])}`, n, pick(r, ['', '', 'cast=int', 'cast=str', 'cast=bool', 'cast=str.strip']), d),
  (r, n, d) => call('env.dict', n, pick(r, ['', '', 'cast=dict(value=int)', 'cast={"value": bool}', 'cast=dict(key=int)']), d),
  (r, n, d) => call('env.url', n, d).concat(pick(r, ['', '.hostname', '.geturl()', '[1]'])),
  (_r, n, d) => `str(${call('env.path', n, d)})`,
  (r) =>
    call(
      'env.db',
      pick(r, ['', '"DB"', '"A"']),
      chance(r, 70) ? url(r, DATABASES) : '',
      pick(r, ['', '', '', 'engine="my.engine"', 'engine="postgres"']),
    ),
  (r) => call('env.db_url', '"DB"', url(r, DATABASES)),
  (r) => call('env.cache', pick(r, ['', '"CACHE"']), url(r, CACHES), pick(r, ['', '', 'backend="my.Cache"'])),
  (r) => call('env.email', pick(r, ['', '"MAIL"']), url(r, MAILS), pick(r, ['', '', 'backend="my.Mail"'])),
  (r) => call('env.search_url', '"SEARCH"', url(r, SEARCHES), pick(r, ['', '', 'engine="my.Search"'])),
  (r) => call('env.channels_url', '"CHANNELS"', url(r, CHANNELS)),
  (r, n) => call('env.get_value', n, pick(r, CASTS), pick(r, DEFAULTS)),
  (r) => `${pick(r, NAMES.map(quoted) as [string])} in env`,
  (r) => `environ.Env.${pick(r, ['db_url_config', 'db_url_config'])}(${quoted(urlText(r, DATABASES))})`,
  (r) => `environ.Env.cache_url_config(${quoted(urlText(r, CACHES))})`,
  (r) => `environ.Env.email_url_config(${quoted(urlText(r, MAILS))})`,
  (r) =>
    `env.parse_value(${quoted(pick(r, VALUES))}, ${pick(r, ['int', 'bool', 'list', 'dict', '[int]', 'float', 'dict(value=int)', '(str,)'])})`,
];

const DB_NAMES = ['DB', 'DATABASE_URL', 'CACHE', 'MAIL', 'SEARCH', 'CHANNELS'];

function line(random: Random): string {
  const name = pick(random, ['A', 'B', 'C', 'export A', 'A B', ' A', 'A-B', '1']);
  const value = pick(random, VALUES);
  return pick(random, [
    `${name}=${value}`,
    `${name}=${value}`,
    `${name}="${value}"`,
    `${name}='${value}'`,
    `${name}= ${value}`,
    `${name} = ${value}`,
    `# ${name}=${value}`,
    `${name}=${value} # note`,
    `${name}='${value}' # n`,
    `${name}="a\\n\\"b\\x"`,
    `${name}="`,
    `${name}='`,
    `${name}`,
    '',
    `${name}="${value}"  `,
    `${name}=x#y`,
  ]);
}

const OPTIONS = [
  '',
  '',
  '',
  '',
  '',
  'env.prefix = "P_"',
  'env.smart_cast = False',
  'env.escape_proxy = True',
  'env.warn_on_default = True',
  'env.prefix = ""',
  'env = environ.FileAwareEnv()',
  'env.DB_SCHEMES["postgres"] = "tenants.engine"',
  'environ.Env.BOOLEAN_TRUE_STRINGS = ("ja",)',
] as const;

/** django-environ: its types, schemes, options, URL parsers and its reader of env files. */
export function djangoEnvironCase(random: Random): Case {
  const option = pick(random, OPTIONS);
  const reading = chance(random, 30)
    ? pick(random, [
        'environ.Env.read_env()',
        'env.read_env(".env")',
        'env.read_env(".env", overwrite=True)',
        'environ.Env.read_env(os.path.join(BASE, ".env"))',
        'env.read_env("absent")',
        'env.read_env(".env", C="kw")',
        'env.read_env(".env", True)',
        'env.read_env(".env", encoding="utf-8")',
        'env.read_env(".env", parse_comments=True)',
      ])
    : '';
  const reads = Array.from(
    { length: 1 + random.next(3) },
    (_one, i) => `X${i} = ${pick(random, METHODS)(random, quoted(pick(random, NAMES as [string, ...string[]])), pick(random, DEFAULTS))}`,
  );
  const text = [
    'import environ',
    'import os',
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    `env = environ.Env(${pick(random, SCHEMES)})`,
    option,
    reading,
    ...reads,
  ];
  const given: Record<string, string> = environment(random, [...NAMES, 'P_A', 'P_B'], VALUES, 40);
  if (chance(random, 15)) given['A_FILE'] = pick(random, ['secret.txt', 'absent.txt', '']);
  for (const name of DB_NAMES)
    if (chance(random, 25)) given[name] = urlText(random, pick<readonly [string, ...string[]]>(random, [DATABASES, CACHES, MAILS]));
  const env = Array.from({ length: random.next(5) }, () => line(random)).join('\n');
  return {
    files: { 'settings.py': `${text.join('\n')}\n`, '.env': env, 'secret.txt': pick(random, ['s\n', '', 'a,b', '$B']) },
    environment: given,
  };
}
