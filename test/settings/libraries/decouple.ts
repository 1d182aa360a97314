import type { Random } from '../differential/random.ts';
import { type Case, call, chance, environment, pick, quoted } from './case.ts';

const NAMES = ['A', 'B', 'C'];
const VALUES = [
  'a',
  '',
  '1',
  '0',
  'on',
  'Off',
  'TRUE',
  'maybe',
  'y',
  ' 1 ',
  '-3',
  '1_0',
  '+7',
  '1.5',
  '1e3',
  'nan',
  'a,b',
  'a, b ,,c',
  '"a b",c',
  "'x,y' z",
  'a\\,b',
  '#x,y',
  'a#b',
  'a;b;c',
  '"open',
  '\\',
  'a b,c d',
  ' , ',
  'é,ß',
  '(1,2)',
  "it's",
  '2,3,4',
  '%s',
  '$A',
  'a"b"c',
  "a''b",
  '""',
  "'',x",
] as const;
const CASTS = [
  '',
  'cast=bool',
  'cast=int',
  'cast=float',
  'cast=str',
  'cast=list',
  'cast=tuple',
  'cast=len',
  'cast=lambda v: [s.strip() for s in v.split(",")]',
  'cast=str.upper',
  'cast=Csv()',
  'cast=Csv(int)',
  'cast=Csv(cast=int)',
  'cast=Csv(post_process=tuple)',
  'cast=Csv(post_process=set)',
  'cast=Csv(delimiter=";")',
  'cast=Csv(delimiter=" ,")',
  'cast=Csv(strip=" ab")',
  'cast=Csv(cast=lambda s: s.upper(), strip="%*")',
  'cast=Csv(str, ";", " ", tuple)',
  'cast=Choices(["a", "1"])',
  'cast=Choices([1, 2, 7], cast=int)',
  'cast=Choices(choices=[("a", "A"), ("on", "On")])',
  'cast=Choices(flat=["x"], choices=(("0", "zero"),))',
] as const;
const DEFAULTS = [
  '',
  '',
  'default=None',
  'default=""',
  'default="a,b"',
  'default=True',
  'default="off"',
  'default=5',
  'default=[]',
  'default="x y"',
  'default=undefined',
  'default=1.5',
] as const;

function line(random: Random): string {
  const name = pick(random, ['A', 'B', 'C', 'a', 'export A', ' B ']);
  const value = pick(random, VALUES);
  return pick(random, [
    `${name}=${value}`,
    `${name}=${value}`,
    `${name} = ${value}`,
    `# ${name}=${value}`,
    `${name}="${value}"`,
    `${name}='${value}'`,
    `${name}=${value} # note`,
    `${name}`,
    `${name}=${value}\r`,
    `  ${name}=x=${value}`,
    '',
    `${name}='`,
    `${name}: ${value}`,
  ]);
}

function ini(random: Random): string {
  const lines = Array.from({ length: 1 + random.next(4) }, () =>
    pick(random, [line(random), line(random), `  continued`, '; note', '# note', `B = %(A)s`, 'C = 100%%', '[other]', 'A: b', '']),
  );
  return `${pick(random, ['[settings]', '[settings]', '[settings]', '[other]', '[DEFAULT]'])}\n${lines.join('\n')}\n`;
}

function files(random: Random): Record<string, string> {
  const env = Array.from({ length: random.next(4) }, () => line(random)).join('\n');
  return {
    ...(chance(random, 50) ? { '.env': env } : {}),
    ...(chance(random, 15) ? { 'settings.ini': ini(random) } : {}),
    ...(chance(random, 20) ? { 'conf/.env': `A=inner\n${env}` } : {}),
    ...(chance(random, 10) ? { 'secrets/A': pick(random, VALUES), 'secrets/B': 'two\n' } : {}),
  };
}

const SOURCES = [
  '',
  '',
  '',
  '',
  'config = AutoConfig(search_path="conf")',
  'config = AutoConfig("conf/deeper")',
  'config = AutoConfig(BASE)',
  'config = AutoConfig(os.path.join(BASE, "conf"))',
  'config = Config(RepositoryEnv("conf/.env"))',
  'config = Config(RepositoryEnv(os.path.join(BASE, ".env")))',
  'config = Config(RepositoryEmpty())',
  'config = Config(RepositoryIni("settings.ini"))',
  'config = Config(RepositorySecret("secrets"))',
  'config = Config(repository=RepositoryEnv(".env"))',
] as const;

/** python-decouple: casts, defaults, its two kinds of files and the ways to make a config. */
export function decoupleCase(random: Random): Case {
  const source = pick(random, SOURCES);
  const reads = Array.from({ length: 1 + random.next(3) }, (_one, i) => {
    const fallback = pick(random, DEFAULTS);
    const first = quoted(pick(random, ['A', 'B', 'C', 'a']));
    const read = chance(random, 10)
      ? call('config.get', first, fallback, pick(random, CASTS))
      : call('config', first, fallback, pick(random, CASTS));
    return `X${i} = ${read}`;
  });
  const text = [
    'import os',
    'from decouple import AutoConfig, Choices, Config, Csv, RepositoryEmpty, RepositoryEnv, RepositoryIni, undefined, config',
    ...(source.includes('Secret') ? ['from decouple import RepositorySecret'] : []),
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    source,
    ...reads,
  ];
  return { files: { 'settings.py': `${text.join('\n')}\n`, ...files(random) }, environment: environment(random, NAMES, VALUES, 45) };
}
