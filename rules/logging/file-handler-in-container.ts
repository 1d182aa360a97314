import { type Answer, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { CONSOLE_HANDLER, loggingText } from '../shared/logs/log-example.ts';
import { folderOf, isDevice, isSentToOutput, type LogFile, settingsLogFiles } from '../shared/logs/log-files.ts';
import { deliveryOf, ERROR } from '../shared/logs/log-flow.ts';
import { loggersOf, MAIL_HANDLER, usesHandler } from '../shared/logs/logging.ts';
import { exists } from '../shared/storage/folders.ts';
import { or } from '../shared/values/answer.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const FILE = "'file': {'class': 'logging.handlers.WatchedFileHandler', 'filename': '/var/log/mysite/app.log'},";
const IMAGE = DOCKERFILE.replace('COPY', 'RUN mkdir -p /var/log/mysite\nCOPY');
const COMPOSE = 'services:\n  web:\n    build: .\n';

function project(settings: string, image = IMAGE, compose = COMPOSE): Record<string, string> {
  return { ...django(settings), Dockerfile: image, 'docker-compose.yml': compose };
}

export default defineRule({
  id: 'logging/file-handler-in-container',
  title: 'Django logs to a file inside the container',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'The file goes away with the container and fills its layer until then, and `docker logs` shows nothing of it.',
  fix: 'Log to stdout with logging.StreamHandler, or mount a volume and rotate the file.',
  autofix: 'unsafe',
  links: [
    'https://docs.docker.com/engine/storage/',
    'https://12factor.net/logs',
    'https://docs.djangoproject.com/en/stable/topics/logging/#configuring-logging',
  ],
  cwe: ['CWE-778'],
  cross: true,
  examples: {
    bad: [
      project(loggingText([`${FILE} # !`], "'root': {'handlers': ['file']}")),
      project(
        loggingText(
          [`${FILE} # !`, CONSOLE_HANDLER],
          "'loggers': {'app': {'handlers': ['file'], 'propagate': False}}, 'root': {'handlers': ['console']}",
        ),
      ),
      {
        ...django(
          `from pathlib import Path\n\n${loggingText([`${FILE.replace("'/var/log/mysite/app.log'", "Path(__file__).resolve().parent / 'app.log'")} # !`], "'root': {'handlers': ['file']}")}`,
        ),
        Procfile: 'web: gunicorn mysite.wsgi\n',
      },
    ],
    good: [
      project(loggingText([FILE, CONSOLE_HANDLER], "'root': {'handlers': ['file', 'console']}")),
      project(loggingText([FILE, CONSOLE_HANDLER], "'loggers': {'app': {'handlers': ['file']}}, 'root': {'handlers': ['console']}")),
      project(loggingText([FILE, CONSOLE_HANDLER], "'root': {'handlers': ['console']}")),
      project(loggingText([FILE], "'root': {'handlers': ['file']}"), IMAGE, `${COMPOSE}    volumes: ["./logs:/var/log/mysite"]\n`),
      project(loggingText([FILE], "'root': {'handlers': ['file']}"), DOCKERFILE),
      project(
        loggingText([FILE], "'root': {'handlers': ['file']}"),
        IMAGE.replace('\nCOPY', ' && ln -sf /dev/stdout /var/log/mysite/app.log\nCOPY'),
      ),
      project(loggingText([FILE.replace('/var/log/mysite/app.log', '/dev/stdout')], "'root': {'handlers': ['file']}")),
    ],
    undecided: [
      { ...django(loggingText([FILE], "'root': {'handlers': ['file']}")), Dockerfile: IMAGE },
      project(`from elsewhere import names\n\n${loggingText([FILE], "'root': {'handlers': [*names()]}")}`),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const file of settingsLogFiles(settings)) {
      if (file.process.host !== 'container' || isDevice(file.path) || isSentToOutput(file)) continue;
      const name = file.handler?.name ?? '';
      const alone = standsAlone(settings, name);
      if (alone === 'no') continue;
      const place = file.process.paths.locate(file.path);
      if (place.in === 'volume' || exists(folderOf(file.path), file.process, settings, repository, file.ownFolder) === 'no') continue;
      if (alone === 'maybe' || place.in !== 'container') {
        ctx.undecided(
          `Whether \`${file.path}\` is all that \`${file.process.name}\` logs to, and lies in its container, is not known.`,
          file.at,
        );
        continue;
      }
      ctx.report({
        at: file.at,
        message: `The handler \`${name}\` writes \`${shown(file)}\` inside the container of \`${file.process.name}\`: it is lost with the container, and the container's own log shows nothing of it.`,
        subject: file.path,
        related: [{ at: file.process.at, message: `\`${file.process.name}\` runs here, without a volume there` }],
      });
    }
  },
});

function shown({ path }: LogFile): string {
  return path.replace('<ROOT>/', '');
}

/** Whether some logger gives the handler records that no other output of the process sees. */
function standsAlone(settings: SettingsFacts, handler: string): Answer {
  const answers = loggersOf(settings).map((logger): Answer => {
    const uses = usesHandler(settings, logger, handler);
    if (uses !== 'yes') return uses;
    const { handlers, complete } = deliveryOf(settings, logger, ERROR);
    const others = handlers.filter(
      ({ type }) => type === null || !(/FileHandler$/.test(type) || type === MAIL_HANDLER || type === 'logging.NullHandler'),
    );
    if (others.some(({ passes, type }) => passes === 'yes' && type !== null)) return 'no';
    return others.length > 0 || !complete ? 'maybe' : 'yes';
  });
  return or(...answers);
}
