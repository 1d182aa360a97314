import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { enginesOf, isDjangoTemplates } from '../shared/requests/templates.ts';
import { not, or } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const DJANGO = "'BACKEND': 'django.template.backends.django.DjangoTemplates'";

function project(value: string, mark = '', backend = DJANGO) {
  return { 'settings.py': `TEMPLATES = [{${backend}, 'OPTIONS': {'string_if_invalid': ${value}}}]${mark}\n` };
}

export default defineRule({
  id: 'settings/template-string-if-invalid-not-text',
  title: 'string_if_invalid is not a string',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django refuses the option: its check fails, and pages with a missing variable may end in an error.',
  fix: 'Use a string, or remove the option: the default is the empty one.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/checks/#templates'],
  cwe: ['CWE-1284'],
  django: ['templates.E002'],
  examples: {
    bad: [project('None', ' # !'), project('False', ' # !'), project('[]', ' # !')],
    good: [
      project("''"),
      project("'(%s is missing)'"),
      { ...project('None', '', "'BACKEND': 'django.template.backends.jinja2.Jinja2'"), 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': `TEMPLATES = [{${DJANGO}}]\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import text\n\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'string_if_invalid': text()}}]\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const engines = enginesOf(settings);
    if (engines.length === 0) openUnlessKnown(settings.get('TEMPLATES'), ctx);
    for (const engine of engines) {
      ctx.expectAll(
        [engine.get('OPTIONS', 'string_if_invalid'), engine.get('BACKEND')],
        (text, backend) =>
          or(isString(text), not(or(not(isAtLeast(settings.django, '5.1')), isDjangoTemplates(backend, { settings, repository })))),
        () => ({
          message: `\`string_if_invalid\` of \`${engine.subject}\` is no string, and Django refuses it.`,
          subject: engine.subject,
        }),
      );
    }
  },
});

function isString(text: Data | undefined): Answer {
  if (text === undefined || isText(text)) return 'yes';
  return typeof text === 'object' && text !== null && 'kind' in text && (text.kind === 'object' || text.kind === 'lazy') ? 'maybe' : 'no';
}
