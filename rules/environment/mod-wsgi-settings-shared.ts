import { defineRule, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { modWsgi } from '../shared/requests/proxy-programs.ts';

const OTHER =
  "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.shop')\napplication = get_wsgi_application()\n";
const DAEMON = '    WSGIDaemonProcess mysite\n    WSGIProcessGroup mysite\n';
const two = (lines: string, mark = '', option = '', other = OTHER) => ({
  ...modWsgi(`${lines}    WSGIScriptAlias /shop /srv/mysite/shop/wsgi.py${option}${mark}\n`),
  'shop/__init__.py': '',
  'shop/wsgi.py': other,
  'mysite/shop.py': "from mysite.settings import *\n\nROOT_URLCONF = 'mysite.urls'\nSITE = 2\n",
});

export default defineRule({
  id: 'environment/mod-wsgi-settings-shared',
  title: 'Several Django sites in one mod_wsgi process group with setdefault',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'The environment belongs to the process: `setdefault` leaves what the first site put there, so every site of the group runs with the settings of whichever was asked for first.',
  fix: 'Give each site a WSGIDaemonProcess of its own, or assign `os.environ["DJANGO_SETTINGS_MODULE"]` in its wsgi.py.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/modwsgi/#basic-configuration'],
  cross: true,
  examples: {
    bad: [two(DAEMON, ' # !'), two('', ' # !')],
    good: [
      two(`${DAEMON}    WSGIDaemonProcess shop\n`, '', ' process-group=shop'),
      two(
        DAEMON,
        '',
        '',
        OTHER.replace("environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.shop')", "environ['DJANGO_SETTINGS_MODULE'] = 'mysite.shop'"),
      ),
      two(DAEMON, '', '', OTHER.replace('mysite.shop', 'mysite.settings')),
      modWsgi(DAEMON),
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const sites = processes.flatMap((process) => {
      const module = defaultModule(process, repository);
      return module === null ? [] : [{ process, module }];
    });
    const told = new Set<Process>();
    for (const { process, module } of sites) {
      const other = sites.find((one) => one.process !== process && sameGroup(one.process, process) && one.module !== module);
      if (other === undefined || told.has(other.process)) continue;
      told.add(process);
      ctx.report({
        at: process.at,
        message: `This site and another one share a process, and each gives DJANGO_SETTINGS_MODULE a default only: \`${module}\` or \`${other.module}\`, whichever comes first, serves both.`,
        subject: process.at.file,
        related: [{ at: other.process.at, message: 'the other site' }],
      });
    }
  },
});

/** The module that a wsgi.py names by `setdefault`, where nothing else in it does. */
function defaultModule({ server, paths }: Process, { read }: Pick<RepositoryFacts, 'read'>): string | null {
  const bind = server?.software === 'mod_wsgi' ? server.binds.items[0] : undefined;
  const place = bind?.kind === 'script' ? paths.locate(bind.path) : null;
  const file = place?.in === 'machine' ? place.repository : null;
  const text = file === null ? '' : (read(file) ?? '');
  const found = [...text.matchAll(/^os\.environ\.setdefault\(\s*["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']\s*\)/gm)];
  return found.length === 1 && !/environ\[/.test(text) ? (found[0]?.[1] ?? null) : null;
}

function sameGroup(a: Process, b: Process): boolean {
  const [one, other] = [a.server?.workerClass, b.server?.workerClass];
  return a.name === b.name && one?.kind === 'known' && other?.kind === 'known' && one.value === other.value;
}
