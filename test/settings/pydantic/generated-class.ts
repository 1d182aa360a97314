import { type Random, randomFrom } from '../differential/random.ts';

/** Small settings classes made from a seed, with an environment and an env file that fit them more or less. */
export interface Generated {
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

function pick<T>(random: Random, options: readonly T[]): T {
  const one = options[random.next(options.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
const chance = (random: Random, percent: number): boolean => random.next(100) < percent;

const FIELDS = ['debug', 'secret_key', 'hosts', 'port', 'timeout', 'level', 'tags', 'API_KEY', 'Mixed', 'value', 'opts'];
const TEXTS = [
  '1',
  '0',
  'true',
  'Off',
  'yes',
  '5',
  ' 7 ',
  '+3',
  '-2',
  '1_0',
  '5.0',
  '2.5',
  '',
  'a',
  'b,c',
  'None',
  '1e3',
  '.5',
  'x y',
  'é',
];
const JSONS = [
  '[]',
  '["a","b"]',
  '[1, 2]',
  '["1"]',
  '{}',
  '{"a": 1}',
  '{"a": "1", "b": [1]}',
  'null',
  'true',
  '5',
  '"q"',
  '[[1], [2]]',
  '{"host": "h", "port": "5"}',
  '{"PORT": 6}',
];
const URLS = [
  'postgres://u:p@db:5432/name',
  'postgresql+psycopg2://u:p@db.example.com/name?x=1',
  'postgres://db/name',
  'redis://localhost',
  'redis://:pw@cache:6379/1',
  'redis://cache.example.com',
  'rediss://u:p@h1/',
  'http://localhost:8000',
  'https://example.com',
  'http://example.com:80/a?b=c#d',
  'https://10.0.0.1/x',
  'amqp://guest:guest@rabbit:5672//',
  'ftp://h',
  'no url',
  'db:5432',
];

type Maker = (random: Random, generation: 1 | 2) => string;
const SCALARS = ['bool', 'int', 'float', 'str'];
const TYPES: readonly Maker[] = [
  (r) => pick(r, SCALARS),
  (r) => pick(r, SCALARS),
  (r) => pick(r, SCALARS),
  (r) => `Optional[${pick(r, [...SCALARS, 'List[str]', 'Dict[str, int]', 'Part', 'Path'])}]`,
  (r) =>
    pick(r, [
      'List[str]',
      'list[int]',
      'list',
      'Set[int]',
      'Tuple[int, ...]',
      'tuple[str, int]',
      'tuple',
      'FrozenSet[str]',
      'List[List[int]]',
      'List[Part]',
    ]),
  (r) => pick(r, ['Dict[str, int]', 'dict', 'dict[str, list[int]]', 'Dict[str, Part]', 'Dict[int, str]', 'Dict[str, Any]']),
  (r) => pick(r, ["Literal['a', 'b']", "Literal['1', 5]", 'Literal[1, 2]', 'Any', 'bytes', 'Path', 'SecretStr']),
  (r) => `Union[${pick(r, [...SCALARS, 'List[str]', "Literal['a']"])}, ${pick(r, SCALARS)}${chance(r, 30) ? ', None' : ''}]`,
  (r) => pick(r, ['PostgresDsn', 'RedisDsn', 'AnyUrl', 'HttpUrl', 'AmqpDsn', 'AnyHttpUrl', 'Optional[RedisDsn]']),
  (r) => pick(r, ['PositiveInt', 'conint(ge=2, lt=8)', 'constr(min_length=2)', 'NonNegativeFloat']),
  (r, g) =>
    g === 2
      ? pick(r, [
          'int | None',
          'str | int',
          'list[str] | None',
          'Annotated[int, Field(gt=2)]',
          'Annotated[List[str], NoDecode]',
          "'int'",
          'Annotated[str, AfterValidator(upper)]',
          'Annotated[int, BeforeValidator(length)]',
        ])
      : "'int'",
  () => 'Part',
  () => 'Part',
  (r) => pick(r, ['Kind', 'Kind', 'Level', 'Mode', 'Optional[Kind]', 'List[Kind]', 'timedelta', 'Union[Kind, str]']),
];

const DEFAULTS = [
  '1',
  '0',
  "'5'",
  "'a'",
  'None',
  '2.5',
  'True',
  '[]',
  "['a']",
  '[1]',
  '{}',
  "{'a': 1}",
  '()',
  "'redis://localhost'",
  "'postgres://u:p@h/d'",
  "Path('x')",
  'Part(port=3)',
  "b'x'",
];

/** By type: defaults and texts that fit it. */
const FITTING: readonly (readonly [RegExp, readonly string[], readonly string[]])[] = [
  [/^(?:Optional|.*None)/, ['None'], []],
  [/Part/, ['Part(port=1)', "Part(host='z', port='2')"], ['{"port": 1}', '{"host": "z", "port": "7"}', '{"PORT": 2, "extra": 1}']],
  [/Kind/, ['Kind.first', "'b,c'"], ['a', 'b,c', '["a"]']],
  [/Level/, ['Level.low', '5'], ['1', '5', '+5']],
  [/Mode/, ['Mode.off', "'x y'"], ['x y', '1']],
  [/timedelta/, ['timedelta(1)'], ['1']],
  [/Postgres/, ["'postgres://u:p@h/d'"], ['postgres://u:p@db:5432/name', 'postgresql+psycopg2://u:p@db.example.com/name?x=1']],
  [/Redis/, ["'redis://localhost'"], ['redis://localhost', 'redis://:pw@cache:6379/1', 'redis://cache.example.com', 'rediss://u:p@h1/']],
  [/Amqp/, ["'amqp://h'"], ['amqp://guest:guest@rabbit:5672//', 'amqp://h/v']],
  [/Url/, ["'https://example.com'"], ['https://example.com', 'http://example.com:80/a?b=c#d', 'https://a.example.com/x']],
  [/List\[List/, ['[[1]]'], ['[[1], [2]]', '[]']],
  [/^(?:list|dict)?.*(?:list\[int|Set\[int|Tuple\[int)/, ['[1]'], ['[1, 2]', '["1"]', '[]']],
  [/tuple\[str, int/, ["('a', 1)"], ['["a", 1]', '["a", "2"]']],
  [/List|list|Set|Tuple|tuple/, ['[]', "['a']"], ['[]', '["a","b"]', '["1"]']],
  [/Dict\[int/, ['{1: 2}'], ['{"1": "a"}']],
  [/Dict\[str, int|dict$|Any\]/, ["{'a': 1}"], ['{"a": 1}', '{}']],
  [/dict|Dict/, ["{'a': [1]}"], ['{"a": [1]}']],
  [/Literal\['a'/, ["'a'"], ['a', 'b']],
  [/Literal\['1'/, ['5'], ['1']],
  [/Literal\[1/, ['1'], ['1']],
  [/bool/, ['True', 'False', "'on'"], ['1', '0', 'true', 'FALSE', 'on', 'Yes', 'n']],
  [/conint|Positive|int/, ['3', '7', "'5'"], ['5', ' 7 ', '+3', '1_0']],
  [/float|Float/, ['1', '2.5', "'.5'"], ['1', '2.5', '.5', ' 7 ', '1e3']],
  [/constr|str|Secret|Path|bytes|Any|Text/, ["'ab'", "'x,y'", "''"], ['a/b', 'b,c', 'x y', 'é', '', 'None']],
];

function fitting(random: Random, type: string, which: 1 | 2): string | null {
  const options = FITTING.filter(([pattern]) => pattern.test(type)).flatMap((one) => one[which]);
  return options.length === 0 ? null : pick(random, options);
}

function fallback(random: Random, type: string): string | null {
  if (chance(random, 35)) return null;
  return (chance(random, 92) ? fitting(random, type, 1) : null) ?? pick(random, DEFAULTS);
}

interface Shape {
  readonly name: string;
  readonly names: readonly string[];
  readonly type: string;
  readonly needed: boolean;
}

function field(random: Random, name: string, generation: 1 | 2, prefix: string): { readonly line: string; readonly shape: Shape } {
  const type = pick(random, TYPES)(random, generation);
  const value = fallback(random, type);
  const options: string[] = [];
  let names = [prefix + name];
  if (chance(random, 20)) {
    if (generation === 1) {
      const form = random.next(3);
      if (form === 0) options.push("env='OTHER'");
      if (form === 1) options.push("env=['FIRST', 'SECOND']");
      if (form === 2) options.push("description='what it is'");
      names = form === 0 ? ['OTHER'] : form === 1 ? ['FIRST', 'SECOND'] : names;
    } else {
      const form = random.next(4);
      if (form === 0) options.push("alias='OTHER'");
      if (form === 1) options.push("validation_alias='other_one'");
      if (form === 2) options.push("validation_alias=AliasChoices('FIRST', 'second')");
      if (form === 3) options.push("description='what it is'");
      names = form === 0 ? ['OTHER'] : form === 1 ? ['other_one'] : form === 2 ? ['FIRST', 'second'] : names;
    }
  }
  if (/^(?:int|float)$/.test(type) && chance(random, 15)) options.push(pick(random, ['ge=1', 'gt=4', 'le=5', 'lt=100']));
  if (type === 'str' && chance(random, 15)) options.push(pick(random, ['min_length=2', 'max_length=3']));
  const factory = value !== null && (value === '[]' || value === '{}') && chance(random, 40);
  const shape = { name, names, type, needed: value === null };
  if (options.length === 0 && !factory && chance(random, 85))
    return { line: value === null ? `${name}: ${type}` : `${name}: ${type} = ${value}`, shape };
  const first = factory ? [`default_factory=${value === '[]' ? 'list' : 'dict'}`] : [value ?? '...'];
  return { line: `${name}: ${type} = Field(${[...first, ...options].join(', ')})`, shape };
}

function valueFor(random: Random, type: string): string {
  return (chance(random, 92) ? fitting(random, type, 2) : null) ?? pick(random, [...TEXTS, ...JSONS, ...URLS]);
}

function spelled(random: Random, name: string): string {
  const form = random.next(6);
  return form < 4 ? name.toUpperCase() : form === 4 ? name : name.toLowerCase();
}

function partValue(random: Random, part: string): string {
  if (chance(random, 10)) return pick(random, [...JSONS, 'h', '']);
  return part === 'names' ? pick(random, ['[]', '["a"]']) : part === 'flags' ? '{"a": 1}' : pick(random, ['1', '5', ' 7 ']);
}

function variables(random: Random, shapes: readonly Shape[], delimiter: string | null, percent: number): Map<string, string> {
  const out = new Map<string, string>();
  for (const shape of shapes) {
    if (chance(random, shape.needed ? 90 : percent)) out.set(spelled(random, pick(random, shape.names)), valueFor(random, shape.type));
    if (delimiter === null || !/Part|dict|Dict|List/.test(shape.type) || chance(random, 30)) continue;
    const base = spelled(random, pick(random, shape.names));
    for (const part of ['port', 'host', 'names', `inner${delimiter}deep`, 'flags'])
      if (chance(random, 45)) {
        const key = spelled(random, part);
        out.set(`${base}${delimiter}${key}`, partValue(random, part));
      }
  }
  if (chance(random, 30)) out.set(pick(random, ['EXTRA', 'debug_extra', 'APP_MORE', 'port__x', 'OTHER']), pick(random, TEXTS));
  return out;
}

const OLD_VALIDATORS = [
  (name: string) =>
    `    @validator('${name}', pre=True)\n    def pre_${name}(cls, v):\n        return v.split(',') if isinstance(v, str) and ',' in v else v\n`,
  (name: string) =>
    `    @validator('${name}')\n    def post_${name}(cls, v, values):\n        if v == 5:\n            raise ValueError('five')\n        return [v, sorted(values)]\n`,
  (name: string) =>
    `    @validator('${name}', always=True)\n    def always_${name}(cls, v):\n        assert v != 'a'\n        return v or 'nothing'\n`,
];
const VALIDATORS = [
  (name: string) =>
    `    @field_validator('${name}', mode='before')\n    @classmethod\n    def pre_${name}(cls, v):\n        return v.split(',') if isinstance(v, str) and ',' in v else v\n`,
  (name: string) =>
    `    @field_validator('${name}')\n    @classmethod\n    def post_${name}(cls, v, info):\n        if v == 5:\n            raise ValueError('five')\n        return [v, sorted(info.data), info.field_name]\n`,
  (name: string) =>
    `    @field_validator('${name}', mode='after')\n    def after_${name}(cls, v):\n        assert v != 'a'\n        return v or 'nothing'\n`,
  (name: string) =>
    `    @field_validator('${name}', mode='plain')\n    @classmethod\n    def plain_${name}(cls, v):\n        return ('plain', v)\n`,
];
const ROOTS = [
  `    @model_validator(mode='before')\n    @classmethod\n    def first(cls, data):\n        return {**data, 'debug': data.get('debug', '1')}\n`,
  `    @model_validator(mode='after')\n    def last(self):\n        self.level = 'changed'\n        return self\n`,
];
const OLD_ROOTS = [
  `    @root_validator(pre=True)\n    def first(cls, values):\n        values.setdefault('debug', '1')\n        return values\n`,
  `    @root_validator\n    def last(cls, values):\n        values['level'] = 'changed'\n        return values\n`,
];

function configLines(random: Random, generation: 1 | 2, prefix: string, delimiter: string | null, file: boolean): readonly string[] {
  const options: (readonly [string, string])[] = [];
  if (prefix !== '') options.push(['env_prefix', `'${prefix}'`]);
  if (delimiter !== null) options.push(['env_nested_delimiter', `'${delimiter}'`]);
  if (file) options.push(['env_file', pick(random, ["'.env'", "('.env', '.env.local')", "['missing.env', '.env']", "Path('.env')"])]);
  if (chance(random, 20)) options.push(['case_sensitive', pick(random, ['True', 'False'])]);
  if (chance(random, 55)) options.push(['extra', pick(random, ["'ignore'", "'ignore'", "'allow'", "'forbid'"])]);
  if (generation === 2) {
    if (chance(random, 12)) options.push(['env_ignore_empty', 'True']);
    if (chance(random, 10)) options.push(['env_parse_none_str', "'None'"]);
    if (chance(random, 15)) options.push(['populate_by_name', 'True']);
    if (chance(random, 6)) options.push(['enable_decoding', 'False']);
    if (chance(random, 8)) options.push(['validate_default', 'False']);
    if (chance(random, 8) && delimiter !== null) options.push(['env_nested_max_split', '1']);
  }
  if (options.length === 0) return [];
  if (generation === 2 && chance(random, 80))
    return [`    model_config = SettingsConfigDict(${options.map(([name, value]) => `${name}=${value}`).join(', ')})`];
  return ['    class Config:', ...options.map(([name, value]) => `        ${name} = ${value}`)];
}

const PYDANTIC = [
  'BaseModel',
  'Field',
  'SecretStr',
  'PostgresDsn',
  'RedisDsn',
  'AnyUrl',
  'HttpUrl',
  'AnyHttpUrl',
  'AmqpDsn',
  'PositiveInt',
  'NonNegativeFloat',
  'conint',
  'constr',
  'ValidationError',
];
const SECOND = ['AfterValidator', 'AliasChoices', 'BeforeValidator', 'computed_field', 'field_validator', 'model_validator'];

/** Imports of what the body names: older releases lack some of it. */
function heads(generation: 1 | 2, home: string, body: string): readonly string[] {
  const used = (names: readonly string[]) => names.filter((name) => new RegExp(`\\b${name}\\b`).test(body)).join(', ');
  const lines = [
    'from datetime import timedelta',
    'from enum import Enum, IntEnum',
    'from pathlib import Path',
    'from typing import Annotated, Any, Dict, FrozenSet, List, Literal, Optional, Set, Tuple, Union',
  ];
  if (generation === 1) return [...lines, `from ${home} import ${used([...PYDANTIC, 'BaseSettings', 'root_validator', 'validator'])}`];
  return [
    ...lines,
    `from pydantic import ${used([...PYDANTIC, ...SECOND])}`,
    `from pydantic_settings import ${used(['BaseSettings', 'NoDecode', 'SettingsConfigDict'])}`,
    'def upper(v):',
    '    return v.upper()',
    'def length(v):',
    '    return len(v) if isinstance(v, str) else v',
  ];
}

const ENUMS = [
  'class Kind(str, Enum):',
  "    first = 'a'",
  "    second = 'b,c'",
  'class Level(IntEnum):',
  '    low = 1',
  '    high = 5',
  'class Mode(Enum):',
  "    on = 'x y'",
  '    off = 1',
];

function parts(random: Random, generation: 1 | 2): string {
  const lines = [
    ...ENUMS,
    'class Inner(BaseModel):',
    '    deep: int = 1',
    '',
    'class Part(BaseModel):',
    "    host: str = 'localhost'",
    '    port: int',
    '    names: List[str] = []',
  ];
  if (chance(random, 50)) lines.push('    inner: Inner = Inner()');
  if (chance(random, 30)) lines.push('    flags: Optional[Dict[str, int]] = None');
  if (chance(random, 15))
    lines.push(generation === 2 ? "    model_config = {'extra': 'forbid'}" : "    class Config:\n        extra = 'forbid'");
  return lines.join('\n');
}

/** A class in the way of pydantic 1 (imported from `home`) or of pydantic 2. */
export function generatedClass(seed: number, generation: 1 | 2, home: string): Generated {
  const random = randomFrom(seed);
  const prefix = chance(random, 30) ? pick(random, ['APP_', 'app_', 'App_']) : '';
  const delimiter = chance(random, 45) ? pick(random, ['__', '__', '_']) : null;
  const file = chance(random, 45);
  const names = [...FIELDS].filter(() => chance(random, 40));
  const made = names.map((name) => field(random, name, generation, prefix));
  const shapes = made.map((one) => one.shape);
  const lines = ['', parts(random, generation), ''];
  const body = [...configLines(random, generation, prefix, delimiter, file), ...made.map((one) => `    ${one.line}`)];
  for (const { name } of shapes) if (chance(random, 8)) body.push(pick(random, generation === 1 ? OLD_VALIDATORS : VALIDATORS)(name));
  if (chance(random, 8)) body.push(pick(random, generation === 1 ? OLD_ROOTS : ROOTS));
  if (generation === 1 && chance(random, 8)) body.push(`    plain = ${pick(random, ["'x'", '5', 'True', '[1]', '2.5'])}`);
  if (chance(random, 15))
    body.push(`    ${generation === 2 ? '@computed_field\n    ' : ''}@property\n    def both(self) -> str:\n        return 'both'\n`);
  if (body.length === 0) body.push('    pass');
  const inherits = chance(random, 12);
  lines.push(`class Settings(BaseSettings):`, ...body, '');
  if (inherits)
    lines.push('class Production(Settings):', `    debug: bool = ${pick(random, ['True', 'False'])}`, "    added: str = 'new'", '');
  const cls = inherits ? 'Production' : 'Settings';
  const call =
    chance(random, 12) && names[0] !== undefined
      ? `${cls}(${names[0]}=${pick(random, DEFAULTS)})`
      : chance(random, 4)
        ? `${cls}(_env_file=None)`
        : `${cls}()`;
  if (chance(random, 20))
    lines.push(
      'try:',
      `    s = ${call}`,
      `except ${pick(random, ['ValidationError', 'ValueError', 'TypeError', 'Exception'])}:`,
      '    s = None',
      'FAILED = s is None',
    );
  else lines.push(`s = ${call}`);
  for (const [i, { name, type }] of shapes.entries()) {
    lines.push(`V${i} = s.${name} if s is not None else 'none'`);
    if (/Dsn|Url|Path/.test(type)) lines.push(`T${i} = str(V${i})`);
    if (type === 'SecretStr') lines.push(`T${i} = V${i}.get_secret_value() if s is not None and V${i} else ''`);
    if (type === 'Part') lines.push(`P${i} = getattr(V${i}, 'port', None)`, `H${i} = getattr(V${i}, 'names', None)`);
  }
  lines.push(`DUMP = s.${generation === 2 ? 'model_dump' : 'dict'}() if s is not None else None`);
  if (generation === 2 && chance(random, 30)) lines.push("JSON = s.model_dump(mode='json') if s is not None else None");
  const environment = variables(random, shapes, delimiter, 55);
  const files: Record<string, string> = { 'settings.py': `${[...heads(generation, home, lines.join('\n')), ...lines].join('\n')}\n` };
  const envFile = (percent: number) =>
    [...variables(random, shapes, delimiter, percent)]
      .map(([name, value]) => `${name}=${/^[\w.,:/@-]*$/.test(value) ? value : `'${value}'`}\n`)
      .join('');
  if (file) files['.env'] = envFile(40);
  if (file && chance(random, 30)) files['.env.local'] = envFile(25);
  // Which of two spellings comes last is a matter of the machine.
  const seen = new Set<string>();
  const apart = [...environment].filter(([name]) => !seen.has(name.toLowerCase()) && seen.add(name.toLowerCase()));
  return { files, environment: Object.fromEntries(apart) };
}
