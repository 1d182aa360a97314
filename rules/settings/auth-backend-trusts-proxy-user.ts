import { defineRule, type SettingsFacts } from '../../src/rule.ts';
import { classText } from '../shared/code/python-class.ts';
import { clientControls } from '../shared/requests/forwarded-header.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { not, or } from '../shared/values/answer.ts';
import { holds, textsIn } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';
import { listedTexts, placeOfItem } from '../shared/values/listed-texts.ts';

const BACKENDS = 'django.contrib.auth.backends.';
const ALL_USERS = [`${BACKENDS}AllowAllUsersModelBackend`, `${BACKENDS}AllowAllUsersRemoteUserBackend`];
const REMOTE = `MIDDLEWARE = ['mysite.auth.HeaderUser']\nAUTHENTICATION_BACKENDS = ['${BACKENDS}RemoteUserBackend']`;
const HEADER_USER = {
  'mysite/auth.py':
    "from django.contrib.auth.middleware import RemoteUserMiddleware\n\n\nclass HeaderUser(RemoteUserMiddleware):\n    header = 'HTTP_X_REMOTE_USER'\n",
};
const CLEARED = PASS.replace('proxy_set_header Host', 'proxy_set_header X-Remote-User $remote_user;\n        proxy_set_header Host');

export default defineRule({
  id: 'settings/auth-backend-trusts-proxy-user',
  title: 'Authentication backend accepts anyone the proxy names',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'A client that sends the user header itself is logged in as anybody; with an AllowAllUsers backend, accounts that were switched off go on working.',
  fix: 'Let the proxy set or clear the header on every request (`proxy_set_header X-Remote-User $remote_user;`), and use ModelBackend or RemoteUserBackend.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/howto/auth-remote-user/',
    'https://docs.djangoproject.com/en/stable/ref/contrib/auth/#django.contrib.auth.backends.AllowAllUsersModelBackend',
  ],
  cwe: ['CWE-290', 'CWE-287'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': `AUTHENTICATION_BACKENDS = ['${ALL_USERS[0]}'] # !\n` },
      { 'settings.py': `AUTHENTICATION_BACKENDS = [\n    '${BACKENDS}ModelBackend',\n    '${ALL_USERS[1]}', # !\n]\n` },
      { ...behindNginx(nginx(PASS), `${REMOTE} # !\n`), ...HEADER_USER },
    ],
    good: [
      { 'settings.py': `AUTHENTICATION_BACKENDS = ['${BACKENDS}ModelBackend']\n` },
      { ...behindNginx(nginx(CLEARED), `${REMOTE}\n`), ...HEADER_USER },
      behindNginx(
        nginx(PASS),
        `MIDDLEWARE = ['django.contrib.auth.middleware.RemoteUserMiddleware']\nAUTHENTICATION_BACKENDS = ['${BACKENDS}RemoteUserBackend']\n`,
      ),
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import backends\n\nAUTHENTICATION_BACKENDS = backends()\n' },
      { ...behindNginx(nginx(PASS).replace('listen 443 ssl', 'listen 80'), `${REMOTE}\n`), ...HEADER_USER },
    ],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    const backends = settings.get('AUTHENTICATION_BACKENDS');
    ctx.expect(
      backends,
      (paths) => not(or(...ALL_USERS.map((path) => holds(paths, path)))),
      (paths, origin) => {
        const found = listedTexts(paths).find(({ text }) => ALL_USERS.includes(text));
        const at = placeOfItem(found, origin);
        return {
          at,
          message: `\`${found?.text.slice(BACKENDS.length) ?? ''}\` takes accounts that are switched off for valid: their sessions go on, and so does what logs in without Django's login form.`,
          subject: 'AUTHENTICATION_BACKENDS',
        };
      },
    );
    const header = trustedHeader({ settings, repository });
    if (header === null || backends.kind !== 'known' || !textsIn(backends.value).some((path) => /RemoteUser\w*Backend$/.test(path))) return;
    const control = clientControls(header, deployment, settings.processes, repository);
    if (control.answer === 'maybe') ctx.undecided(control.why, settings.placeOf('AUTHENTICATION_BACKENDS'));
    if (control.answer !== 'yes') return;
    ctx.report({
      at: settings.placeOf('AUTHENTICATION_BACKENDS'),
      message: `Django logs in the user that the header \`${header}\` names, and ${control.how}.`,
      subject: 'AUTHENTICATION_BACKENDS',
      severity: 'error',
      related: [{ at: control.at, message: 'nothing sets or clears the header here' }],
    });
  },
});

/**
 * The request header that a subclass of RemoteUserMiddleware in the project takes the user from. Django's own class reads REMOTE_USER of the
 * server's environment, which no header of a client reaches.
 */
function trustedHeader({ settings, repository }: Code & { readonly settings: SettingsFacts }): string | null {
  const middleware = settings.get('MIDDLEWARE');
  if (middleware.kind !== 'known') return null;
  for (const path of textsIn(middleware.value)) {
    const text = classText(path, { settings, repository }) ?? '';
    if (!/^class\s+\w+\s*\([^)]*RemoteUserMiddleware/.test(text)) continue;
    const header = /^\s+header\s*=\s*['"]HTTP_([A-Z0-9_]+)['"]/m.exec(text)?.[1];
    if (header !== undefined) return header.replaceAll('_', '-').toLowerCase();
  }
  return null;
}
