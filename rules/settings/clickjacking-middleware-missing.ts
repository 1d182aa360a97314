import { type Data, defineRule } from '../../src/rule.ts';
import { type Cover, headerCover } from '../shared/requests/cover.ts';
import { framePolicy } from '../shared/requests/frame-policy.ts';
import { type Code, FRAME_OPTIONS, listed, present, SESSION, standIn } from '../shared/requests/middleware.ts';
import { servesVisitors } from '../shared/requests/web.ts';

export default defineRule({
  id: 'settings/clickjacking-middleware-missing',
  title: 'XFrameOptionsMiddleware is not installed',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Any site can show the pages in a frame and make visitors click on them unseen; X_FRAME_OPTIONS has no effect.',
  fix: "Add 'django.middleware.clickjacking.XFrameOptionsMiddleware' to MIDDLEWARE.",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/clickjacking/'],
  cwe: ['CWE-1021'],
  django: ['security.W002'],
  examples: {
    bad: [
      { 'settings.py': "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware'] # !\n" },
      { 'settings.py': "MIDDLEWARE = ['csp.middleware.CSPMiddleware'] # !\nCSP_FRAME_ANCESTORS = [\"'none'\"]\n" },
    ],
    good: [{ 'settings.py': "MIDDLEWARE = ['django.middleware.clickjacking.XFrameOptionsMiddleware']\n" }],
    undecided: [{ 'settings.py': 'from elsewhere import STACK\n\nMIDDLEWARE = STACK\n' }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const code = { settings, repository };
    ctx.expect(
      settings.get('MIDDLEWARE'),
      (middleware) => listed(middleware, FRAME_OPTIONS),
      (middleware) => {
        const other = standIn(middleware, FRAME_OPTIONS, code);
        const subject = 'MIDDLEWARE';
        if (other !== null) {
          return {
            subject,
            message: "`XFrameOptionsMiddleware` is not in `MIDDLEWARE` by its own path, so Django's check warns.",
            severity: 'note',
            because: `\`${other.path}\` ${other.is === 'subclass' ? 'is a subclass of it' : 'may do its work'}`,
          };
        }
        const message = '`XFrameOptionsMiddleware` is not in `MIDDLEWARE`, so any site can show the pages in a frame.';
        return {
          subject,
          message,
          ...(headerCover(deployment, 'x-frame-options') ?? framePolicy(settings) ?? withoutSessions(middleware, code)),
        };
      },
    );
  },
});

/** A framed page can only act for a visitor whom a cookie logs in. */
function withoutSessions(middleware: Data | undefined, code: Code): Cover | null {
  if (present(middleware, SESSION, code) !== 'no') return null;
  return { severity: 'note', because: 'no session middleware runs, so a framed page acts for nobody' };
}
