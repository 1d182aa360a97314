import { type Answer, defineRule, type Location, type Process, type SettingsFacts } from '../../src/rule.ts';
import { loggingText } from '../shared/logs/log-example.ts';
import { isDevice, type LogFile, settingsLogFiles } from '../shared/logs/log-files.ts';
import { handlersOf, loggersOf, usesHandler } from '../shared/logs/logging.ts';
import { or } from '../shared/values/answer.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';

const SIZED =
  "'file': {'class': 'logging.handlers.RotatingFileHandler', 'filename': '/app/app.log', 'maxBytes': 1000000, 'backupCount': 3},";
const TIMED = "'file': {'class': 'logging.handlers.TimedRotatingFileHandler', 'filename': '/app/app.log', 'when': 'D'},";
const USED = "'root': {'handlers': ['file']}";

function project(handler: string, used = USED, image = DOCKERFILE): Record<string, string> {
  return { ...django(loggingText([handler], used)), Dockerfile: image };
}

const ONE = DOCKERFILE.replace('"--workers", "3"', '"--workers", "1"');

export default defineRule({
  id: 'logging/rotation-with-several-processes',
  title: 'RotatingFileHandler shared by several processes',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: "Each process rotates the file by itself: what the others still write goes to the old file, backups are overwritten, and lines are lost. Python's handlers do not support it.",
  fix: 'Log to stdout, or use WatchedFileHandler together with logrotate.',
  autofix: 'unsafe',
  links: [
    'https://docs.python.org/3/howto/logging-cookbook.html#logging-to-a-single-file-from-multiple-processes',
    'https://docs.python.org/3/library/logging.handlers.html#watchedfilehandler',
  ],
  cwe: ['CWE-362'],
  cross: true,
  examples: {
    bad: [
      project(`${SIZED} # !`),
      project(`${TIMED} # !`),
      {
        ...django(loggingText([`${SIZED.replace('/app/', '/var/log/')} # !`], USED)),
        'mysite.service': unit('', 'gunicorn mysite.wsgi'),
        'mysite/celery.py':
          "import os\nfrom celery import Celery\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\napp = Celery('mysite')\napp.config_from_object('django.conf:settings')\n",
        'worker.service': unit('', 'celery -A mysite worker').replace('Description=mysite', 'Description=worker'),
      },
    ],
    good: [
      project(SIZED, USED, ONE),
      project(SIZED.replace('RotatingFileHandler', 'WatchedFileHandler').replace(", 'maxBytes': 1000000, 'backupCount': 3", '')),
      project(SIZED.replace("'maxBytes': 1000000, ", '')),
      project(SIZED.replace('logging.handlers.RotatingFileHandler', 'concurrent_log_handler.ConcurrentRotatingFileHandler')),
      project(SIZED, "'root': {'handlers': []}"),
      project(SIZED.replace('/app/app.log', '/dev/stdout')),
    ],
    undecided: [project(SIZED, USED, DOCKERFILE.replace('"--workers", "3"', '"--config", "conf/gunicorn.py"'))],
  },

  needs: ['evaluations'],
  check({ evaluations }, ctx) {
    const told = new Set<string>();
    const files = evaluations.flatMap((settings) =>
      settingsLogFiles(settings).filter((file) => rotates(file, settings) && runsOn(file.process) && isUsed(file, settings) !== 'no'),
    );
    for (const file of files) {
      const { path, process, handler, settings } = file;
      if (isDevice(path) || told.has(process.name) || settings === null) continue;
      const others = files.filter((other) => other.process !== process && other.path === path && isShared(file, other));
      const several = or(runsSeveral(process, path), others.length > 0 ? 'yes' : 'no');
      if (several === 'no') continue;
      told.add(process.name);
      for (const one of others) told.add(one.process.name);
      if (several === 'maybe' || isUsed(file, settings) === 'maybe') {
        ctx.undecided(`How many processes write \`${path}\` is not known.`, file.at);
        continue;
      }
      const [other] = others;
      ctx.report({
        at: file.at,
        message: `The handler \`${handler?.name ?? ''}\` rotates a file that several processes write (${runsSeveral(process, path) === 'yes' || other === undefined ? `the workers of \`${process.name}\`` : `\`${process.name}\` and \`${other.process.name}\``}): lines are lost at each turn.`,
        subject: path,
        related: [
          { at: process.commandAt, message: `\`${process.name}\` is started here` },
          ...(settings.presumed === null ? [] : [settings.presumed]),
        ],
      });
    }
  },
});

/** A RotatingFileHandler without `maxBytes` never rotates. */
function rotates({ handler }: LogFile, settings: SettingsFacts): boolean {
  if (handler?.type === 'logging.handlers.TimedRotatingFileHandler') return true;
  if (handler?.type !== 'logging.handlers.RotatingFileHandler') return false;
  const size = handlersOf(settings)
    .find(({ name }) => name === handler.name)
    ?.get('maxBytes');
  return size?.kind === 'known' && typeof size.value === 'number' && size.value > 0;
}

function runsOn({ role }: Process): boolean {
  return role === 'web' || role === 'worker' || role === 'beat';
}

function isUsed({ handler }: LogFile, settings: SettingsFacts): Answer {
  return or(...loggersOf(settings).map((logger) => usesHandler(settings, logger, handler?.name ?? '')));
}

/** Worker processes of one server; replicas have a file each unless it lies on a volume. */
function runsSeveral({ server, replicas, paths }: Process, path: string): Answer {
  if (replicas.kind === 'known' && replicas.value > 1 && paths.locate(path).in === 'volume') return 'yes';
  if (server === null) return 'no';
  if (server.workers.kind !== 'known') return 'maybe';
  return server.workers.value > 1 ? 'yes' : 'no';
}

function isShared(file: LogFile, other: LogFile): boolean {
  const [one, two] = [file.process.paths.locate(file.path), other.process.paths.locate(other.path)];
  return key(one) !== null && key(one) === key(two);
}

/** A container layer belongs to one container. */
function key(place: Location): string | null {
  if (place.in === 'machine') return place.path;
  return place.in === 'volume' && place.kind !== 'tmpfs' && place.kind !== 'anonymous' ? `${place.volume}:${place.subpath}` : null;
}
