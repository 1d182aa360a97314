import { type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed, isApp } from '../shared/code/packages.ts';
import { not, or } from '../shared/values/answer.ts';
import { textsIn, truth } from '../shared/values/data.ts';

const USED =
  "from datetime import timedelta\n\nREST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework_simplejwt.authentication.JWTAuthentication']}\n";
const HOUR = 3600;
const LIMITS = [
  { key: 'ACCESS_TOKEN_LIFETIME', most: HOUR, words: 'An access token lives', why: 'until then nothing can revoke it' },
  { key: 'REFRESH_TOKEN_LIFETIME', most: 30 * 24 * HOUR, words: 'A refresh token lives', why: 'a stolen one gives access for as long' },
] as const;
/** Apps of sites whose clients are phones, which stay logged in for long. */
const MOBILE = ['fcm_django', 'push_notifications', 'exponent_server_sdk', 'onesignal'];

export default defineRule({
  id: 'apps/jwt-lifetime-too-long',
  title: 'JWT tokens live too long or survive rotation',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Nothing revokes a token: a leaked one stays valid until it ends, and one that was rotated away until then as well.',
  fix: 'Access tokens of 5 to 15 minutes, refresh tokens of days, and BLACKLIST_AFTER_ROTATION with the token_blacklist app.',
  autofix: 'unsafe',
  links: [
    'https://django-rest-framework-simplejwt.readthedocs.io/en/latest/settings.html',
    'https://django-rest-framework-simplejwt.readthedocs.io/en/latest/blacklist_app.html',
  ],
  cwe: ['CWE-613'],
  examples: {
    bad: [
      { 'settings.py': `${USED}SIMPLE_JWT = {'ACCESS_TOKEN_LIFETIME': timedelta(days=1)} # !\n` },
      { 'settings.py': `${USED}SIMPLE_JWT = {'REFRESH_TOKEN_LIFETIME': timedelta(days=365)} # !\n` },
      { 'settings.py': `${USED}INSTALLED_APPS = []\nSIMPLE_JWT = {'ROTATE_REFRESH_TOKENS': True} # !\n` },
      {
        'settings.py': `${USED}INSTALLED_APPS = []\nSIMPLE_JWT = {'ROTATE_REFRESH_TOKENS': True, 'BLACKLIST_AFTER_ROTATION': True} # !\n`,
      },
    ],
    good: [
      { 'settings.py': USED },
      {
        'settings.py': `${USED}SIMPLE_JWT = {'ACCESS_TOKEN_LIFETIME': timedelta(hours=1), 'REFRESH_TOKEN_LIFETIME': timedelta(days=30)}\n`,
      },
      {
        'settings.py': `${USED}INSTALLED_APPS = ['rest_framework_simplejwt.token_blacklist']\nSIMPLE_JWT = {'ROTATE_REFRESH_TOKENS': True, 'BLACKLIST_AFTER_ROTATION': True}\n`,
      },
      { 'settings.py': "from datetime import timedelta\n\nSIMPLE_JWT = {'ACCESS_TOKEN_LIFETIME': timedelta(days=1)}\n" },
    ],
    undecided: [{ 'settings.py': `${USED}from elsewhere import days\n\nSIMPLE_JWT = {'ACCESS_TOKEN_LIFETIME': timedelta(days=days())}\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    if (settings.sets('SIMPLE_JWT') === 'no' || repository.codeMentions(/\brest_framework_simplejwt\b/).items.length === 0) return;
    const cover = hasPhones(settings) ? ({ severity: 'note', because: 'phones stay logged in for long' } as const) : {};
    for (const { key, most, words, why } of LIMITS) {
      ctx.expect(
        settings.get('SIMPLE_JWT', key),
        (lifetime) => secondsOf(lifetime) <= most,
        (lifetime) => ({ message: `${words} ${inWords(secondsOf(lifetime))}: ${why}.`, subject: `SIMPLE_JWT.${key}`, ...cover }),
      );
    }
    const app = installed(settings, 'rest_framework_simplejwt.token_blacklist');
    ctx.expectAll(
      [settings.get('SIMPLE_JWT', 'ROTATE_REFRESH_TOKENS'), settings.get('SIMPLE_JWT', 'BLACKLIST_AFTER_ROTATION')],
      (rotate, blacklist) => or(not(truth(rotate)), truth(blacklist)),
      () => ({
        message: 'Refresh tokens are rotated, but the old ones stay valid: `BLACKLIST_AFTER_ROTATION` is off.',
        subject: 'SIMPLE_JWT rotation',
        ...cover,
      }),
    );
    ctx.expectAll(
      [settings.get('SIMPLE_JWT', 'BLACKLIST_AFTER_ROTATION'), settings.get('SIMPLE_JWT', 'ROTATE_REFRESH_TOKENS'), app],
      (blacklist, rotate, listed) => or(not(truth(rotate)), not(truth(blacklist)), listed.is),
      () => ({
        message:
          '`BLACKLIST_AFTER_ROTATION` has no effect without the app `rest_framework_simplejwt.token_blacklist`: old refresh tokens stay valid.',
        subject: 'SIMPLE_JWT rotation',
      }),
    );
  },
});

function secondsOf(lifetime: Data | undefined): number {
  return typeof lifetime === 'object' && lifetime !== null && 'kind' in lifetime && lifetime.kind === 'timedelta' ? lifetime.seconds : 0;
}

function inWords(seconds: number): string {
  const hours = seconds / HOUR;
  const [count, unit] = hours >= 48 ? [hours / 24, 'day'] : [hours, 'hour'];
  const rounded = Math.round(count * 10) / 10;
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}

function hasPhones(settings: SettingsFacts): boolean {
  const apps = settings.get('INSTALLED_APPS');
  return apps.kind === 'known' && textsIn(apps.value).some((item) => MOBILE.some((app) => isApp(item, app)));
}
