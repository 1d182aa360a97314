import { type Data, defineRule, type Origin, originOf, type Value } from '../../src/rule.ts';
import { debugCause } from '../shared/requests/debug.ts';
import { django } from '../shared/values/examples.ts';

export default defineRule({
  id: 'settings/debug-from-string',
  title: 'DEBUG is a string, so "False" counts as true',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The environment gives strings, and every string but the empty one is true: DEBUG=False in the environment switches debug on.',
  fix: 'Compare or cast: os.environ.get("DEBUG") == "1", config("DEBUG", default=False, cast=bool) or env.bool("DEBUG", False).',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#debug',
    'https://docs.python.org/3/library/stdtypes.html#truth-value-testing',
  ],
  cwe: ['CWE-489', 'CWE-704'],
  django: ['security.W018'],
  replaces: ['settings/debug-enabled'],
  examples: {
    bad: [
      { 'settings.py': "import os\n\nDEBUG = os.environ.get('DEBUG', 'False') # !\n" },
      { 'settings.py': "import os\n\nDEBUG = bool(os.environ.get('DEBUG', 'False')) # !\n" },
      { 'settings.py': "DEBUG = 'False' # !\n" },
      { ...django("import os\n\nDEBUG = os.environ.get('DEBUG', 'False') # !\n"), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    good: [
      { 'settings.py': "import os\n\nDEBUG = os.environ.get('DEBUG', 'False') == 'True'\n" },
      { 'settings.py': "import os\n\nDEBUG = os.environ.get('DEBUG', '')\n" },
      { 'settings.py': "from decouple import config\n\nDEBUG = config('DEBUG', default=False, cast=bool)\n" },
      { 'settings.py': 'DEBUG = True\n' },
    ],
    undecided: [
      { 'settings.py': "from elsewhere import flag\n\nDEBUG = flag('debug')\n" },
      { ...django("import os\n\nDEBUG = os.environ.get('DEBUG', '')\n"), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const debug = settings.get('DEBUG');
    const subject = 'DEBUG';
    if (debug.kind === 'unknown' && debug.type === 'str' && debug.names.length > 0) {
      const name = debug.names[0] ?? '';
      ctx.report({
        at: debug.origin,
        message: `\`DEBUG\` is the text of the variable \`${name}\`: every value but the empty one, \`False\` included, switches debug on.`,
        subject,
        django: [],
      });
      return;
    }
    const text = textInEveryCase(debug);
    if (text !== null) {
      ctx.report({
        at: text.at,
        message: `\`DEBUG\` is the text of the variable \`${text.name}\`, or \`"${text.fallback}"\` when it is missing: both count as true, \`False\` included.`,
        subject,
      });
      return;
    }
    const cause = debugCause({ debug, reads: settings.reads, processes: settings.processes });
    if (cause?.is === 'text') {
      const name = cause.variable?.name;
      const source = name === undefined ? 'a text' : `the text of the variable \`${name}\``;
      const at = cause.variable?.at;
      ctx.report({
        at: cause.origin,
        message: `\`DEBUG\` is on because it is taken from ${source} without a cast, and every non-empty text is true.`,
        related: at === undefined ? [] : [{ at, message: 'its value stands here' }],
        subject,
      });
      return;
    }
    if (cause === null && debug.kind !== 'known') ctx.undecided('Whether `DEBUG` is on is not known.', originOf(debug));
  },
});

/** A text whether the variable is given or not: the fallback is no empty one, and what an environment gives is always a text. */
function textInEveryCase(debug: Value<Data | undefined>): { readonly name: string; readonly fallback: string; readonly at: Origin } | null {
  if (debug.kind !== 'conditional') return null;
  let fallback: { readonly text: string; readonly at: Origin } | null = null;
  let name: string | null = null;
  for (const { then } of debug.cases) {
    if (then.kind === 'unknown') {
      if (then.type !== 'str' || then.names.length !== 1) return null;
      name = then.names[0] ?? null;
    } else if (typeof then.value === 'string' && then.value !== '') fallback = { text: then.value, at: then.origin };
    else return null;
  }
  return name === null || fallback === null ? null : { name, fallback: fallback.text, at: fallback.at };
}
