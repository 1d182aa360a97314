import { type Data, defineRule } from '../../src/rule.ts';
import { framePolicy } from '../shared/requests/frame-policy.ts';
import { FRAME_OPTIONS, standing, whenListed } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.clickjacking.XFrameOptionsMiddleware']\n";

export default defineRule({
  id: 'settings/frame-options-not-deny',
  title: 'Pages may be framed',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Pages can be framed by pages of the same site, or by any site when browsers do not know the value, and visitors made to click unseen.',
  fix: "Set X_FRAME_OPTIONS = 'DENY', Django's default.",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#x-frame-options'],
  cwe: ['CWE-1021'],
  django: ['security.W019'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}X_FRAME_OPTIONS = 'SAMEORIGIN' # !\n` },
      { 'settings.py': `${SETTINGS}X_FRAME_OPTIONS = 'ALLOW-FROM https://example.org' # !\n` },
      { 'settings.py': `${SETTINGS}X_FRAME_OPTIONS = 'deny' # !\n` },
    ],
    good: [
      { 'settings.py': SETTINGS },
      { 'settings.py': `${SETTINGS}X_FRAME_OPTIONS = 'DENY'\n` },
      { 'settings.py': "MIDDLEWARE = []\nX_FRAME_OPTIONS = 'SAMEORIGIN'\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import policy\n\n${SETTINGS}X_FRAME_OPTIONS = policy()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expectAll(
      [settings.get('X_FRAME_OPTIONS'), standing(FRAME_OPTIONS, code)],
      (policy, middleware) => or(not(middleware.present), answer(policy === 'DENY')),
      ([policy, middleware]) => ({
        ...verdict(policy, settings),
        subject: 'X_FRAME_OPTIONS',
        django: whenListed(middleware, ['security.W019']),
      }),
    );
  },
});

function verdict(policy: Data | undefined, settings: Parameters<typeof framePolicy>[0]) {
  const text = typeof policy === 'string' ? policy.toUpperCase() : '';
  if (text === 'DENY') {
    const because = 'the middleware sends it in capitals';
    return { message: "`X_FRAME_OPTIONS` is not written `DENY`, so Django's check warns.", severity: 'note', because } as const;
  }
  if (text === 'SAMEORIGIN') {
    const message = '`X_FRAME_OPTIONS` is `SAMEORIGIN`, so pages of the same site may frame each other.';
    return { message, severity: 'note', because: 'sites other than this one are still refused' } as const;
  }
  const message = '`X_FRAME_OPTIONS` has a value that browsers ignore, so any site can show the pages in a frame.';
  return { message, ...(framePolicy(settings) ?? {}) };
}
