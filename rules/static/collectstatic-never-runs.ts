import { defineRule } from '../../src/rule.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { fileRoutes, isLocalStorage, pathSetting, storageBackend, urlPath } from '../shared/storage/static.ts';
import { compose, DOCKERFILE, django, nginx, unit } from '../shared/values/examples.ts';

const settings = "STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/static/'\n";
const volumes = { web: '    volumes: ["static:/srv/static"]\n', nginx: '      - static:/srv/static\n', volumes: 'volumes:\n  static:\n' };
const serve = (mark = '') => `    location /static/ {\n        alias /srv/static/;${mark}\n    }`;
const machine = {
  ...django(settings),
  'mysite.service': unit('RuntimeDirectory=mysite\n'),
  'nginx.conf': nginx(`${serve()}\n    location / {\n        proxy_pass http://unix:/run/mysite/app.sock;\n    }`),
};
const collect = DOCKERFILE.replace('CMD', 'RUN python manage.py collectstatic --noinput\nCMD');

export default defineRule({
  id: 'static/collectstatic-never-runs',
  title: 'collectstatic never runs',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'STATIC_ROOT stays empty: the proxy answers 404 for every CSS and JavaScript file.',
  fix: 'Run `python manage.py collectstatic --noinput` while the image is built or when it is deployed.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/static-files/deployment/'],
  cross: true,
  examples: {
    bad: [
      withLocation(
        serve(),
        settings.replace("static/'\nSTATIC_ROOT = '/srv/static/'", "static/'\nSTATIC_ROOT = '/srv/static/' # !"),
        volumes,
      ),
      {
        ...machine,
        ...django(settings.replace("ROOT = '/srv/static/'", "ROOT = '/srv/static/' # !")),
        'deploy.sh': '#!/bin/sh\ngit pull\nvenv/bin/python manage.py migrate\nsudo systemctl reload mysite\n',
      },
    ],
    good: [
      { ...withLocation(serve(), settings, volumes), Dockerfile: collect },
      {
        ...withLocation(serve(), settings, volumes),
        'deploy.sh': '#!/bin/sh\ndocker compose exec web python manage.py collectstatic --noinput\n',
      },
      { ...withLocation(serve(), settings, volumes), 'compose/start': '#!/bin/sh\npython manage.py collectstatic --noinput\n' },
      { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose() },
    ],
    undecided: [machine],
  },
  needs: ['settings', 'proxy', 'repository'],
  check({ settings: facts, proxy, repository }, ctx) {
    const url = facts.get('STATIC_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    const backend = storageBackend(facts, 'staticfiles');
    if (prefix === null || (backend.kind === 'known' && isLocalStorage(backend.value) === 'no')) return;
    const [route] = fileRoutes(proxy, prefix);
    if (route === undefined) return;
    const scripts = repository.files.filter(mayRun);
    const mentions = (pattern: RegExp) => scripts.some((file) => pattern.test(repository.read(file) ?? ''));
    // Anything in the repository that mentions the command may run it: manifests, scripts, playbooks, task runners, prose.
    if (mentions(/collectstatic/)) return;
    if (facts.processes.every((process) => process.host === 'machine') && !mentions(RELEASES)) {
      ctx.undecided('How a release is put on the machine is not in the repository.', facts.placeOf('STATIC_ROOT'));
      return;
    }
    ctx.expect(
      pathSetting(facts, 'STATIC_ROOT'),
      (folder) =>
        folder === null ||
        repository.files.some((file) => folder.endsWith(`/${file.split('/').slice(0, -1).join('/')}`) && /\.(css|js)$/.test(file)),
      (_folder, decided) => ({
        at: decided.step === 'default' ? facts.placeOf('STATIC_ROOT') : decided,
        message: 'Nothing in the repository runs collectstatic, so `STATIC_ROOT` stays empty and static files answer 404.',
        subject: 'STATIC_ROOT',
        related: [{ at: route.location.at, message: 'the proxy serves them from there' }],
      }),
    );
  },
});

/** What only the steps of a release do; without any of them these steps are written down elsewhere, or nowhere. */
const RELEASES = /manage\.py\s+migrate\b|django-admin\s+migrate\b|systemctl\s+(re)?(start|load)|supervisorctl\s+(re)?start/;

function mayRun(file: string): boolean {
  return /\.(sh|bash|ya?ml|toml|json|cfg|mk|py|md|rst|txt|service)$|(^|\/)(Dockerfile|Containerfile|Makefile|Procfile|Jenkinsfile|Justfile|justfile)[^/]*$|(^|\/)[^./]+$|entrypoint/i.test(
    file,
  );
}
