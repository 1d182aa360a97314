import { type Data, type Deployment, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['allauth', 'allauth.account']\nSECURE_SSL_REDIRECT = True\n";
const TASK = { 'shop/tasks.py': 'def invite(address):\n    address.send_confirmation()\n' };

/** Calls that make allauth write a link without a request. */
const WITHOUT_REQUEST =
  /\b(send_confirmation|send_email_confirmation|send_verification_email(_to_address)?)\(\s*(\)|None\b|request\s*=\s*None\b)|\bbuild_absolute_uri\(\s*None\b|\badd_email\(\s*None\b|\.save\(\s*request\s*=\s*None\b/;

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
    bad: [
      { 'settings.py': `DEBUG = False # !\n${APPS}`, ...TASK },
      { 'settings.py': `${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = 'http' # !\n` },
    ],
    good: [
      { 'settings.py': `${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = 'https'\n` },
      { 'settings.py': 'SECURE_SSL_REDIRECT = True\nINSTALLED_APPS = []\n' },
      { 'settings.py': "INSTALLED_APPS = ['allauth.account']\n", ...TASK },
      { 'settings.py': APPS },
    ],
    undecided: [{ 'settings.py': `from elsewhere import scheme\n\n${APPS}ACCOUNT_DEFAULT_HTTP_PROTOCOL = scheme()\n` }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    // Where nothing says that the site has HTTPS, plain links may be the right ones.
    if (!servesHttps(settings, deployment)) return;
    // With a request allauth takes the scheme from it.
    const [call] = repository.codeMentions(WITHOUT_REQUEST).items;
    if (call === undefined && settings.sets('ACCOUNT_DEFAULT_HTTP_PROTOCOL') === 'no') return;
    ctx.expectAll(
      [settings.get('ACCOUNT_DEFAULT_HTTP_PROTOCOL'), installed(settings, 'allauth.account')],
      (protocol, app) => or(isHttps(protocol), not(app.is)),
      () => ({
        message: '`ACCOUNT_DEFAULT_HTTP_PROTOCOL` is `http`: links that allauth makes without a request are plain HTTP.',
        subject: 'ACCOUNT_DEFAULT_HTTP_PROTOCOL',
        ...(call === undefined ? {} : { related: [{ at: call, message: 'allauth is called without a request here' }] }),
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
