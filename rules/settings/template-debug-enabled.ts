import { casesOf, defineRule } from '../../src/rule.ts';
import { enginesOf, isDjangoTemplates } from '../shared/requests/templates.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const DJANGO = "'BACKEND': 'django.template.backends.django.DjangoTemplates'";

export default defineRule({
  id: 'settings/template-debug-enabled',
  title: 'Template debug is on',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'Errors in templates carry excerpts of their source into error mails and reports, and rendering is slower; before Django 4.1 templates are also compiled anew for each request.',
  fix: 'Remove OPTIONS["debug"]: without it the engine follows DEBUG.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/topics/templates/#django.template.backends.django.DjangoTemplates'],
  cwe: ['CWE-489'],
  examples: {
    bad: [{ 'settings.py': `TEMPLATES = [{${DJANGO}, 'OPTIONS': {'debug': True}}] # !\n` }],
    good: [
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'OPTIONS': {'debug': False}}]\n` },
      { 'settings.py': `TEMPLATES = [{${DJANGO}}]\n` },
      { 'settings.py': `DEBUG = False\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'debug': DEBUG}}]\n` },
      { 'settings.py': `DEBUG = True\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'debug': DEBUG}}]\n` },
      { 'settings.py': "TEMPLATES = [{'BACKEND': 'django.template.backends.jinja2.Jinja2', 'OPTIONS': {'debug': True}}]\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'debug': flag()}}]\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const engines = enginesOf(settings);
    if (engines.length === 0) openUnlessKnown(settings.get('TEMPLATES'), ctx);
    // With DEBUG on, that is the fault, and other rules tell it.
    const all = settings.get('DEBUG');
    if (casesOf(all).some(({ then }) => then.kind === 'known' && truth(then.value) === 'yes')) return;
    for (const engine of engines) {
      ctx.expectAll(
        [engine.get('OPTIONS', 'debug'), engine.get('BACKEND')],
        (debug, backend) => or(not(truth(debug)), not(isDjangoTemplates(backend, { settings, repository }))),
        () => ({ message: `\`debug\` is on in \`${engine.subject}\`, whatever \`DEBUG\` is.`, subject: engine.subject }),
      );
    }
  },
});
