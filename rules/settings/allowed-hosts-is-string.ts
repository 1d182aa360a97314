import { type Answer, casesOf, type Data, defineRule, type Origin, type ReleaseRange, type Value } from '../../src/rule.ts';
import { not } from '../shared/values/answer.ts';
import { isText } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';
import { isAtLeast } from '../shared/values/release.ts';

export default defineRule({
  id: 'settings/allowed-hosts-is-string',
  title: 'ALLOWED_HOSTS is a string',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django 4.0 and newer refuse to start; older releases compare single characters with the host and answer every request 400.',
  fix: 'Make it a list: ["example.com"], or split the variable at the commas.',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
    'https://github.com/django/django/blob/stable/5.2.x/django/conf/__init__.py',
  ],
  cwe: ['CWE-704'],
  examples: {
    bad: [
      { 'settings.py': "ALLOWED_HOSTS = 'example.com' # !\n", 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': "ALLOWED_HOSTS = ('example.com') # !\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', '*') # !\n", 'requirements.txt': 'Django>=4.2\n' },
      { 'settings.py': "ALLOWED_HOSTS = {'example.com'} # !\n", 'requirements.txt': 'Django==5.2.8\n' },
      { ...django("import os\n\nALLOWED_HOSTS = os.environ['HOSTS'] # !\n"), Procfile: 'web: gunicorn mysite.wsgi\n' },
      {
        ...django("from decouple import config\n\nALLOWED_HOSTS = config('HOSTS', 'localhost') # !\n"),
        Procfile: 'web: gunicorn mysite.wsgi\n',
      },
    ],
    good: [
      { 'settings.py': "ALLOWED_HOSTS = ['example.com']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ('example.com',)\n" },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', 'example.com').split(',')\n" },
      { 'settings.py': "ALLOWED_HOSTS = '*'\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': "ALLOWED_HOSTS = {'example.com'}\n", 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      {
        ...django("import os\n\nALLOWED_HOSTS = os.environ['HOSTS']\n"),
        'requirements.txt': 'Django==3.2.25\ngunicorn==23.0.0\n',
        Procfile: 'web: gunicorn mysite.wsgi\n',
      },
      { 'settings.py': 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n' },
      { 'settings.py': "ALLOWED_HOSTS = '*'\n", 'requirements.txt': 'Django>=3.2\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const value = settings.get('ALLOWED_HOSTS');
    // An older Django takes the text "*", which may be given, for a wildcard.
    const text = isAtLeast(settings.django, '4.0') === 'yes' ? textWhateverIsGiven(value) : null;
    if (text !== null) {
      ctx.report({
        at: text,
        message: `\`ALLOWED_HOSTS\` is a text as the environment gives it${consequence(settings.django)}`,
        subject: 'ALLOWED_HOSTS',
      });
      return;
    }
    ctx.expect(
      value,
      (hosts) => isUsable(hosts, isAtLeast(settings.django, '4.0')),
      (hosts) => ({ message: `\`ALLOWED_HOSTS\` is ${kindOf(hosts)}, no list${consequence(settings.django)}`, subject: 'ALLOWED_HOSTS' }),
    );
  },
});

/** Django asks for a list or tuple since 4.0; before, whatever gives the names one by one would do, and a text gives its characters. */
function isUsable(hosts: Data | undefined, asksForList: Answer): Answer {
  if (hosts === undefined) return 'yes';
  if (typeof hosts === 'object' && hosts !== null && 'kind' in hosts && hosts.kind === 'object') return 'maybe';
  if (isText(hosts)) return hosts === '' || (typeof hosts === 'string' && hosts.includes('*')) ? not(asksForList) : 'no';
  if (typeof hosts === 'object' && hosts !== null && 'kind' in hosts && (hosts.kind === 'list' || hosts.kind === 'tuple')) return 'yes';
  return not(asksForList);
}

/** Where a text is decided that nothing splits, when the environment alone says which text: it is one whatever is given. */
function textWhateverIsGiven(value: Value<Data | undefined>): Origin | null {
  const cases = casesOf(value).map(({ then }) => then);
  const isOpen = cases.some((then) => then.kind === 'unknown');
  const isTextual = cases.every((then) =>
    then.kind === 'unknown' ? then.type === 'str' && then.names.length > 0 : typeof then.value === 'string' && !/^$|\*/.test(then.value),
  );
  return isOpen && isTextual ? (cases[0]?.origin ?? null) : null;
}

function kindOf(hosts: Data | undefined): string {
  if (isText(hosts)) return 'a text';
  if (hosts === null) return '`None`';
  return typeof hosts === 'object' && 'kind' in hosts ? `a ${hosts.kind}` : 'a single value';
}

function consequence(django: ReleaseRange): string {
  switch (isAtLeast(django, '4.0')) {
    case 'yes':
      return ': Django refuses to start.';
    case 'no':
      return ': its single characters are compared with the host, so every request is answered 400.';
    case 'maybe':
      return ': Django 4.0 and newer refuse to start, older releases answer every request 400.';
  }
}
