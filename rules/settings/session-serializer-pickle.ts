import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { descends } from '../shared/code/class-descent.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { not } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const PICKLE = 'django.contrib.sessions.serializers.PickleSerializer';

export default defineRule({
  id: 'settings/session-serializer-pickle',
  title: 'Sessions serialized with pickle',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever can write a session (with a leaked SECRET_KEY, or into an open Redis) executes code. The class is gone since Django 5.0, where every request with a session ends in ImportError.',
  fix: 'Remove SESSION_SERIALIZER: JSON is the default.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/4.2/topics/http/sessions/#session-serialization'],
  cwe: ['CWE-502'],
  replaces: ['settings/dotted-path-removed'],
  examples: {
    bad: [
      { 'settings.py': `SESSION_SERIALIZER = '${PICKLE}' # !\n`, 'requirements.txt': 'Django==4.2.30\n' },
      { 'settings.py': `SESSION_SERIALIZER = '${PICKLE}' # !\n`, 'requirements.txt': 'Django==5.2.8\n' },
      {
        'settings.py': "SESSION_SERIALIZER = 'shop.sessions.Ours' # !\n",
        'shop/__init__.py': '',
        'shop/sessions.py': 'from django.contrib.sessions.serializers import PickleSerializer as Base\n\n\nclass Ours(Base):\n    pass\n',
      },
      { 'settings.py': "SESSION_SERIALIZER = 'redis_sessions.serializers.PickleSerializer' # !\n" },
    ],
    good: [
      { 'settings.py': "SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer'\n" },
      { 'settings.py': "SESSION_SERIALIZER = 'shop.sessions.Ours'\n", 'shop/sessions.py': 'class Ours:\n    pass\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import pick\n\nSESSION_SERIALIZER = pick()\n' },
      { 'settings.py': "SESSION_SERIALIZER = 'elsewhere.Serializer'\n" },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (settings.sets('SESSION_SERIALIZER') === 'no') return;
    ctx.expect(
      settings.get('SESSION_SERIALIZER'),
      (path) => not(isPickle(path, { settings, repository })),
      (path) => ({
        message:
          path === PICKLE && isAtLeast(settings.django, '5.0') === 'yes'
            ? '`SESSION_SERIALIZER` names `PickleSerializer`, which Django 5.0 removed: every request that uses a session ends in `ImportError`.'
            : '`SESSION_SERIALIZER` unpickles what sessions hold: whoever can write one executes code.',
        subject: 'SESSION_SERIALIZER',
      }),
    );
  },
});

function isPickle(path: Data | undefined, code: Code): Answer {
  if (path === undefined || path === null) return 'no';
  if (typeof path !== 'string') return 'maybe';
  return descends(path, PICKLE, code, (other) => (/\.Pickle\w*Serializer$/.test(other) ? 'yes' : /json/i.test(other) ? 'no' : 'maybe'));
}
