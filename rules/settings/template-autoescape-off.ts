import { type Context, defineRule, type Report } from '../../src/rule.ts';
import { type Engine, enginesOf, isDjangoTemplates, JINJA2 } from '../shared/requests/templates.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const DJANGO = "'BACKEND': 'django.template.backends.django.DjangoTemplates'";

export default defineRule({
  id: 'settings/template-autoescape-off',
  title: 'Template autoescaping is off',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Every variable in every template of the engine becomes a cross-site scripting hole.',
  fix: 'Remove OPTIONS["autoescape"], and mark the few texts that are HTML already as safe.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/topics/templates/#django.template.backends.django.DjangoTemplates'],
  cwe: ['CWE-79'],
  examples: {
    bad: [
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'OPTIONS': {'autoescape': False}}] # !\n` },
      { 'settings.py': `TEMPLATES = [{'BACKEND': '${JINJA2}', 'OPTIONS': {'autoescape': False}}] # !\n` },
      {
        'settings.py': `TEMPLATES = [\n    {${DJANGO}},\n    {\n        ${DJANGO},\n        'NAME': 'letters',\n        'OPTIONS': {'autoescape': False}, # !\n    },\n]\n`,
      },
    ],
    good: [
      { 'settings.py': `TEMPLATES = [{${DJANGO}, 'OPTIONS': {'autoescape': True}}]\n` },
      { 'settings.py': `TEMPLATES = [{${DJANGO}}]\n` },
      { 'settings.py': `TEMPLATES = [{${DJANGO}}, {${DJANGO}, 'NAME': 'plain_text', 'OPTIONS': {'autoescape': False}}]\n` },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import engines\n\nTEMPLATES = engines()\n' },
      { 'settings.py': `from elsewhere import flag\n\nTEMPLATES = [{${DJANGO}, 'OPTIONS': {'autoescape': flag()}}]\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const engines = enginesOf(settings);
    if (engines.length === 0) openUnlessKnown(settings.get('TEMPLATES'), ctx);
    for (const engine of engines) judge(engine, { settings, repository }, ctx);
  },
});

/** Names of engines that render what no browser reads as HTML. */
const PLAIN = /text|txt|plain|latex|tex$|csv|sms|mail/i;

function judge(engine: Engine, code: Parameters<typeof isDjangoTemplates>[1], ctx: Context): void {
  ctx.expectAll(
    [engine.get('OPTIONS', 'autoescape'), engine.get('BACKEND'), engine.get('NAME')],
    (autoescape, backend, name) => {
      if (autoescape === undefined) return 'yes';
      const judged = backend === JINJA2 ? 'yes' : isDjangoTemplates(backend, code);
      const plain = typeof name === 'string' && PLAIN.test(name) ? 'yes' : 'no';
      return or(not(judged), truth(autoescape), plain);
    },
    () => ({
      message: `Autoescaping is off in \`${engine.subject}\`: what visitors write is rendered as HTML.`,
      subject: engine.subject,
      ...laterEngine(engine),
    }),
  );
}

/** Templates are looked for in the first engine: a later one may be for letters and the like. */
function laterEngine({ index }: Engine): Pick<Report, 'severity' | 'because'> {
  return index === 0 ? {} : { severity: 'warning', because: 'another engine comes first, so this one may be for other texts than pages' };
}
