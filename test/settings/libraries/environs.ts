import type { Random } from '../differential/random.ts';
import { type Case, call, chance, environment, pick, quoted } from './case.ts';
import { CACHES, DATABASES, MAILS, urlText } from './urls.ts';

const NAMES = ['A', 'B', 'C', 'P_A', 'P_B', 'P_Q_A'] as const;
const VALUES = [
  'a',
  '',
  '1',
  '0',
  'on',
  'On',
  'oN',
  'True',
  'no',
  ' 1 ',
  '-3',
  '1_0',
  '1.5',
  '1e3',
  'nan',
  'inf',
  'x',
  'a,b',
  'a, b ,,c',
  '1,2',
  '1, 2',
  'yes,no',
  'k=v',
  'k=v,l=w',
  'k = v , l=2',
  'k',
  'k=1,l=2',
  'k:1;l:2',
  '[1, 2]',
  '{"a": null}',
  '{',
  '"s"',
  'debug',
  'INFO',
  'Nope',
  '20',
  '/srv/x',
  'rel//x/',
  '.',
  '5',
  '7h 7s',
  '1w2d',
  '3ms',
  '-5',
  'https://example.com/p',
  'http://localhost',
  'ftp://h',
  '${B}',
  '${B}/x',
  'x-${B}-${C}',
  '${NO:-d}',
  '${NO}',
  '\\${B}',
  '${B:-z}${C:-y}',
  '$B',
  '{{B}}',
  'é',
  '2024-01-01',
  'f',
  'T',
  'secret.txt',
  'absent.txt',
  'a;b',
] as const;
const DEFAULTS = [
  '',
  '',
  '',
  'default=None',
  'default=""',
  'default="a"',
  'default="1"',
  'default=True',
  'default=5',
  'default=1.5',
  'default=[]',
  'default=["x"]',
  'default={}',
  'default="${B}"',
  'default=...',
  'None',
  '"z"',
] as const;

type Method = (random: Random, name: string, fallback: string) => string;
const METHODS: readonly [Method, ...Method[]] = [
  (_r, n, d) => call('env', n, d),
  (_r, n, d) => call('env.str', n, d),
  (r, n, d) => call(`env.${pick(r, ['int', 'bool', 'float', 'bool', 'int'])}`, n, d),
  (r, n, d) => call(`env.${pick(r, ['json', 'path', 'log_level', 'timedelta', 'url'])}`, n, d),
  (r, n, d) =>
    call(
      'env.list',
      n,
      d,
      pick(r, [
        '',
        '',
        'subcast=int',
        'subcast=str',
        'subcast=bool',
        'subcast=float',
        'subcast=str.upper',
        'subcast=lambda v: v.strip()',
        'delimiter=";"',
        'delimiter=" ", subcast=int',
      ]),
    ),
  (r, n, d) => call('env.list', n, d, pick(r, ['', 'subcast=int'])),
  (r, n, d) =>
    call(
      'env.dict',
      n,
      d,
      pick(r, [
        '',
        '',
        'subcast_values=int',
        'subcast_keys=str, subcast_values=bool',
        'subcast_keys=int',
        'delimiter=";", key_value_delimiter=":"',
      ]),
    ),
  (r) =>
    call(
      'env.dj_db_url',
      '"DB"',
      chance(r, 50) ? `default=${quoted(urlText(r, DATABASES))}` : '',
      pick(r, ['', 'conn_max_age=5', 'ssl_require=True']),
    ),
  (r) => call('env.dj_email_url', '"MAIL"', chance(r, 50) ? `default=${quoted(urlText(r, MAILS))}` : ''),
  (r) => call('env.dj_cache_url', '"CACHE"', chance(r, 50) ? `default=${quoted(urlText(r, CACHES))}` : ''),
  (r, n, d) => call('env.int', n, d, pick(r, ['validate=positive', 'validate=lambda n: True', 'validate=None'])),
  (_r, n, d) => call('env.twice', n, d),
  (r) => `os.environ.get(${quoted(pick(r, NAMES))})`,
  (r) => `os.environ.get(${quoted(pick(r, NAMES))}, "none")`,
];

const ENVS = [
  'Env()',
  'Env()',
  'Env()',
  'Env(expand_vars=True)',
  'Env(expand_vars=True)',
  'Env(eager=False)',
  'Env(prefix="P_")',
  'FileAwareEnv()',
  'FileAwareEnv(strip_whitespace=True)',
  'FileAwareEnv(file_suffix="_PATH")',
] as const;

function line(random: Random): string {
  const name = pick(random, ['A', 'B', 'C', 'export A', 'P_A']);
  const value = pick(random, VALUES);
  return pick(random, [`${name}=${value}`, `${name}="${value}"`, `${name}='${value}'`, `${name} = ${value} # n`, `# ${name}=1`, name, '']);
}

/** environs: types, prefixes, files, references, parsers of one's own and errors that wait for `seal`. */
export function environsCase(random: Random): Case {
  const made = pick(random, ENVS);
  const reading = chance(random, 35)
    ? pick(random, [
        'env.read_env()',
        'X9 = env.read_env()',
        'env.read_env(".env")',
        'env.read_env("conf/.env")',
        'env.read_env("absent")',
        'env.read_env(".env", override=True)',
        'env.read_env("absent", recurse=False)',
        'env.read_env(os.path.join(BASE, ".env"), recurse=False)',
      ])
    : '';
  let at = 0;
  const read = () => `X${at++} = ${pick(random, METHODS)(random, quoted(pick(random, ['A', 'B', 'C'])), pick(random, DEFAULTS))}`;
  const plain = Array.from({ length: 1 + random.next(2) }, read);
  const prefixed = chance(random, 25)
    ? [
        'with env.prefixed("P_"):',
        `    ${read()}`,
        ...(chance(random, 40) ? ['    with env.prefixed("Q_") as e:', `        ${read()}`, `    ${read()}`] : []),
        read(),
      ]
    : [];
  const helpers = [
    'def positive(n):',
    '    if n < 0:',
    '        raise ValidationError("negative")',
    '@env.parser_for("twice")',
    'def twice(value):',
    '    return value * 2',
  ];
  const kind = made.startsWith('File') ? 'FileAwareEnv, ValidationError' : 'Env, ValidationError';
  const text = [
    'import os',
    `from environs import ${kind}`,
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    `env = ${made}`,
    ...helpers,
    reading,
    ...plain,
    ...prefixed,
    made.includes('eager') || chance(random, 5) ? 'env.seal()' : '',
  ];
  const given: Record<string, string> = environment(random, NAMES, VALUES, 40);
  if (made.startsWith('File') && chance(random, 60))
    given[pick(random, ['A_FILE', 'B_FILE', 'A_PATH'])] = pick(random, ['secret.txt', 'secret.txt', 'absent.txt', '']);
  if (chance(random, 40)) given['DB'] = urlText(random, DATABASES);
  if (chance(random, 40)) given['MAIL'] = urlText(random, MAILS);
  if (chance(random, 40)) given['CACHE'] = urlText(random, CACHES);
  const env = Array.from({ length: random.next(5) }, () => line(random)).join('\n');
  return {
    files: { 'settings.py': `${text.join('\n')}\n`, '.env': env, 'conf/x': '', 'secret.txt': pick(random, [' s\n', '', 'a,b']) },
    environment: given,
  };
}
