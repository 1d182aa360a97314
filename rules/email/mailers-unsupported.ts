import { defineRule } from '../../src/rule.ts';
import { MAILER, RELEASE } from '../shared/mails/mailers.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

export default defineRule({
  id: 'email/mailers-unsupported',
  title: 'MAILERS is ignored before Django 6.1',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The installed release does not know the setting and says nothing: mail goes to a server on localhost that is not there.',
  fix: 'Use EMAIL_HOST and its relatives, or upgrade Django to 6.1.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/releases/6.1/', 'https://docs.djangoproject.com/en/6.0/topics/email/'],
  cross: true,
  replaces: ['email/host-is-localhost'],
  examples: {
    bad: [
      { 'settings.py': `${MAILER.trimEnd()} # !\n`, 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': `${MAILER.trimEnd()} # !\n`, 'requirements.txt': 'Django>=5.2,<6.1\n' },
    ],
    good: [
      { 'settings.py': MAILER, ...RELEASE },
      { 'settings.py': `${MAILER}EMAIL_HOST = 'smtp.example.com'\n`, 'requirements.txt': 'Django==5.2.8\n' },
      { 'settings.py': "EMAIL_HOST = 'smtp.example.com'\n", 'requirements.txt': 'Django==5.2.8\n' },
    ],
    undecided: [{ 'settings.py': MAILER, 'requirements.txt': 'Django>=5.2\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    // A project that sets both sends mail under old and new releases alike.
    const alone = not(or(settings.sets('EMAIL_HOST'), settings.sets('EMAIL_BACKEND')));
    const answer = and(settings.sets('MAILERS'), not(isAtLeast(settings.django, '6.1')), alone);
    const at = settings.placeOf('MAILERS');
    if (answer === 'maybe') ctx.undecided('`MAILERS` counts from Django 6.1 on, and the release or the setting is not known.', at);
    if (answer === 'yes') {
      ctx.report({ at, message: '`MAILERS` is not read before Django 6.1: mail goes to a server on localhost.', subject: 'EMAIL_HOST' });
    }
  },
});
