import { type Answer, defineRule, type Process, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { holds } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const APP = "INSTALLED_APPS += ['django_prometheus']\n";
const URLS = { 'mysite/urls.py': "from django.urls import include, path\n\nurlpatterns = [path('', include('django_prometheus.urls'))]\n" };

const compose = (environment = '', mark = ' # !') =>
  `services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi --workers 4${mark}\n${environment}`;

function project(settings: string, manifest: string, more: Record<string, string> = URLS): Record<string, string> {
  return { ...django(settings), ...more, Dockerfile: DOCKERFILE, 'docker-compose.yml': manifest };
}

export default defineRule({
  id: 'logging/prometheus-multiprocess-mode-missing',
  title: 'Prometheus client without multiprocess mode',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Each worker counts for itself and answers for itself: from one scrape to the next the numbers jump between the workers, and rates are nonsense.',
  fix: 'Set PROMETHEUS_MULTIPROC_DIR to a folder that is emptied at the start, and call mark_process_dead in the child_exit hook of gunicorn.',
  autofix: 'unsafe',
  links: [
    'https://prometheus.github.io/client_python/multiprocess/',
    'https://github.com/django-commons/django-prometheus/blob/master/documentation/exports.md',
  ],
  cross: true,
  examples: {
    bad: [project(APP, compose())],
    good: [
      project(APP, compose('    environment:\n      PROMETHEUS_MULTIPROC_DIR: /tmp/prom\n', '')),
      project(`${APP}PROMETHEUS_METRICS_EXPORT_PORT_RANGE = range(8001, 8050)\n`, compose('', '')),
      project(APP, compose('', '').replace('--workers 4', '--workers 1')),
      project('', compose('', ''), {}),
      project(APP, compose('', ''), {}),
    ],
    undecided: [
      project(APP, compose('    env_file: ops.env\n', '')),
      project(APP, compose('', ''), { ...URLS, 'gunicorn.conf.py': "import os\n\nos.environ['PROMETHEUS_MULTIPROC_DIR'] = '/tmp/prom'\n" }),
      project(APP, compose('', '').replace('--workers 4', '--workers $$N')),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const apps = settings.get('INSTALLED_APPS');
    if (apps.kind !== 'known' || holds(apps.value, 'django_prometheus') !== 'yes' || !isExported(repository)) return;
    for (const process of settings.processes) {
      const { server } = process;
      if (server === null || server.software === 'runserver') continue;
      const several: Answer = server.workers.kind === 'known' ? (server.workers.value > 1 ? 'yes' : 'no') : 'maybe';
      const apart = isApart(process, settings, repository);
      if (several === 'no' || apart === 'yes') continue;
      if (several === 'maybe' || apart === 'maybe') {
        ctx.undecided(`Whether the workers of \`${process.name}\` count together is not known.`, process.commandAt);
        continue;
      }
      ctx.report({
        at: process.commandAt,
        message: `The workers of \`${process.name}\` each answer /metrics with counts of their own: \`PROMETHEUS_MULTIPROC_DIR\` is not set.`,
        subject: process.name,
        related: [{ at: settings.placeOf('INSTALLED_APPS'), message: '`django_prometheus` is installed here' }],
      });
    }
  },
});

/** The page is part of the site; an exporter on a port of its own has settings of its own. */
function isExported({ codeMentions }: RepositoryFacts): boolean {
  return codeMentions(/^[^#\n]*?(django_prometheus\.urls|ExportToDjangoView)/gm).items.length > 0;
}

/** Whether the workers count together, or are asked apart. */
function isApart({ environment }: Process, settings: SettingsFacts, repository: RepositoryFacts): Answer {
  const names = ['PROMETHEUS_MULTIPROC_DIR', 'prometheus_multiproc_dir'];
  if (names.some((name) => environment.variables.has(name))) return 'yes';
  const ports = ['PROMETHEUS_METRICS_EXPORT_PORT_RANGE', 'PROMETHEUS_METRICS_EXPORT_PORT'].map((name) => settings.sets(name));
  if (ports.some((port) => port !== 'no')) return 'yes';
  const told = repository.codeMentions(/prometheus_multiproc_dir/i).items.length > 0;
  return told || environment.closed !== true ? 'maybe' : 'no';
}
