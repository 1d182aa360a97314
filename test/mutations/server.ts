import { CMD, compose, image, type Mutation, nginx, requirement } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'runserver',
    edits: compose('    cpus: 2\n', '    cpus: 2\n    command: python manage.py runserver 0.0.0.0:8000\n'),
    expect: ['server/development-server'],
  },
  { name: 'too many workers', edits: image('"--workers", "3"', '"--workers", "12"'), expect: ['server/worker-count-exceeds-cpu'] },
  { name: 'one worker', edits: image('"--workers", "3", "--threads", "2"', '"--workers", "1"'), expect: ['server/single-worker'] },
  { name: 'recycling at once', edits: image(', "--max-requests-jitter", "100"', ''), expect: ['server/worker-recycling-without-jitter'] },
  {
    name: 'threads for gevent',
    edits: image('"--threads", "2"', '"--threads", "2", "--worker-class", "gevent"'),
    expect: ['server/threads-option-ignored'],
  },
  {
    name: 'no buffering',
    edits: [
      ...image('"--threads", "2", ', ''),
      ...nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 40s;\n            proxy_request_buffering off;'),
    ],
    expect: ['server/sync-workers-unbuffered'],
  },
  { name: 'reloader', edits: image(CMD, CMD.replace(']', ', "--reload"]')), expect: ['server/autoreload-enabled'] },
  { name: 'daemon', edits: image(CMD, CMD.replace(']', ', "--daemon"]')), expect: ['server/daemonized-under-supervisor'] },
  {
    name: 'eventlet with a new gunicorn',
    edits: [...image('"--threads", "2"', '"--worker-class", "eventlet"'), ...requirement('gunicorn==23.0.0', 'gunicorn==27.0.1')],
    expect: ['server/eventlet-worker-removed'],
  },
  {
    name: 'everybody believed on an open port',
    edits: [
      ...image(CMD, CMD.replace(']', ', "--forwarded-allow-ips", "*"]')),
      ...compose('    cpus: 2\n', '    cpus: 2\n    ports: ["8000:8000"]\n'),
    ],
    expect: ['server/forwarded-headers-trusted-from-anyone', 'settings/proxy-ssl-header-spoofable'],
  },
  { name: 'loopback', edits: image('0.0.0.0:8000', '127.0.0.1:8000'), expect: ['server/loopback-bind-in-container'] },
  {
    name: 'a WSGI application for workers of ASGI',
    edits: image('"--threads", "2"', '"--worker-class", "uvicorn_worker.UvicornWorker"'),
    expect: ['database/persistent-connections-under-asgi', 'server/wsgi-asgi-mismatch'],
  },
  {
    name: 'the worker that uvicorn gave up',
    edits: [
      ...image('library.wsgi:application', 'library.asgi:application'),
      ...image('"--threads", "2"', '"--worker-class", "uvicorn.workers.UvicornWorker"'),
      ...requirement('gunicorn==23.0.0', 'gunicorn==23.0.0\nuvicorn==0.34.0'),
      { file: 'library/asgi.py', replace: 'from django.core.asgi import get_asgi_application\n\napplication = get_asgi_application()\n' },
    ],
    expect: ['database/persistent-connections-under-asgi', 'server/uvicorn-worker-class-deprecated'],
  },
  {
    name: 'workers by the CPUs of the host',
    edits: [
      ...image('"--workers", "3", ', ''),
      { file: 'gunicorn.conf.py', replace: 'import multiprocessing\n\nworkers = multiprocessing.cpu_count() * 2 + 1\n' },
    ],
    expect: ['server/worker-count-from-host-cpus'],
  },
  { name: 'no timeout', edits: image('"--timeout", "30"', '"--timeout", "0"'), expect: ['server/worker-timeout-disabled'] },
  {
    name: 'header names with underscores',
    edits: image(CMD, CMD.replace(']', ', "--header-map", "dangerous"]')),
    expect: ['server/ambiguous-header-mapping'],
  },
  {
    name: 'granian without interface',
    edits: [
      ...image(
        `"gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
        '"granian", "--host", "0.0.0.0", "library.wsgi:application"]',
      ),
      ...compose('    cpus: 2\n', '    cpus: 2\n    environment:\n      GRANIAN_PORT: 8000\n'),
    ],
    expect: ['server/granian-interface-missing'],
  },
  {
    name: 'uWSGI open to everybody and deaf to SIGTERM',
    edits: [
      ...image(
        `"gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
        '"uwsgi", "--ini", "uwsgi.ini"]',
      ),
      {
        file: 'uwsgi.ini',
        replace: '[uwsgi]\nmodule = library.wsgi\nhttp-socket = :8000\nsocket = :9000\nmaster = true\nprocesses = 3\nharakiri = 30\n',
      },
      ...compose('    cpus: 2\n', '    cpus: 2\n    ports: ["9000:9000"]\n'),
    ],
    expect: ['server/uwsgi-reloads-on-sigterm', 'server/uwsgi-socket-public', 'settings/proxy-ssl-header-spoofable'],
  },
  { name: 'heartbeat on the disk', edits: image('"--worker-tmp-dir", "/dev/shm", ', ''), expect: ['server/heartbeat-on-disk'] },
  {
    name: 'a timeout in two places',
    edits: [{ file: 'gunicorn.conf.py', replace: 'timeout = 90\n' }],
    expect: ['server/gunicorn-option-shadowed'],
  },
  {
    name: 'uWSGI that waits for ever',
    edits: [
      ...image(
        `"gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
        '"uwsgi", "--ini", "uwsgi.ini"]',
      ),
      {
        file: 'uwsgi.ini',
        replace: '[uwsgi]\nmodule = library.wsgi\nhttp-socket = :8000\nmaster = true\ndie-on-term = true\nprocesses = 3\nharakiri = 0\n',
      },
    ],
    expect: ['server/uwsgi-request-timeout-missing'],
  },
  {
    name: 'no such application',
    edits: image('library.wsgi:application', 'library.server:application'),
    expect: ['server/app-module-not-found'],
  },
  {
    name: 'a configuration file that nobody reads',
    edits: [{ file: 'deploy/gunicorn.py', replace: 'workers = 3\ntimeout = 30\n' }],
    expect: ['server/gunicorn-config-not-loaded'],
  },
  {
    name: 'uvicorn that does not believe the proxy',
    edits: [
      ...image('library.wsgi:application', 'library.asgi:application'),
      ...image('"--threads", "2"', '"--worker-class", "uvicorn_worker.UvicornWorker"'),
      { file: 'library/asgi.py', replace: 'from django.core.asgi import get_asgi_application\n\napplication = get_asgi_application()\n' },
      { file: 'loans/address.py', replace: 'def address(request):\n    return request.META["REMOTE_ADDR"]\n' },
    ],
    expect: ['database/persistent-connections-under-asgi', 'server/forwarded-headers-not-trusted'],
  },
  {
    name: 'waitress that removes headers',
    edits: image(
      `"gunicorn", "library.wsgi:application", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "2", ${CMD}`,
      '"waitress-serve", "--port=8000", "library.wsgi:application"]',
    ),
    expect: ['server/waitress-drops-proxy-headers'],
  },
  {
    name: 'uvicorn on a socket',
    edits: [
      ...image('library.wsgi:application', 'library.asgi:application'),
      ...image('"--threads", "2"', '"--worker-class", "uvicorn_worker.UvicornWorker"'),
      ...image('"0.0.0.0:8000"', '"unix:/app/media/app.sock"'),
      { file: 'library/asgi.py', replace: 'from django.core.asgi import get_asgi_application\n\napplication = get_asgi_application()\n' },
      { file: 'loans/address.py', replace: 'def address(request):\n    return request.META["REMOTE_ADDR"]\n' },
    ],
    expect: [
      'container/port-not-served',
      'database/persistent-connections-under-asgi',
      'proxy/upstream-mismatch',
      'server/uvicorn-socket-drops-proxy-headers',
    ],
  },
];
