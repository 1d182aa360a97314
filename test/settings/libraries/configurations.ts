import type { Random } from '../differential/random.ts';
import { type Case, call, chance, environment, pick, quoted } from './case.ts';
import { CACHES, DATABASES, MAILS, urlText } from './urls.ts';

const NAMES = ['DJANGO_A', 'DJANGO_B', 'DJANGO_C', 'A', 'X_A', 'OWN'] as const;
const VALUES = [
  'a',
  '',
  '1',
  '0',
  'yes',
  ' Yes ',
  'no',
  'True',
  'on',
  '-3',
  '1.5',
  'a,b',
  ' a , b ,,',
  '1,2',
  'a;b',
  'a,b;c',
  '{}',
  '{"k": 1}',
  "{'k': [1]}",
  '[1]',
  'x@example.com',
  'http://example.com/',
  '127.0.0.1',
  '/',
  '/absent',
  '1e3',
  'nan',
  '1_0',
  '(1, 2)',
  'None',
  '"q"',
  'k=v',
] as const;

const DEFAULTS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Value: ['', '"d"', 'None', '5', '[]', '"http://x"'],
  BooleanValue: ['True', 'False', '0', '1', 'None', '', '"yes"'],
  IntegerValue: ['', '5', '"5"', 'None'],
  PositiveIntegerValue: ['', '5', '-5'],
  FloatValue: ['', '1.5', '5'],
  DecimalValue: [''],
  ListValue: ['', '["x"]', '("x", "y")', '[]', '"xy"', 'None'],
  TupleValue: ['', '["x"]', '()'],
  SetValue: ['', '["x"]', '{"x"}'],
  SingleNestedListValue: ['', '[["x"]]', '["x"]'],
  SingleNestedTupleValue: ['', '(("x",),)'],
  DictValue: ['', '{"d": 1}', '[("d", 1)]', 'None'],
  EmailValue: ['', '"a@b.com"', '"bad"'],
  URLValue: ['', '"http://b.com"', '"bad"'],
  IPValue: ['', '"1.2.3.4"', '"bad"'],
  RegexValue: [''],
  PathValue: ['"/"'],
  SecretValue: [''],
  DatabaseURLValue: ['', 'URL'],
  CacheURLValue: [''],
  EmailURLValue: [''],
};
const KINDS = Object.keys(DEFAULTS);
const OPTIONS = [
  '',
  '',
  '',
  '',
  'environ=False',
  'environ_name="OWN"',
  'environ_prefix="X"',
  'environ_prefix="X_"',
  'environ_prefix=None',
  'environ_prefix=""',
  'environ_required=True',
  'late_binding=True',
  'environ_name="OWN", environ_prefix=None',
  'environ_name="OWN", late_binding=True',
] as const;

function value(random: Random): string {
  const kind = KINDS[random.next(KINDS.length)] ?? 'Value';
  const fallback = pick(random, DEFAULTS[kind] ?? ['']);
  const written =
    fallback === 'URL'
      ? quoted(urlText(random, DATABASES))
      : fallback === 'CACHE'
        ? quoted(urlText(random, CACHES))
        : fallback === 'MAIL'
          ? quoted(urlText(random, MAILS))
          : fallback;
  const own =
    kind === 'RegexValue'
      ? 'regex=r"^[a-d]"'
      : kind === 'ListValue' || kind === 'TupleValue'
        ? pick(random, ['', '', 'separator=";"', 'converter=int', 'converter=str.upper'])
        : kind === 'PathValue'
          ? pick(random, ['', 'check_exists=False'])
          : kind === 'DatabaseURLValue'
            ? pick(random, ['', 'alias="other"', 'conn_max_age=5'])
            : '';
  return call(`values.${kind}`, written, own, pick(random, OPTIONS));
}

const MEMBERS: readonly [(r: Random) => string, ...((r: Random) => string)[]] = [
  (r) => `${pick(r, ['A', 'B', 'C'])} = ${value(r)}`,
  (r) => `${pick(r, ['A', 'B', 'C'])} = ${value(r)}`,
  (r) => `${pick(r, ['A', 'B', 'C', 'DEBUG'])} = ${pick(r, ['1', '[1]', '"x"', 'not True', 'None'])}`,
  (r) => `${pick(r, ['DATABASES', 'CACHES', 'EMAIL'])} = ${value(r)}`,
  () => '@property\n    def D(self):\n        return [self.A, self.DEBUG]',
  () => 'def E(self):\n        return str(self.A)',
  () => '@classmethod\n    def pre_setup(cls):\n        super().pre_setup()\n        cls.PRE = "pre"',
  () => '@classmethod\n    def setup(cls):\n        super().setup()\n        cls.SET = [cls.A]',
  () => '@classmethod\n    def post_setup(cls):\n        super().post_setup()\n        cls.POST = 1',
  () => 'DOTENV = ".env"',
  () => 'DOTENV = os.path.join(BASE, ".env")',
  (r) => `lower = ${pick(r, ['1', 'values.Value("l")'])}`,
  () => 'F = property(lambda self: self.A)',
  () => 'G = lambda self: 7',
];

function body(random: Random, count: number): string {
  return Array.from({ length: count }, () => `    ${pick(random, MEMBERS)(random)}`).join('\n');
}

/** django-configurations: its values, how classes pass them on, and what its importer makes of a class. */
export function configurationsCase(random: Random): Case {
  const mixin = chance(random, 30);
  const text = [
    'import os',
    'from configurations import Configuration, values',
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    ...(mixin ? ['class Mixin:', body(random, 1 + random.next(2))] : []),
    'class Base(Configuration):',
    '    A = "base"',
    body(random, 1 + random.next(3)),
    `class Prod(${mixin ? pick(random, ['Mixin, Base', 'Base, Mixin']) : 'Base'}):`,
    body(random, 1 + random.next(3)),
  ];
  const given: Record<string, string> = {
    ...environment(random, NAMES, VALUES, 35),
    DJANGO_CONFIGURATION: 'Prod',
    DJANGO_SETTINGS_MODULE: 'settings',
  };
  if (chance(random, 30)) given['DATABASE_URL'] = urlText(random, DATABASES);
  if (chance(random, 30)) given['CACHE_URL'] = urlText(random, CACHES);
  if (chance(random, 30)) given['EMAIL_URL'] = urlText(random, MAILS);
  const env = `DJANGO_A=${pick(random, VALUES)}\nDJANGO_B='${pick(random, VALUES)}'\nDJANGO_C="a\\"b"\n`;
  return {
    files: { 'settings.py': `${text.join('\n')}\n`, '.env': env },
    environment: given,
    class: 'Prod',
    names: [
      'A',
      'B',
      'C',
      'D',
      'E',
      'F',
      'G',
      'PRE',
      'SET',
      'POST',
      'DATABASES',
      'CACHES',
      'EMAIL',
      'DEBUG',
      'EMAIL_HOST',
      'EMAIL_PORT',
      'EMAIL_BACKEND',
      'CONFIGURATION',
      'DOTENV',
      'DOTENV_LOADED',
      'APPEND_SLASH',
    ],
  };
}
