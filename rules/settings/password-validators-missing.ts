import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/installed-apps.ts';
import { hasModelBackend, otherLogin } from '../shared/requests/auth.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { isTestModule } from '../shared/secrets/secret-key.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes']";

export default defineRule({
  id: 'settings/password-validators-missing',
  title: 'No password validators',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Users, and those who administer the site, may choose "1234".',
  fix: 'Restore the four validators of the project template in AUTH_PASSWORD_VALIDATORS.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/topics/auth/passwords/#enabling-password-validation'],
  cwe: ['CWE-521'],
  examples: {
    bad: [
      {
        'settings.py': `${APPS} # !\nAUTHENTICATION_BACKENDS = ['mozilla_django_oidc.auth.OIDCAuthenticationBackend', 'django.contrib.auth.backends.ModelBackend']\n`,
      },
      { 'settings.py': `${APPS} # !\n` },
      { 'settings.py': `${APPS}\nAUTH_PASSWORD_VALIDATORS = [] # !\n` },
    ],
    good: [
      {
        'settings.py': `${APPS}\nAUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.password_validation.CommonPasswordValidator'}]\n`,
      },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.staticfiles']\n" },
      { 'settings.py': `${APPS}\nAUTHENTICATION_BACKENDS = ['mozilla_django_oidc.auth.OIDCAuthenticationBackend']\n` },
      {
        'settings.py': `${APPS}\nAUTHENTICATION_BACKENDS = ['shop.sso.Tickets']\n`,
        'shop/sso.py': 'from django.contrib.auth.backends import BaseBackend\n\n\nclass Tickets(BaseBackend):\n    pass\n',
      },
    ],
    undecided: [
      {
        'settings.py': `${APPS}\n`,
        'shop/models.py': 'from django.conf import settings\n\nassert settings.AUTH_PASSWORD_VALIDATORS == []\n',
      },
      { 'settings.py': `from elsewhere import rules\n\n${APPS}\nAUTH_PASSWORD_VALIDATORS = rules()\n` },
      { 'settings.py': `${APPS}\nAUTHENTICATION_BACKENDS = ['elsewhere.Backend']\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings) || isTestModule(settings)) return;
    const code = { settings, repository };
    const asked = repository
      .codeMentions(/\bAUTH_PASSWORD_VALIDATORS\b/)
      .items.some(({ file }) => !settings.evaluated.files.includes(file));
    // Code that looks at the setting may want it empty.
    const isMeant: Answer = asked ? 'maybe' : 'no';
    const isSet = settings.sets('AUTH_PASSWORD_VALIDATORS') === 'yes';
    ctx.expectAll(
      [settings.get('AUTH_PASSWORD_VALIDATORS'), settings.get('INSTALLED_APPS'), settings.get('AUTHENTICATION_BACKENDS')],
      (validators: Data | undefined, apps, backends): Answer =>
        or(isMeant, truth(validators), not(installed(apps, 'django.contrib.auth', code)), not(hasModelBackend(backends, code))),
      ([, , backends]) => ({
        ...(isSet ? {} : { at: settings.top }),
        message: isSet
          ? '`AUTH_PASSWORD_VALIDATORS` is empty, so any password is accepted.'
          : '`AUTH_PASSWORD_VALIDATORS` is not set, and without it any password is accepted.',
        subject: 'AUTH_PASSWORD_VALIDATORS',
        ...otherLogin(backends, code),
      }),
    );
  },
});
