import { type Answer, type Context, type Data, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { and, answer, or } from '../shared/values/answer.ts';
import { anyCase, isSequence, isText, truth } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';

const on = (release: string) => ({ 'requirements.txt': `Django==${release}\n` });

export default defineRule({
  id: 'email/admin-addresses-malformed',
  title: 'ADMINS or MANAGERS has the wrong shape',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'The mail about the first error raises an exception of its own, which hides the error that it should report.',
  fix: 'Up to Django 5.2 list pairs of name and address, from 6.0 on plain addresses.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#admins', 'https://docs.djangoproject.com/en/5.2/ref/settings/#admins'],
  cwe: ['CWE-778'],
  examples: {
    bad: [
      { 'settings.py': "ADMINS = ['ops@example.com'] # !\n", ...on('5.2.8') },
      { 'settings.py': "ADMINS = ('Ops', 'ops@example.com') # !\n", ...on('4.2.20') },
      { 'settings.py': "ADMINS = ('Ops', 'ops@example.com') # !\n", ...on('6.0.5') },
      { 'settings.py': "ADMINS = 'ops@example.com' # !\n", ...on('6.1.3') },
      { 'settings.py': "ADMINS = [('Ops', 'ops@example.com'), 'web@example.com'] # !\n", ...on('6.1.3') },
      { 'settings.py': "ADMINS = [('Ops', 'ops@example.com', '')] # !\n", 'requirements.txt': 'Django>=3.2,<7\n' },
      {
        'settings.py': "MANAGERS = ['web@example.com'] # !\n",
        'views.py': 'from django.core.mail import mail_managers\n',
        ...on('3.2.25'),
      },
      { 'settings.py': "ADMINS = MANAGERS = ['ops@example.com'] # !\n", ...on('5.2.8') },
    ],
    good: [
      { 'settings.py': "ADMINS = [('Ops', 'ops@example.com')]\nMANAGERS = ADMINS\n", ...on('3.2.25') },
      { 'settings.py': "ADMINS = (('Ops', 'ops@example.com'),)\n" },
      { 'settings.py': "ADMINS = ['ops@example.com']\n", ...on('6.0.5') },
      { 'settings.py': "ADMINS = ['Ops <ops@example.com>', '']\n", ...on('6.1.3') },
      { 'settings.py': 'ADMINS = []\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      { 'settings.py': "ADMINS = ['ops@example.com']\n" },
      { 'settings.py': 'from elsewhere import person\n\nADMINS = [person()]\n', ...on('5.2.8') },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const plain = isAtLeast(settings.django, '6.0');
    if (settings.sets('ADMINS') !== 'no') judge('ADMINS', settings, plain, null, ctx);
    if (settings.sets('MANAGERS') === 'no' || isSameList(settings)) return;
    judge('MANAGERS', settings, plain, repository, ctx);
  },
});

/** `MANAGERS = ADMINS`: one list, one fault. */
function isSameList(settings: SettingsFacts): boolean {
  const [admins, managers] = [settings.get('ADMINS'), settings.get('MANAGERS')];
  return (
    admins.kind === 'known' &&
    managers.kind === 'known' &&
    JSON.stringify(wordsOf(admins.value)) === JSON.stringify(wordsOf(managers.value))
  );
}

function wordsOf(data: Data | undefined): unknown {
  if (!isSequence(data)) return isText(data) ? data.toString() : null;
  return data.items.map((item) => (item.kind === 'known' ? wordsOf(item.value) : null));
}

function judge(
  name: string,
  settings: SettingsFacts,
  plain: Answer,
  unused: Pick<RepositoryFacts, 'codeMentions'> | null,
  ctx: Context,
): void {
  ctx.expect(
    settings.get(name),
    (people) => isWell(people, plain),
    (people) => ({
      message: describe(name, people, plain),
      subject: name,
      ...(isSent(people, plain) ? { severity: 'warning' as const, because: 'the other addresses get the mail all the same' } : {}),
      ...(unused === null || mailsManagers(settings, unused)
        ? {}
        : { severity: 'note' as const, because: 'nothing of this project writes to the managers' }),
    }),
  );
}

function mailsManagers(settings: SettingsFacts, { codeMentions }: Pick<RepositoryFacts, 'codeMentions'>): boolean {
  const middleware = settings.get('MIDDLEWARE');
  const reports = middleware.kind !== 'known' || anyBrokenLinks(middleware.value);
  return reports || codeMentions(/\bmail_managers\b|settings\.MANAGERS\b/).items.length > 0;
}

function anyBrokenLinks(middleware: Data | undefined): boolean {
  return (
    isSequence(middleware) &&
    middleware.items.some((item) => item.kind !== 'known' || item.value === 'django.middleware.common.BrokenLinkEmailsMiddleware')
  );
}

/** What mail_admins() asks of the setting: pairs before Django 6.0, pairs or plain addresses from then on, never a mixture. */
function isWell(people: Data | undefined, plain: Answer): Answer {
  const empty = truth(people);
  if (empty === 'no') return 'yes';
  const pairs = everyItem(people, isPair);
  const asAddresses = and(answer(isSequence(people) && people.kind !== 'set'), everyItem(people, isAddress));
  if (plain === 'yes') return or(pairs, asAddresses);
  if (plain === 'no') return pairs;
  return pairs === 'no' && asAddresses !== 'no' ? 'maybe' : pairs;
}

function everyItem(people: Data | undefined, test: (item: Data) => Answer): Answer {
  if (typeof people === 'string') return 'no';
  if (!isSequence(people)) return typeof people === 'object' ? 'maybe' : 'no';
  return and(...people.items.map((item) => anyCase(item, test)), people.complete ? 'yes' : 'maybe');
}

function isPair(item: Data): Answer {
  if (!isSequence(item) || item.kind === 'set') return 'no';
  return item.complete ? answer(item.items.length === 2) : 'maybe';
}

/** A word without an at sign is a name; Django leaves out what is empty. */
function isAddress(item: Data): Answer {
  if (!isText(item))
    return typeof item === 'object' && item !== null && 'kind' in item && (item.kind === 'lazy' || item.kind === 'object') ? 'maybe' : 'no';
  const text = item.toString();
  return typeof item === 'string' ? answer(text === '' || text.includes('@')) : 'maybe';
}

/** Django 6 takes any list of texts for addresses. */
function isSent(people: Data | undefined, plain: Answer): boolean {
  return plain === 'yes' && isSequence(people) && people.items.every((item) => item.kind === 'known' && isText(item.value));
}

function describe(name: string, people: Data | undefined, plain: Answer): string {
  if (isSent(people, plain)) return `\`${name}\` lists a name as if it were an address: mails about errors are sent to it too.`;
  const wanted = plain === 'yes' ? 'a list of addresses' : 'a list of pairs (name, address)';
  return `\`${name}\` is not ${wanted}: the mail about an error ends in ${plain === 'yes' ? 'an ImproperlyConfigured' : 'a ValueError'} of its own.`;
}
