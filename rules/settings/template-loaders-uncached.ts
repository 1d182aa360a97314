import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { descends } from '../shared/code/class-descent.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { enginesOf, isDjangoTemplates, rewritesLoaders } from '../shared/requests/templates.ts';
import { not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence, truth } from '../shared/values/data.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const DJANGO = "'BACKEND': 'django.template.backends.django.DjangoTemplates'";
const CACHED = 'django.template.loaders.cached.Loader';
const FILES = "'django.template.loaders.filesystem.Loader'";

function project(loaders: string, mark = '') {
  return { 'settings.py': `TEMPLATES = [{${DJANGO}, 'OPTIONS': {'loaders': ${loaders}}}]${mark}\n` };
}

export default defineRule({
  id: 'settings/template-loaders-uncached',
  title: 'Templates are recompiled for every request',
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'Explicit loaders without the cached loader read and compile each template on every rendering.',
  fix: 'Wrap them in django.template.loaders.cached.Loader, or drop OPTIONS["loaders"] and use APP_DIRS.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/templates/api/#django.template.loaders.cached.Loader'],
  cwe: ['CWE-1050'],
  examples: {
    bad: [project(`[${FILES}, 'django.template.loaders.app_directories.Loader']`, ' # !'), project(`[(${FILES}, ['/srv/pages'])]`, ' # !')],
    good: [
      project(`[('${CACHED}', [${FILES}])]`),
      project('None'),
      project(`[('template_partials.loader.Loader', [('${CACHED}', [${FILES}])])]`),
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'APP_DIRS': True}]\n` },
      {
        ...project("[('shop.loaders.Ours', ['shop'])]"),
        'shop/__init__.py': '',
        'shop/loaders.py': 'from django.template.loaders.cached import Loader\n\n\nclass Ours(Loader):\n    pass\n',
      },
    ],
    undecided: [
      { 'settings.py': `DEBUG = True\n${project(`[${FILES}]`)['settings.py']}` },
      { 'settings.py': `INSTALLED_APPS = ['template_partials']\n${project(`[${FILES}]`)['settings.py']}` },
      { 'settings.py': `from elsewhere import loaders\n\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'loaders': loaders()}}]\n` },
      project(`['tenants.loaders.CachedLoader']`),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const engines = enginesOf(settings);
    const code = { settings, repository };
    if (engines.length === 0) openUnlessKnown(settings.get('TEMPLATES'), ctx);
    // Loaders may well depend on DEBUG: where that is on, it is the fault.
    const debug = settings.get('DEBUG');
    if (engines.length > 0 && debug.kind === 'known' && truth(debug.value) === 'yes') {
      ctx.undecided('`DEBUG` is on, and the loaders may depend on it.', settings.placeOf('TEMPLATES'));
      return;
    }
    for (const engine of engines) {
      ctx.expectAll(
        [engine.get('OPTIONS', 'loaders'), engine.get('BACKEND'), settings.get('INSTALLED_APPS')],
        (loaders, backend, apps) =>
          or(rewritesLoaders(apps), isAbsent(loaders), not(isDjangoTemplates(backend, code)), caches(loaders, code)),
        () => ({
          message: `The loaders of \`${engine.subject}\` do not include the cached loader: each template is read and compiled anew every time.`,
          subject: engine.subject,
        }),
      );
    }
  },
});

function isAbsent(loaders: Data | undefined): Answer {
  return loaders === undefined || loaders === null ? 'yes' : 'no';
}

/** A loader with others as its arguments may stand around the cached one. Loaders that are not in view may cache by themselves. */
function caches(loaders: Data | undefined, code: Code): Answer {
  return anyItem(loaders, (one) => {
    if (typeof one === 'string')
      return descends(one, CACHED, code, (path) => (/^[\w.]+\.\w+$/.test(path) && /loader/i.test(path) ? 'maybe' : 'no'));
    return isSequence(one) ? caches(one, code) : 'no';
  });
}
