import { type Answer, defineRule, type Location, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { isLocalStorage, pathSetting, storageBackend, webProcesses } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const collect = DOCKERFILE.replace('CMD', 'RUN python manage.py collectstatic --noinput\nCMD');
const project = (volume: string, extra: Readonly<Record<string, string>> = {}) => ({
  ...django("STATIC_ROOT = '/srv/static/'\n"),
  Dockerfile: collect,
  'docker-compose.yml': compose({ web: `    volumes:\n      - ${volume}\n`, volumes: 'volumes:\n  static:\n' }),
  ...extra,
});

export default defineRule({
  id: 'static/volume-hides-new-files',
  title: 'Named volume hides newly collected static files',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'Docker fills a named volume from the image only while it is empty: after the next build the old CSS and JavaScript are still there, and names that the new manifest lists answer 404.',
  fix: 'Run collectstatic when the container starts, or drop the volume and let WhiteNoise or the image of the proxy hold the files.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container'],
  cross: true,
  examples: {
    bad: [project('static:/srv/static # !'), project('static:/srv # !')],
    good: [
      project('static:/srv/static', {
        'deploy.sh': 'docker compose up -d --build\ndocker compose exec -T web python manage.py collectstatic --noinput\n',
      }),
      project('static:/srv/static', { 'deploy.sh': 'docker compose down -v && docker compose up -d --build\n' }),
      project('static:/srv/static', {
        Dockerfile: DOCKERFILE.replace(/CMD.*/, 'CMD python manage.py collectstatic --noinput && gunicorn mysite.wsgi'),
      }),
      project('static:/srv/media'),
      project('./static:/srv/static'),
      project('static:/srv/static', { Dockerfile: DOCKERFILE }),
    ],
    undecided: [project('static:/srv/static', { 'README.md': 'After an update run `python manage.py collectstatic`.\n' })],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    for (const process of webProcesses(settings.processes)) {
      const run = process.image?.build?.runs.find((command) => command.management?.name === 'collectstatic');
      if (run === undefined || deployment.processes.some(collectsAtStart)) continue;
      const again = renewed(repository);
      if (again === 'yes') continue;
      ctx.expectAll(
        [pathSetting(settings, 'STATIC_ROOT'), storageBackend(settings, 'staticfiles')] as const,
        (folder, backend) => or(not(hides(folder, process)), not(isLocalStorage(backend)), again),
        ([folder], [decided]) => {
          const place = folder === null ? null : process.paths.locate(folder);
          return {
            at: place?.in === 'volume' ? place.mount.at : process.at,
            message: `The volume on \`${place?.in === 'volume' ? place.mount.target : (folder ?? '')}\` was filled once and hides what collectstatic puts into each new image: old static files stay.`,
            subject: `STATIC_ROOT ${process.name}`,
            related: [
              { at: run.at, message: 'collectstatic runs here, while the image is built' },
              { at: decided, message: '`STATIC_ROOT` is set here' },
            ],
          };
        },
      );
    }
  },
});

function hides(folder: string | null, { paths }: Process): Answer {
  if (folder === null) return 'maybe';
  const place: Location = paths.locate(folder);
  if (place.in === 'unknown') return 'maybe';
  return answer(place.in === 'volume' && place.kind === 'named');
}

function collectsAtStart({ steps, command, settings }: Process): boolean {
  if (steps.some(({ management }) => management?.name === 'collectstatic')) return true;
  if (command.kind !== 'known') return settings !== null;
  return command.value.some((word) => word.kind === 'known' && word.value.includes('collectstatic'));
}

/** Whether something else in the repository fills or renews the volume; instructions for people may. */
function renewed({ files, read, codeMentions }: RepositoryFacts): Answer {
  const runs = /\b(down|rm)\s[^\n]*(-v\b|--volumes\b)|volume\s+(rm|prune)/;
  let told: Answer = codeMentions(/collectstatic/).items.length > 0 ? 'maybe' : 'no';
  for (const file of files) {
    if (
      !/\.(sh|bash|ya?ml|toml|json|mk|md|rst|txt|cfg|ini|service)$|(^|\/)(Makefile|Procfile|Jenkinsfile|[Jj]ustfile)$|(^|\/)bin\/|entrypoint/i.test(
        file,
      )
    )
      continue;
    const text = read(file) ?? '';
    if (!text.includes('collectstatic') && !runs.test(text)) continue;
    if (!/\.(md|rst|txt)$/.test(file)) return 'yes';
    told = 'maybe';
  }
  return told;
}
