/**
 * What a distribution brings along, extras included, for those that deployments mostly list. With it a short list says
 * what is *not* installed; a list with any other distribution says so only when it is the output of a resolver.
 */
const BRINGS: Readonly<Record<string, string>> = {
  'argon2-cffi': 'argon2-cffi-bindings cffi pycparser',
  asgiref: 'typing-extensions',
  bcrypt: '',
  boto3: 'botocore s3transfer jmespath python-dateutil six urllib3',
  brotli: '',
  celery: `billiard kombu vine amqp click click-didyoumean click-plugins click-repl prompt-toolkit wcwidth python-dateutil six tzdata pytz
    exceptiongroup importlib-metadata zipp backports-zoneinfo typing-extensions packaging redis async-timeout eventlet gevent pymemcache
    python-memcached sqlalchemy boto3 botocore s3transfer jmespath urllib3 pycurl msgpack pyyaml`,
  channels: 'asgiref django daphne twisted autobahn typing-extensions sqlparse tzdata pytz backports-zoneinfo',
  cryptography: 'cffi pycparser',
  'dj-database-url': 'django asgiref sqlparse tzdata pytz backports-zoneinfo typing-extensions',
  django: 'asgiref sqlparse tzdata pytz backports-zoneinfo typing-extensions',
  'django-allauth':
    'django asgiref sqlparse python3-openid defusedxml requests requests-oauthlib oauthlib pyjwt cryptography cffi pycparser urllib3 idna certifi charset-normalizer',
  'django-cors-headers': 'django asgiref sqlparse',
  'django-debug-toolbar': 'django sqlparse asgiref',
  'django-environ': '',
  'django-extensions': 'django asgiref sqlparse',
  'django-filter': 'django asgiref sqlparse',
  'django-redis': 'django redis hiredis async-timeout asgiref sqlparse pyjwt',
  djangorestframework: 'django asgiref sqlparse pytz tzdata backports-zoneinfo',
  gunicorn: 'packaging setuptools gevent eventlet tornado greenlet zope-event zope-interface h2 hpack hyperframe',
  hiredis: '',
  mysqlclient: '',
  pillow: '',
  psycopg: 'typing-extensions tzdata backports-zoneinfo',
  'psycopg-binary': '',
  'psycopg-c': '',
  'psycopg-pool': 'typing-extensions',
  psycopg2: '',
  'psycopg2-binary': '',
  pymemcache: '',
  pymysql: 'cryptography cffi pycparser pynacl',
  'python-decouple': '',
  'python-dotenv': 'click',
  pytz: '',
  redis: 'async-timeout pyjwt hiredis typing-extensions importlib-metadata zipp deprecated wrapt packaging',
  'sentry-sdk': 'urllib3 certifi django flask blinker markupsafe celery',
  setuptools: '',
  six: '',
  sqlparse: '',
  tzdata: '',
  uvicorn:
    'click h11 colorama typing-extensions httptools uvloop watchfiles websockets pyyaml python-dotenv anyio idna sniffio exceptiongroup',
  'uvicorn-worker': 'uvicorn gunicorn click h11 typing-extensions packaging',
  uwsgi: '',
  wheel: '',
  whitenoise: 'brotli brotlipy cffi pycparser',
};

/** Brought along only when an extra of the distribution is asked for. */
const EXTRAS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  django: { argon2: 'argon2-cffi argon2-cffi-bindings cffi pycparser', bcrypt: 'bcrypt cffi pycparser six' },
  psycopg: { binary: 'psycopg-binary', c: 'psycopg-c', pool: 'psycopg-pool' },
};

/** Whether an extra of a listed distribution is the other one: `psycopg[pool]` is psycopg-pool. */
export function asksFor({ name, extras }: { readonly name: string; readonly extras: readonly string[] }, other: string): boolean {
  const known = Object.hasOwn(EXTRAS, name) ? EXTRAS[name] : undefined;
  return extras.some((extra) => known?.[extra]?.split(' ')[0] === other);
}

/** Whether installing a distribution may install another; 'maybe' for distributions that are not in the table. */
export function brings(listed: { readonly name: string; readonly extras: readonly string[] }, other: string): 'maybe' | 'no' {
  const known = Object.hasOwn(BRINGS, listed.name) ? BRINGS[listed.name] : undefined;
  if (known === undefined) return 'maybe';
  const ofExtras = Object.hasOwn(EXTRAS, listed.name) ? EXTRAS[listed.name] : undefined;
  const extras = listed.extras.map((extra) => ofExtras?.[extra] ?? '');
  return [known, ...extras].join(' ').split(/\s+/).includes(other) ? 'maybe' : 'no';
}
