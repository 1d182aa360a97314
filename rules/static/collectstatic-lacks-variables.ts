import { defineRule } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const settings = "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nSTATIC_ROOT = '/srv/static'\n";
const project = (run: string) => ({
  ...django(settings),
  Dockerfile: DOCKERFILE.replace('CMD', `${run}\nCMD`),
  'docker-compose.yml': compose({ web: '    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n' }),
});

export default defineRule({
  id: 'static/collectstatic-lacks-variables',
  title: 'collectstatic at build time lacks required variables',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'The settings raise while the image is built: env_file and the environment of the service exist only when the container runs. The build fails, or works by accident on a machine whose `.env` is copied along.',
  fix: 'Give the RUN line dummy values of its own: `RUN SECRET_KEY=build python manage.py collectstatic --noinput`.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/settings/', 'https://docs.docker.com/reference/dockerfile/#env'],
  cross: true,
  examples: {
    bad: [project('RUN python manage.py collectstatic --noinput # !')],
    good: [
      project('RUN SECRET_KEY=build python manage.py collectstatic --noinput'),
      project('ARG SECRET_KEY=build\nRUN python manage.py collectstatic --noinput'),
      project('RUN python manage.py collectstatic --noinput || true'),
    ],
  },
  needs: ['processes', 'builds'],
  check({ builds }, ctx) {
    for (const { command, missing } of builds) {
      const [first] = missing;
      if (first === undefined || command.failureIgnored || command.conditional) continue;
      ctx.report({
        at: command.at,
        message: `\`manage.py ${command.management?.name ?? ''}\` runs while the image is built, where ${missing.map((one) => `\`${one.name}\``).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set: the settings raise.`,
        subject: `${command.at.file} ${command.management?.name ?? ''}`,
        related: missing.slice(0, 3).map((one) => ({ at: one.at, message: `\`${one.name}\` is required here` })),
      });
    }
  },
});
