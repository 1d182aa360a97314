import { defineRule } from '../../src/rule.ts';
import { isLocalStorage, pathSetting, storageBackend, webProcesses } from '../shared/storage/static.ts';
import { cluster } from '../shared/values/cluster-example.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const UPLOADS = /\b(models\.(File|Image)Field|FilerFileField|FilerImageField)\b/;
const model = { 'mysite/models.py': 'from django.db import models\n\nclass Note(models.Model):\n    file = models.FileField()\n' };
const project = (settings: string, web = '') => ({
  ...django(settings),
  ...model,
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ web, volumes: 'volumes:\n  media:\n' }),
});
/** The same in a pod, with a volume on the folder. */
const pod = (mark: string, volume: string) => ({
  ...cluster({
    settings: `MEDIA_ROOT = '/srv/media/'${mark}\n`,
    container: '          volumeMounts:\n            - name: media\n              mountPath: /srv/media\n',
    pod: `      volumes:\n        - name: media\n          ${volume}\n`,
  }),
  ...model,
});

export default defineRule({
  id: 'static/uploads-on-ephemeral-disk',
  title: 'Uploads stored in an ephemeral filesystem',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Uploads are written into the layer of the container: the next deployment recreates it and deletes every file of the users.',
  fix: 'Mount a volume on MEDIA_ROOT, or use object storage.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#media-root', 'https://docs.docker.com/engine/storage/'],
  cross: true,
  examples: {
    bad: [project("MEDIA_ROOT = '/srv/media/' # !\n"), pod(' # !', 'emptyDir: {}')],
    good: [
      pod('', 'persistentVolumeClaim: {claimName: media}'),
      project("MEDIA_ROOT = '/srv/media/'\n", '    volumes: ["media:/srv/media"]\n'),
      { ...django("MEDIA_ROOT = '/srv/media/'\n"), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
    ],
    undecided: [project("from elsewhere import folder\nMEDIA_ROOT = folder('media')\n")],
  },
  needs: ['settings', 'deployment', 'repository'],
  check({ settings, repository }, ctx) {
    const backend = storageBackend(settings, 'default');
    if (backend.kind !== 'known' || isLocalStorage(backend.value) !== 'yes') return;
    const [field] = repository.codeMentions(UPLOADS).items;
    if (field === undefined) return;
    for (const process of webProcesses(settings.processes)) {
      if (process.host !== 'container' || process.mounts.complete !== true) continue;
      ctx.expect(
        pathSetting(settings, 'MEDIA_ROOT'),
        (folder) => {
          if (folder === null) return 'maybe';
          const place = process.paths.locate(folder);
          if (place.in === 'unknown') return 'maybe';
          return place.in === 'volume' && place.kind !== 'tmpfs' && place.kind !== 'anonymous';
        },
        (folder, decided) => ({
          at: decided.step === 'default' ? settings.placeOf('MEDIA_ROOT') : decided,
          message: `Uploads of \`${process.name}\` go to \`${folder}\`, which is on no volume: recreating the container deletes them.`,
          subject: `MEDIA_ROOT ${process.name}`,
          related: [
            { at: process.at, message: 'the service and its mounts' },
            { at: field, message: 'uploads are accepted here' },
          ],
        }),
      );
    }
  },
});
