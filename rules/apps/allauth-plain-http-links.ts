import { type Data, type Deployment, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { not, or } from '../shared/answer.ts';
import { truth } from '../shared/data.ts';
import { installed } from '../shared/packages.ts';

const APPS = "INSTALLED_APPS = ['allauth', 'allauth.account']\nSECURE_SSL_REDIRECT = True\n";

export default defineRule({
  id: 'apps/allauth-plain-http-links',
  title: 'allauth builds plain HTTP links',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'Links in mails that are sent without a request (from a task or a command) begin with http://, and the first step of the visitor is not encrypted.',
  fix: 'ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https".',
  autofix: 'safe',
  links: ['https://docs.allauth.org/en/latest/account/configuration.html'],
  cwe: ['CWE-319'],
  examples: {
    bad: [{ 'settings.py': `DEBUG = False # !\n${APPS}` }, { 'settings.py': `${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = 'http' # !\n` }],
    good: [
      { 'settings.py': `${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = 'https'\n` },
      { 'settings.py': 'SECURE_SSL_REDIRECT = True\nINSTALLED_APPS = []\n' },
      { 'settings.py': "INSTALLED_APPS = ['allauth.account']\n" },
    ],
    undecided: [{ 'settings.py': `from elsewhere import scheme\n\n${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = scheme()\n` }],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    // Where nothing says that the site has HTTPS, plain links may be the right ones.
    if (!servesHttps(settings, deployment)) return;
    ctx.expectAll(
      [settings.get('ACCOUNT_DEFAULT_HTTP_PROTOCOL'), installed(settings, 'allauth.account')],
      (protocol, app) => or(isHttps(protocol), not(app.is)),
      () => ({
        message: '`ACCOUNT_DEFAULT_HTTP_PROTOCOL` is `http`: links that allauth makes without a request are plain HTTP.',
        subject: 'ACCOUNT_DEFAULT_HTTP_PROTOCOL',
      }),
    );
  },
});

function isHttps(protocol: Data | undefined) {
  if (protocol === undefined) return 'no';
  return typeof protocol === 'string' ? (protocol.toLowerCase() === 'https' ? 'yes' : 'no') : 'maybe';
}

function servesHttps(settings: SettingsFacts, { proxy }: Deployment): boolean {
  if (proxy?.terminatesTls().answer === 'yes') return true;
  return ['SECURE_SSL_REDIRECT', 'SECURE_PROXY_SSL_HEADER', 'SESSION_COOKIE_SECURE'].some((name) => {
    const value = settings.get(name);
    return value.kind === 'known' && truth(value.value) === 'yes';
  });
}
