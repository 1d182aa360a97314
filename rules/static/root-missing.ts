import { defineRule, type Process } from '../../src/rule.ts';
import { isLocalStorage, pathSetting, servesWithWhiteNoise, storageBackend, usesStaticFiles } from '../shared/storage/static.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const collect = DOCKERFILE.replace('CMD', 'RUN SECRET_KEY=build python manage.py collectstatic --noinput\nCMD');
const project = (settings: string) => ({ ...django(settings), Dockerfile: collect, 'docker-compose.yml': compose() });

export default defineRule({
  id: 'static/root-missing',
  title: 'STATIC_ROOT is not set',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'collectstatic raises ImproperlyConfigured, and WhiteNoise has nothing to serve: pages come without style.',
  fix: 'Set STATIC_ROOT = BASE_DIR / "staticfiles".',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#static-root'],
  examples: {
    bad: [
      {
        ...project('DEBUG = False\n'),
        'mysite/settings.py': "ROOT_URLCONF = 'mysite.urls' # !\nINSTALLED_APPS = ['django.contrib.staticfiles']\n",
      },
      project("STATIC_ROOT = '' # !\n"),
    ],
    good: [
      project("STATIC_ROOT = '/srv/static'\n"),
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
      project(
        "STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n",
      ),
    ],
    undecided: [project("from elsewhere import folder\nSTATIC_ROOT = folder('static')\n")],
  },
  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    if (usesStaticFiles(settings) !== 'yes') return;
    const backend = storageBackend(settings, 'staticfiles');
    if (backend.kind === 'known' && isLocalStorage(backend.value) !== 'yes') return;
    // Nobody collects, nobody serves: the project may have no static files of its own.
    const collected =
      deployment.processes
        .flatMap((process) => [...process.steps, ...(process.image?.build?.runs ?? [])])
        .find((command) => command.management?.name === 'collectstatic') ?? deployment.processes.find(collects);
    if (collected === undefined && servesWithWhiteNoise(settings) !== 'yes') return;
    ctx.expect(
      pathSetting(settings, 'STATIC_ROOT'),
      (folder) => folder !== null,
      (_folder, decided) => ({
        at: decided.step === 'default' ? settings.top : decided,
        message: '`STATIC_ROOT` is not set: collectstatic stops with an error and there is nothing to serve.',
        subject: 'STATIC_ROOT',
        related: collected === undefined ? [] : [{ at: collected.at, message: 'collectstatic runs here' }],
      }),
    );
  },
});

/** A process of its own that does nothing but collect. */
function collects({ command }: Process): boolean {
  return command.kind === 'known' && command.value.some((word) => word.kind === 'known' && word.value === 'collectstatic');
}
