import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { moduleFile } from '../shared/code/python-class.ts';
import { readPythonModule } from '../shared/code/python-module.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';

const wsgi = { 'mysite/__init__.py': '', 'mysite/wsgi.py': 'application = make()\n' };

export default defineRule({
  id: 'settings/wsgi-application-not-found',
  title: 'WSGI_APPLICATION or ASGI_APPLICATION does not exist',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'runserver, and the development server of Channels, fail at start; servers that are told their application by name do not notice.',
  fix: 'Name the module and the variable that exist, such as "mysite.wsgi.application", or remove the setting.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#wsgi-application'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': "WSGI_APPLICATION = 'mysite.server.application' # !\n", ...wsgi },
      { 'settings.py': "WSGI_APPLICATION = 'mysite.wsgi.app' # !\n", ...wsgi },
      { 'settings.py': "ASGI_APPLICATION = 'mysite.asgi.application' # !\n", ...wsgi },
    ],
    good: [
      { 'settings.py': "WSGI_APPLICATION = 'mysite.wsgi.application'\n", ...wsgi },
      { 'settings.py': "WSGI_APPLICATION = 'elsewhere.wsgi.application'\n", ...wsgi },
      { 'settings.py': 'WSGI_APPLICATION = None\n', ...wsgi },
    ],
    undecided: [
      { 'settings.py': "WSGI_APPLICATION = 'mysite.wsgi.app'\n", ...wsgi, 'mysite/wsgi.py': 'from elsewhere import *\n' },
      { 'settings.py': 'from elsewhere import name\n\nWSGI_APPLICATION = name()\n', ...wsgi },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const name of ['WSGI_APPLICATION', 'ASGI_APPLICATION']) {
      if (settings.sets(name) === 'no') continue;
      ctx.expect(
        settings.get(name),
        (path) => isThere(path, { settings, repository }),
        (path) => ({
          message: `\`${name}\` names \`${path}\`, which does not exist.`,
          subject: name,
          severity: 'note',
          because: 'servers for production are told their application by name and do not read it',
        }),
      );
    }
  },
});

/** "mysite.wsgi.application"; with a colon in its stead it is the spelling of servers, which Django does not take. */
function isThere(path: Data | undefined, code: Code): Answer {
  if (path === undefined || path === null || path === '') return 'yes';
  if (typeof path !== 'string') return 'maybe';
  const dot = path.lastIndexOf('.');
  const module = dot > 0 ? moduleFile(path.slice(0, dot), code) : null;
  if (module === null) return parentExists(path.slice(0, Math.max(dot, 0)), code) ? 'no' : 'yes';
  const { bound, stars } = readPythonModule(module.text);
  if (bound.has(path.slice(dot + 1))) return 'yes';
  return stars.length > 0 || /\bglobals\(\)|__getattr__|\bexec\b/.test(module.text) ? 'maybe' : 'no';
}

function parentExists(module: string, code: Code): boolean {
  const dot = module.lastIndexOf('.');
  return dot > 0 && moduleFile(module.slice(0, dot), code) !== null;
}
