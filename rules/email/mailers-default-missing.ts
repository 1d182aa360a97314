import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { MAILER, RELEASE, usesMailers } from '../shared/mails/mailers.ts';
import { isMapping } from '../shared/values/data.ts';

const OTHER = "MAILERS = {'newsletter': {'OPTIONS': {'host': 'smtp.example.com'}}}";

export default defineRule({
  id: 'email/mailers-default-missing',
  title: 'MAILERS has no default',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'Error mails, password resets and every mail that names no mailer raise MailerDoesNotExist.',
  fix: 'Define MAILERS["default"].',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#mailers'],
  cwe: ['CWE-778'],
  django: ['mail.W001'],
  examples: {
    bad: [
      { 'settings.py': `${OTHER} # !\n`, ...RELEASE },
      { 'settings.py': 'MAILERS = {} # !\n', ...RELEASE },
    ],
    good: [
      { 'settings.py': MAILER, ...RELEASE },
      { 'settings.py': 'DEBUG = False\n', ...RELEASE },
      { 'settings.py': `${OTHER}\n`, 'requirements.txt': 'Django==5.2.8\n' },
    ],
    undecided: [
      { 'settings.py': `${OTHER}\n`, 'requirements.txt': 'Django>=5.2\n' },
      { 'settings.py': 'from elsewhere import mailers\n\nMAILERS = mailers()\n', ...RELEASE },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const used = usesMailers(settings);
    if (used === 'no') return;
    ctx.expect(
      settings.get('MAILERS'),
      (mailers) => (hasDefault(mailers) === 'no' && used === 'maybe' ? 'maybe' : hasDefault(mailers)),
      () => ({ message: "`MAILERS` has no 'default': error mails and password resets have no way out.", subject: 'MAILERS.default' }),
    );
  },
});

function hasDefault(mailers: Data | undefined): Answer {
  if (!isMapping(mailers)) return 'maybe';
  if (mailers.entries.some(({ key }) => key === 'default')) return 'yes';
  return mailers.complete && mailers.entries.every(({ key }) => typeof key === 'string') ? 'no' : 'maybe';
}
