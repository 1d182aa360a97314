import { type Answer, type Deployment, defineRule, type Process } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { runsSeveral } from '../shared/processes/several-processes.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const MEMORY = 'channels.layers.InMemoryChannelLayer';
const LAYERS = `CHANNEL_LAYERS = {'default': {'BACKEND': '${MEMORY}'}}`;
const ASGI = DOCKERFILE.replace('"mysite.wsgi"', '"mysite.asgi", "-k", "uvicorn.workers.UvicornWorker"');
const ONE = ASGI.replace('"--workers", "3"', '"--workers", "1"');
const SENDER = { 'chat/tasks.py': 'from channels.layers import get_channel_layer\n\nlayer = get_channel_layer()\n' };
const WORKER = 'services:\n  web:\n    build: .\n  worker:\n    build: .\n    command: celery -A mysite worker\n';

export default defineRule({
  id: 'tasks/channel-layer-in-memory',
  title: 'In-memory channel layer with several processes',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'A group message reaches only the sockets of the process that sends it: most visitors never see it.',
  fix: 'channels_redis.core.RedisChannelLayer as the backend of CHANNEL_LAYERS["default"].',
  autofix: 'unsafe',
  links: ['https://channels.readthedocs.io/en/latest/topics/channel_layers.html#in-memory-channel-layer'],
  cross: true,
  examples: {
    bad: [
      { ...django(`${LAYERS} # !\n`), Dockerfile: ASGI },
      { ...django(`${LAYERS} # !\n`), ...SENDER, Dockerfile: ONE, 'docker-compose.yml': WORKER },
    ],
    good: [
      { ...django(`${LAYERS}\n`), Dockerfile: ONE },
      { ...django("CHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.core.RedisChannelLayer'}}\n"), Dockerfile: ASGI },
      { ...django(`${LAYERS}\n`), Dockerfile: ONE, 'docker-compose.yml': WORKER },
      { ...django(`${LAYERS}\n`), Dockerfile: DOCKERFILE },
      { 'settings.py': `${LAYERS}\n` },
    ],
    undecided: [{ ...django('from elsewhere import layers\n\nCHANNEL_LAYERS = layers()\n'), Dockerfile: ASGI }],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository: whole, deployment }, ctx) {
    const repository = ownCode(settings, whole);
    const web = settings.processes.filter(({ server }) => server?.interface === 'asgi');
    const [first] = web;
    if (first === undefined) return;
    const several = web.find((one) => runsSeveral(one) === 'yes') ?? web[1];
    const sender =
      several === undefined
        ? senderOf(
            deployment,
            repository.codeMentions(/\bget_channel_layer\(/).items.map(({ file }) => file),
          )
        : undefined;
    const other = several ?? sender;
    if (other === undefined) return;
    const backend = settings.get('CHANNEL_LAYERS', 'default', 'BACKEND');
    if (backend.kind === 'known' && mayComeFromDebug(backend.origin, { settings, repository })) return;
    ctx.expect(
      backend,
      (path): Answer => (path === MEMORY ? 'no' : path === undefined || typeof path === 'string' ? 'yes' : 'maybe'),
      () => ({
        message:
          several === undefined
            ? `The channel layer lives in the memory of each process: what \`${other.name}\` sends never reaches the sockets of \`${first.name}\`.`
            : `The channel layer lives in the memory of each process, and \`${other.name}\` is one of several: a group message reaches only the sockets of its own.`,
        subject: 'CHANNEL_LAYERS.default',
        related: [{ at: other.commandAt, message: `\`${other.name}\` is started here` }],
      }),
    );
  },
});

/** A worker that sends to sockets, by the code of its tasks. */
function senderOf({ processes }: Deployment, files: readonly string[]): Process | undefined {
  if (!files.some((file) => /(^|\/)tasks?(\.py$|\/)/.test(file))) return undefined;
  return processes.find(({ taskQueue, role }) => taskQueue !== null && role === 'worker');
}
