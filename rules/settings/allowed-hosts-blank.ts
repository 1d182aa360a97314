import { type Answer, type Data, defineRule, type Origin, type Value } from '../../src/rule.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, answer, not } from '../shared/values/answer.ts';
import { anyCase, isSequence } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';
import { changeAt, readRelated, variableOf } from '../shared/values/origin.ts';

export default defineRule({
  id: 'settings/allowed-hosts-blank',
  title: 'ALLOWED_HOSTS becomes a list with one empty string',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: '"".split(",") gives [""]: the list is not empty, so Django\'s own check passes while every request is answered 400.',
  fix: 'Provide the variable, and drop empty names: [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h].',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
    'https://docs.python.org/3/library/stdtypes.html#str.split',
  ],
  cwe: ['CWE-1188'],
  replaces: ['settings/allowed-hosts-empty'],
  examples: {
    bad: [
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',') # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = [''] # !\n" },
      { ...django("import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',') # !\n"), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    good: [
      { 'settings.py': "ALLOWED_HOSTS = ['example.com']\n" },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', 'example.com').split(',')\n" },
      { 'settings.py': "from decouple import config, Csv\n\nALLOWED_HOSTS = config('HOSTS', default='', cast=Csv())\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings)) return;
    const value = settings.get('ALLOWED_HOSTS');
    const fallback = blankFallback(value);
    if (fallback !== null) {
      ctx.report({
        at: fallback.at,
        message: `\`ALLOWED_HOSTS\` becomes \`['']\` when \`${fallback.name}\` is missing: every request is then answered 400, and Django's own check says nothing.`,
        subject: 'ALLOWED_HOSTS',
        severity: 'warning',
        because: `the environment may give \`${fallback.name}\``,
      });
      return;
    }
    ctx.expect(
      value,
      (hosts) => not(onlyBlanks(hosts)),
      (_hosts, origin) => {
        const variable = variableOf(origin);
        const cause = variable === null ? '' : ` because \`${variable.name}\` is ${variable.state === 'given' ? 'empty' : 'not provided'}`;
        return {
          at: changeAt(origin),
          message: `\`ALLOWED_HOSTS\` is \`['']\`${cause}: no host matches, so every request is answered 400.`,
          related: readRelated(origin),
          subject: 'ALLOWED_HOSTS',
        };
      },
    );
  },
});

/** The case in which the variable is missing, when nobody can tell whether it is. */
function blankFallback(value: Value<Data | undefined>): { readonly name: string; readonly at: Origin } | null {
  if (value.kind !== 'conditional' || value.cases.every(({ then }) => then.kind === 'known' && onlyBlanks(then.value) === 'yes'))
    return null;
  for (const { then } of value.cases) {
    const variable = then.kind === 'known' && onlyBlanks(then.value) === 'yes' ? variableOf(then.origin) : null;
    if (variable?.state === 'fallback') return { name: variable.name, at: then.origin };
  }
  return null;
}

function onlyBlanks(hosts: Data | undefined): Answer {
  if (!isSequence(hosts) || hosts.items.length === 0) return 'no';
  const blanks = hosts.items.map((item) => anyCase(item, (host) => typeof host === 'string' && host.trim() === ''));
  return and(...blanks, hosts.complete ? 'yes' : answerIfBlank(blanks));
}

/** More names may stand in the list: it is settled only when one of the known names is not blank. */
function answerIfBlank(blanks: readonly Answer[]): Answer {
  return blanks.includes('no') ? answer(false) : 'maybe';
}
