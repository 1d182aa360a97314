import { compose, image, type Mutation, nginx } from './edits.ts';

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
];
