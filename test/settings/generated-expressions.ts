/** Expressions over dj-email-url, django-cache-url and envparse, as settings write them, with the environment they run in. */
export interface Asked {
  readonly environment: Readonly<Record<string, string>>;
  readonly expression: string;
}

interface Dice {
  pick<T>(items: readonly [T, ...T[]]): T;
  chance(of: number): boolean;
}

function dice(seed: number): Dice {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { pick: (items) => items[Math.floor(next() * items.length)] ?? items[0], chance: (of) => next() < of };
}

const EMAIL_SCHEMES = ['smtp', 'submission', 'submit', 'smtps', 'console', 'file', 'memory', 'dummy', 'SMTP', 'mailto', ''] as const;
const CACHE_SCHEMES = [
  'redis',
  'rediss',
  'hiredis',
  'redis',
  'hiredis',
  'memcached',
  'pymemcached',
  'pymemcache',
  'djangopylibmc',
  'elasticache',
  'locmem',
  'dummy',
  'db',
  'file',
  'uwsgicache',
  'redis-cache',
  'nosuch',
  'LOCMEM',
] as const;
const USERS = ['', '', 'user@', ':pw@', 'u:p@', 'u%40x.org:p%2Fw@', 'u:@', 'a:b:c@', 'me@mail.org:p@', ':p%20@', ':pa$s@'] as const;
const HOSTS = ['', 'mail', 'Mail.Example.ORG', '127.0.0.1', '[::1]', 'a,b', 'h%41b', 'x_y'] as const;
const PORTS = ['', '', ':25', ':6379', ':0', ':99999', ':abc', ':', ':1,b:2'] as const;
const PATHS = [
  '',
  '/',
  '/1',
  '/tmp/app-messages',
  '/0/x',
  '//double',
  '/tmp/redis1.sock/2',
  '/tmp/redis.sock',
  '/a%20b',
  '/x;y=1',
  '/12',
] as const;
const EMAIL_QUERY = [
  'ssl=True',
  'ssl=no',
  'tls=1',
  'tls=0',
  'timeout=5',
  'timeout=5.5',
  'timeout= 7',
  'timeout=',
  '_server_email=a@b.c',
  '_default_from_email=Me+%3Ca%40b.c%3E',
  'ssl',
  'x=1',
  '',
] as const;
const CACHE_QUERY = [
  'timeout=5',
  'TIMEOUT=6',
  'key_prefix=app',
  'lib=redis-cache',
  'lib=locmem',
  'lib=x',
  'max_entries=10',
  'MAX_ENTRIES=x',
  'cull_frequency=4',
  'max_connections=7',
  'parser_class=a.B',
  'connection_pool_class=c.D',
  'prefix=1&prefix=2',
  'location=other',
  'version=2',
  'x',
] as const;

function url(d: Dice, schemes: readonly [string, ...string[]], queries: readonly [string, ...string[]]): string {
  const scheme = d.pick(schemes);
  const query = Array.from({ length: d.pick([0, 0, 1, 2, 3]) }, () => d.pick(queries)).join('&');
  const fragment = d.chance(0.03) ? '#frag' : '';
  return `${scheme}${d.pick(['://', '://', '://', ':', ':/'])}${d.pick(USERS)}${d.pick(HOSTS)}${d.pick(PORTS)}${d.pick(PATHS)}${query === '' ? '' : `?${query}`}${fragment}`;
}

function urlCase(d: Dice, library: string, variable: string, text: string): Asked {
  const literal = JSON.stringify(text);
  if (d.chance(0.4)) return { environment: {}, expression: `${library}.parse(${literal})` };
  const environment = d.chance(0.6) ? { [variable]: d.chance(0.1) ? '' : text } : {};
  const call = d.pick([
    'config()',
    `config(default=${literal})`,
    `config('${variable}')`,
    `config("OTHER", ${literal})`,
    'config(default=None)',
  ]);
  return { environment, expression: `${library}.${call}` };
}

const TEXTS = [
  '',
  'on',
  'True',
  'no',
  '1',
  '0',
  '5',
  '-3',
  '1,234.5',
  '2.5',
  'a,b, c',
  'a=1,b = 2',
  'a=1,',
  '{"a": [1]}',
  '{{OTHER}}',
  ' x ',
  '1_0',
  'http://h/p?q=1',
] as const;
const DEFAULTS = ['None', 'True', 'False', '0', '5', '"5"', '"on"', '""', '"a,b"', '[]', '["z"]', '{}', '2.5', '"{{OTHER}}"'] as const;
const CASTS = ['bool', 'int', 'float', 'str', 'list', 'tuple', 'dict', 'set', 'json', 'url'] as const;

function envparseCase(d: Dice): Asked {
  const environment: Record<string, string> = d.chance(0.65) ? { X: d.pick(TEXTS) } : {};
  if (d.chance(0.2)) environment['OTHER'] = 'other';
  const options: string[] = [];
  if (d.chance(0.6)) options.push(`default=${d.pick(DEFAULTS)}`);
  if (d.chance(0.2)) options.push(`subcast=${d.pick(['int', 'float', 'str', 'bool'])}`);
  if (d.chance(0.15)) options.push(`force=${d.pick(['True', 'False'])}`);
  if (d.chance(0.15)) options.push(`preprocessor=${d.pick(['lambda v: v.strip()', 'lambda v: v', 'None'])}`);
  if (d.chance(0.15)) options.push(`postprocessor=${d.pick(['lambda v: [v]', 'str', 'None'])}`);
  const rest = options.map((one) => `, ${one}`).join('');
  const cast = d.pick(CASTS);
  switch (d.pick(['method', 'method', 'method', 'call', 'cast', 'schema'])) {
    case 'method':
      return { environment, expression: `env.${cast}('X'${d.chance(0.04) ? ', 1' : rest})` };
    case 'call':
      return { environment, expression: `env('X'${rest})` };
    case 'cast':
      return { environment, expression: `env('X', cast=${cast === 'json' || cast === 'url' ? 'int' : cast}${rest})` };
    default: {
      const name = cast === 'json' || cast === 'url' ? 'int' : cast;
      const schema = d.pick([name, `dict(cast=${name}, default=${d.pick(DEFAULTS)})`, `dict(cast=${name}, subcast=int)`, `(${name}, 3)`]);
      return { environment, expression: `Env(X=${schema})('X'${rest})` };
    }
  }
}

/** The case of a seed: a third for each library. */
export function generatedExpression(seed: number): Asked {
  const d = dice(seed);
  switch (d.pick(['email', 'cache', 'envparse'])) {
    case 'email':
      return urlCase(d, 'dj_email_url', 'EMAIL_URL', url(d, EMAIL_SCHEMES, EMAIL_QUERY));
    case 'cache':
      return urlCase(d, 'django_cache_url', 'CACHE_URL', url(d, CACHE_SCHEMES, CACHE_QUERY));
    default:
      return envparseCase(d);
  }
}
