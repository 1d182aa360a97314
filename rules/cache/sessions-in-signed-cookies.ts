import { defineRule, type Report, type SettingsFacts } from '../../src/rule.ts';
import { isAtLeast } from '../shared/values/release.ts';

const SIGNED = "SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'";
const A_DAY = 86_400;
const PICKLE = "SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'";

export default defineRule({
  id: 'cache/sessions-in-signed-cookies',
  title: "Session data stored in the client's cookie",
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'The visitor can read all that is in the session, logging out cannot revoke it, and a stolen cookie can be replayed until it expires.',
  fix: 'Set SESSION_ENGINE to django.contrib.sessions.backends.db or cached_db.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/http/sessions/#using-cookie-based-sessions'],
  cwe: ['CWE-613', 'CWE-565'],
  examples: {
    bad: [{ 'settings.py': `${SIGNED} # !\n` }, { 'settings.py': `${SIGNED} # !\n${PICKLE}\n`, 'requirements.txt': 'Django==4.2.30\n' }],
    good: [
      { 'settings.py': "SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'\n" },
      { 'settings.py': "INSTALLED_APPS = ['django.contrib.sessions']\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import engine\n\nSESSION_ENGINE = engine()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(
      settings.get('SESSION_ENGINE'),
      (engine) =>
        typeof engine === 'string' || engine === undefined ? engine !== 'django.contrib.sessions.backends.signed_cookies' : 'maybe',
      () =>
        unpickles(settings)
          ? {
              message:
                '`SESSION_ENGINE` keeps sessions in the cookie of the visitor, and the pickle serializer executes what is in it: a leaked key means code execution.',
              severity: 'error',
              subject: 'SESSION_ENGINE',
              related: [{ at: settings.placeOf('SESSION_SERIALIZER'), message: 'the pickle serializer is chosen here' }],
              fix: 'Delete SESSION_SERIALIZER at once, and set SESSION_ENGINE to django.contrib.sessions.backends.db or cached_db.',
            }
          : {
              message:
                '`SESSION_ENGINE` keeps sessions in the cookie of the visitor, who can read them; logging out does not revoke a copy.',
              subject: 'SESSION_ENGINE',
              ...shortLived(settings),
            },
    );
  },
});

/** The two weeks of the default are what makes a stolen copy useful. */
function shortLived(settings: SettingsFacts): Pick<Report, 'severity' | 'because'> {
  const value = (name: string) => {
    const found = settings.get(name);
    return found.kind === 'known' ? found.value : undefined;
  };
  const age = value('SESSION_COOKIE_AGE');
  const ends = value('SESSION_EXPIRE_AT_BROWSER_CLOSE') === true || (typeof age === 'number' && age <= A_DAY);
  return ends ? { severity: 'note', because: 'sessions end with the browser or within a day' } : {};
}

/** Django 5.0 has no pickle serializer any more. */
function unpickles(settings: SettingsFacts): boolean {
  const serializer = settings.get('SESSION_SERIALIZER');
  const isPickle = serializer.kind === 'known' && typeof serializer.value === 'string' && /\.PickleSerializer$/.test(serializer.value);
  return isPickle && isAtLeast(settings.django, '5.0') === 'no';
}
