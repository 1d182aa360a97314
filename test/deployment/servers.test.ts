import { describe, expect, test } from 'vitest';
import { known, type Value } from '../../src/core/value.ts';
import type { CommandContext } from '../../src/deployment/command/command.ts';
import { EMPTY_ENVIRONMENT, layerOf, unknownEnvironment, withLayers } from '../../src/deployment/environment.ts';
import type { Bind, Server, TaskQueue } from '../../src/deployment/model.ts';
import { plainProcess } from '../../src/deployment/plain-process.ts';
import { roleOf } from '../../src/deployment/role.ts';
import { gunicornEnvironment } from '../../src/deployment/server/gunicorn.ts';
import { serverOf, withServerVariables } from '../../src/deployment/server/server.ts';
import { taskQueueOf } from '../../src/deployment/server/task-queue.ts';
import { runText } from '../../src/deployment/shell/run.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';
import type { Environment } from '../../src/settings/model.ts';

const syntaxes = await loadSyntaxes();
const origin = { step: 'default', of: 'test' } as const;

function environmentOf(variables: Readonly<Record<string, string>>): Environment {
  return withLayers(EMPTY_ENVIRONMENT, [layerOf(Object.entries(variables).map(([name, value]) => [name, known(value, origin)]))]);
}

function started(line: string, environment: Environment, files: Readonly<Record<string, string>> = {}) {
  const tree = memoryTree(files);
  const locate = (path: string) => (path.startsWith('/app/') ? path.slice('/app/'.length) : null);
  const context: CommandContext = { tree, syntaxes, environment, workdir: known('/app', origin), locate };
  const { main } = runText(line, { file: 'Procfile', place: 0 }, context);
  if (main === null) throw new Error(`nothing starts: ${line}`);
  return { main, context: { tree, locate, evaluate: null } };
}

function server(line: string, variables: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string>> = {}): Server {
  const { main, context } = started(line, environmentOf(variables), files);
  const found = serverOf(main, context);
  if (found === null) throw new Error(`no server: ${line}`);
  return found;
}

function bindText(bind: Bind): string {
  return bind.kind === 'tcp' ? `${bind.address}:${bind.port}` : bind.kind === 'unix' ? `unix:${bind.path}` : 'fd';
}

function text(value: Value<unknown>): unknown {
  return value.kind === 'known' ? value.value : '?';
}

describe('where it listens', () => {
  test.each([
    ['uvicorn a.asgi:application', '127.0.0.1:8000'],
    ['uvicorn a.asgi:application --host 0.0.0.0 --port 80', '0.0.0.0:80'],
    ['uvicorn --uds /run/a.sock a.asgi:application', 'unix:/run/a.sock'],
    ['daphne a.asgi:application', '127.0.0.1:8000'],
    ['daphne -b 0.0.0.0 a.asgi:application', '0.0.0.0:8000'],
    ['daphne -u /run/d.sock a.asgi:application', 'unix:/run/d.sock'],
    ['daphne -e tcp:port=9000:interface=0.0.0.0 a.asgi:application', '0.0.0.0:9000'],
    ['hypercorn a.asgi:application -b 0.0.0.0:8000 -b unix:/run/h', '0.0.0.0:8000 unix:/run/h'],
    ['granian --interface wsgi --host 0.0.0.0 a.wsgi:application', '0.0.0.0:8000'],
    ['waitress-serve --port=9 a.wsgi:application', '0.0.0.0:9'],
    ['waitress-serve --listen=*:8080 --listen=127.0.0.1:1 a.wsgi:application', '0.0.0.0:8080 127.0.0.1:1'],
    ['uwsgi --http :8000 --module a.wsgi', ':8000'],
    ['uwsgi --socket=/run/u.sock -w a.wsgi', 'unix:/run/u.sock'],
    ['python manage.py runserver', '127.0.0.1:8000'],
    ['python manage.py runserver 0:80', '0.0.0.0:80'],
    ['python manage.py runserver 8080', '127.0.0.1:8080'],
  ])('%s', (line, expected) => {
    const { binds } = server(line);
    expect(binds.items.map(bindText).join(' ')).toBe(expected);
    expect(binds.complete).toBe(true);
  });

  test('a port that is not known leaves the list open', () => {
    const { main, context } = started('uvicorn a.asgi:application --port $PORT', unknownEnvironment('a platform'));
    expect(serverOf(main, context)?.binds.complete).not.toBe(true);
  });
});

describe('what it believes and how much it runs', () => {
  test.each([
    ['uvicorn a:b', {}, ['127.0.0.1', '::1']],
    ['uvicorn a:b --forwarded-allow-ips "*"', {}, ['*']],
    ['uvicorn a:b', { FORWARDED_ALLOW_IPS: '10.0.0.1' }, ['10.0.0.1']],
    ['uvicorn a:b --no-proxy-headers', {}, []],
    ['daphne a:b', {}, []],
    ['daphne --proxy-headers a:b', {}, ['*']],
    ['waitress-serve --trusted-proxy=10.0.0.1 a:b', {}, ['10.0.0.1']],
  ])('%s %j', (line, variables, trusted) => expect(text(server(line, variables).forwardedAllowIps)).toEqual(trusted));

  test.each([
    ['uvicorn a:b --workers 4', {}, 4],
    ['uvicorn a:b', { WEB_CONCURRENCY: '3' }, 3],
    ['uvicorn a:b', { UVICORN_WORKERS: '5', WEB_CONCURRENCY: '3' }, 5],
    ['hypercorn -w 2 a:b', {}, 2],
    ['granian a:b', { GRANIAN_WORKERS: '6' }, 6],
    ['uwsgi --master --processes 8 --module a', {}, 8],
  ])('%s %j', (line, variables, workers) => expect(text(server(line, variables).workers)).toBe(workers));

  test('the threads of granian follow the interface', () => {
    expect(text(server('granian --interface asgi a:b').threads)).toBe(1);
    expect(text(server('granian --interface wsgi --blocking-threads 8 a:b').threads)).toBe(8);
    expect(server('granian --interface wsgi a:b').threads.kind).toBe('unknown');
    expect(text(server('granian a:b').threads)).toBe(1);
  });

  test('the interface follows the worker', () => {
    expect(server('gunicorn a:b').interface).toBe('wsgi');
    expect(server('gunicorn a:b -k uvicorn.workers.UvicornWorker').interface).toBe('asgi');
    expect(server('gunicorn a:b -k mine.Worker').interface).toBe('unknown');
    expect(server('uvicorn a:b --interface wsgi').interface).toBe('wsgi');
  });
});

describe('gunicorn beside its command line', () => {
  test('options before a word that is not known may be overridden, those after it stand', () => {
    const { main, context } = started('gunicorn a:b -w 2 $MORE -t 60', unknownEnvironment('a platform'));
    const found = serverOf(main, context);
    expect(found?.workers.kind).toBe('unknown');
    expect(found?.timeout).toMatchObject({ value: 60 });
  });

  test('a configuration file that is not evaluated hides what the line does not say', () => {
    const found = server('gunicorn -c conf.py -w 2 a:b', {}, { 'conf.py': 'timeout = 1' });
    expect(found.configFile).toBe('conf.py');
    expect(text(found.workers)).toBe(2);
    expect(found.timeout.kind).toBe('unknown');
  });

  test('-e and raw_env come on top of the environment', () => {
    const names = (line: string, raw: readonly string[]) => {
      const { main, context } = started(line, EMPTY_ENVIRONMENT, { 'gunicorn.conf.py': '' });
      const items = raw.map((one) => known(one, origin));
      const evaluate = () =>
        ({
          names: new Map([['raw_env', known({ kind: 'list', items, complete: true } as const, origin)]]),
          complete: true,
          raised: null,
        }) as const;
      return [...gunicornEnvironment(main, { ...context, evaluate }).variables].map(([name, value]) => `${name}=${text(value)}`);
    };
    expect(names('gunicorn -e DJANGO_SETTINGS_MODULE=a.prod a.wsgi', ['A=1'])).toEqual(['DJANGO_SETTINGS_MODULE=a.prod']);
    expect(names('gunicorn a.wsgi', ['A=1', 'B=2=3'])).toEqual(['A=1', 'B=2=3']);
  });

  test('the value is where a person would change it', () => {
    const line = 'gunicorn a:b --workers 4';
    const { workers } = server(line);
    const at = workers.kind === 'known' && workers.origin.step === 'text' ? workers.origin.at : null;
    expect(line.slice(at?.start, at?.end)).toBe('4');
  });
});

test('an env file of uvicorn leaves the environment open', () => {
  const process = (line: string) => {
    const { main, context } = started(line, EMPTY_ENVIRONMENT);
    const plain = { ...plainProcess('web', main.at), command: known(main.argv, origin), server: serverOf(main, context) };
    return withServerVariables(plain, context.tree, null);
  };
  expect(process('uvicorn a:b').environment.closed).toBe(true);
  expect(process('uvicorn a:b --env-file .env').environment.closed).not.toBe(true);
  expect(process('gunicorn a:b -e A=1').environment.variables.get('A')).toMatchObject({ value: '1' });
});

test('uwsgi reads its ini file', () => {
  const ini = '[uwsgi]\nmodule = a.wsgi:application\nprocesses = 4\nsocket = /run/$(NAME).sock\nharakiri = 30\n';
  const found = server('uwsgi --ini uwsgi.ini', { NAME: 'app' }, { 'uwsgi.ini': ini });
  expect(found).toMatchObject({
    configFile: 'uwsgi.ini',
    workers: { value: 4 },
    timeout: { value: 30 },
    app: { value: 'a.wsgi:application' },
  });
  expect(found.binds.items.map(bindText)).toEqual(['unix:/run/app.sock']);
});

describe('task queues and roles', () => {
  const queue = (line: string): TaskQueue | null => taskQueueOf(started(line, EMPTY_ENVIRONMENT).main);

  test.each([
    ['celery -A mysite worker -l info', 'celery', 'mysite'],
    ['celery --app=mysite.celery beat', 'celery', 'mysite.celery'],
    ['python -m celery -A mysite worker', 'celery', 'mysite'],
    ['python manage.py qcluster', 'django-q', '?'],
    ['python manage.py run_huey', 'huey', '?'],
    ['python manage.py rqworker default', 'rq', '?'],
    ['dramatiq mysite.tasks', 'dramatiq', 'mysite.tasks'],
  ])('%s', (line, software, app) => {
    expect(queue(line)?.software).toBe(software);
    expect(text(queue(line)?.app ?? known('', origin))).toBe(app);
  });

  test('the broker of the command line', () =>
    expect(queue('celery -A a -b redis://r worker')?.broker).toMatchObject({ value: 'redis://r' }));
  test('flower is no worker', () => expect(queue('celery -A a flower')).toBeNull());

  test.each([
    ['celery -A a worker', 'python', 'worker'],
    ['celery -A a beat', 'python', 'beat'],
    ['gunicorn a:b', 'python', 'web'],
    ['python manage.py migrate', 'python', 'task'],
    ['nginx -g "daemon off;"', 'alpine', 'proxy'],
  ])('%s in %s: %s', (line, imageBase, role) => {
    const { main, context } = started(line, EMPTY_ENVIRONMENT);
    expect(
      roleOf({ name: 'x', server: serverOf(main, context), taskQueue: taskQueueOf(main), imageBase, built: true, argv: main.argv }),
    ).toBe(role);
  });
});

describe('uWSGI as it applies its options', () => {
  const ini = (text: string) => ({ 'uwsgi.ini': `[uwsgi]\n${text}` });
  const option = (name: string, text: string, variables: Readonly<Record<string, string>> = {}, line = 'uwsgi --ini uwsgi.ini') => {
    const value = server(line, variables, ini(text)).option(name);
    return value === null ? null : value.kind === 'known' ? value.value : '?';
  };

  // Each was run with uWSGI 2.0.31 and --show-config.
  test.each([
    ['harakiri', 'harakiri = 30\n', {}, '30'],
    ['harakiri', '', {}, null],
    ['harakiri', 'harakiri = 30\n', { UWSGI_HARAKIRI: '55' }, '30'],
    ['harakiri', '', { UWSGI_HARAKIRI: '55' }, '55'],
    ['workers', 'processes = $(NW)\n', { NW: '2' }, '2'],
    ['chdir', 'base = /srv/app\nchdir = %(base)\n', {}, '/srv/app'],
    ['chdir', 'chdir = %(base)/src\nbase = /srv/app\n', {}, '/srv/app/src'],
    ['chdir', 'chdir = %d\n', {}, '/app/'],
    ['harakiri', 'if-env = SLOW\nharakiri = 60\nendif =\nif-not-env = SLOW\nharakiri = 20\nendif =\n', {}, '20'],
    ['harakiri', 'if-file = /x\nharakiri = 60\nendif =\n', {}, '?'],
    ['logto', 'logto = @(file)\n', {}, '?'],
  ])('%s of %j with %j', (name, text, variables, expected) => {
    expect(option(name, text, variables)).toBe(expected);
  });

  test('words and files count in the order in which they stand', () => {
    expect(option('workers', 'workers = 5\n', {}, 'uwsgi --workers 9 --ini uwsgi.ini')).toBe('5');
    expect(option('workers', 'workers = 5\n', {}, 'uwsgi --ini uwsgi.ini -p 9')).toBe('9');
    expect(option('workers', '', {}, 'uwsgi --workers 9 --ini missing.ini')).toBe('?');
  });

  test('tells what is spoken at a socket', () => {
    const protocols = (text: string) => server('uwsgi --ini uwsgi.ini', {}, ini(text)).binds.items.map((bind) => bind.protocol);
    expect(protocols('socket = :8000\nhttp = :80\n')).toEqual([undefined, 'uwsgi']);
    expect(protocols('socket = :8000\nprotocol = http\n')).toEqual([undefined]);
  });

  test('reads its own kind of YAML', () => {
    const found = server(
      'uwsgi --yaml uwsgi.yml',
      {},
      { 'uwsgi.yml': 'uwsgi:\n  master: true\n  harakiri: 40 # seconds\n  module: "a.wsgi"\n' },
    );
    expect([text(found.timeout), text(found.app)]).toEqual([40, 'a.wsgi']);
  });

  test('placeholders that grow without end stay bounded', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `a${at + 1} = %(a${at})%(a${at})\n`).join('');
    expect(option('a40', `a0 = x\n${lines}`)).toBe('?');
  });
});

describe('what starts a server again or sends it away', () => {
  test.each([
    ['gunicorn a.wsgi --reload', {}, [true, false]],
    ['gunicorn a.wsgi', { GUNICORN_CMD_ARGS: '--daemon' }, [false, true]],
    ['uvicorn a.asgi:application', { UVICORN_RELOAD: 'true' }, [true, false]],
    ['granian --interface wsgi a.wsgi:application --reload', {}, [true, false]],
    ['uwsgi --module a.wsgi --py-autoreload 2', {}, [true, false]],
    ['uwsgi --module a.wsgi --py-autoreload=0', {}, [false, false]],
    ['uwsgi --module a.wsgi -d /var/log/uwsgi.log', {}, [false, true]],
    ['watchmedo auto-restart -d . -p "*.py" -- gunicorn a.wsgi', {}, [true, false]],
    ['watchfiles "gunicorn a.wsgi" src', {}, [true, false]],
  ])('%s', (line, variables, expected) => {
    const { reload, daemon } = server(line, variables);
    expect([text(reload), text(daemon)]).toEqual(expected);
  });

  test('workers as well', () => {
    const queue = (line: string) => taskQueueOf(started(line, environmentOf({})).main);
    expect(text(queue('watchmedo auto-restart -- celery -A a worker')?.reload ?? known(null, origin))).toBe(true);
    expect(text(queue('celery -A a worker --detach')?.daemon ?? known(null, origin))).toBe(true);
    expect(text(queue('celery -A a worker')?.daemon ?? known(null, origin))).toBe(false);
  });
});

test('gunicorn tells every place that sets an option, the strongest last', () => {
  const found = server('gunicorn a.wsgi -w 3', { WEB_CONCURRENCY: '2', GUNICORN_CMD_ARGS: '--workers=4 --worker-tmp-dir /dev/shm' });
  expect(found.sources('workers').map(({ from, value }) => [from, text(value)])).toEqual([
    ['variable', '2'],
    ['arguments', '4'],
    ['command', '3'],
  ]);
  expect(text(found.option('worker_tmp_dir') ?? known(null, origin))).toBe('/dev/shm');
  expect(found.option('header_map')).toBeNull();
});
