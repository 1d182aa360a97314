import { defineRule, type SettingsFacts } from '../../src/rule.ts';
import { className, type Handler, handlersOf, isApplied, loggersOf, MAIL_HANDLER, usesHandler } from '../shared/logs/logging.ts';
import { truth } from '../shared/values/data.ts';

function logging(type: string): string {
  return `LOGGING = {\n    'version': 1,\n    'disable_existing_loggers': False,\n    'handlers': {'errors': {'class': '${type}'}},\n    'loggers': {'app': {'handlers': ['errors']}},\n}\n`;
}

export default defineRule({
  id: 'logging/admin-mail-without-recipients',
  title: 'Error mails have no recipient',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'The handler drops every mail silently, so nobody hears of an error although the set-up looks as if somebody did.',
  fix: 'Set ADMINS, from the environment for example, or remove the handler.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#admins',
    'https://docs.djangoproject.com/en/stable/howto/error-reporting/',
  ],
  cwe: ['CWE-778'],
  replaces: ['logging/error-reporting-missing'],
  examples: {
    bad: [
      {
        'settings.py': logging('django.utils.log.AdminEmailHandler').replace("}},\n    'loggers'", "}}, # !\n    'loggers'"),
      },
    ],
    good: [
      { 'settings.py': `ADMINS = [('Ops', 'ops@example.com')]\n${logging('django.utils.log.AdminEmailHandler')}` },
      { 'settings.py': logging('logging.StreamHandler') },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import people\n\nADMINS = people()\n${logging('django.utils.log.AdminEmailHandler')}` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!isApplied(settings)) return;
    for (const handler of handlersOf(settings)) {
      if (className(handler) !== MAIL_HANDLER || !isAttached(handler, settings)) continue;
      ctx.expect(
        settings.get('ADMINS'),
        (admins) => truth(admins),
        () => ({
          at: handler.type.kind === 'known' ? handler.type.origin : settings.placeOf('LOGGING'),
          message: `The handler \`${handler.name}\` mails errors to \`ADMINS\`, which is empty: every mail is dropped.`,
          subject: 'ADMINS',
        }),
      );
    }
  },
});

function isAttached({ name }: Handler, settings: SettingsFacts): boolean {
  return loggersOf(settings).some((logger) => usesHandler(settings, logger, name) === 'yes');
}
