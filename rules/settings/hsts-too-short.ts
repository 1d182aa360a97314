import { type Data, defineRule, type Report } from '../../src/rule.ts';
import { SECURITY, standing } from '../shared/requests/middleware.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';

const SETTINGS = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";
/** Thirty days: shorter than the time between two visits of many people. */
const A_MONTH = 2_592_000;
/** What the preload list asks for. */
const ONE_YEAR = 31_536_000;

export default defineRule({
  id: 'settings/hsts-too-short',
  title: 'HSTS lifetime is very short or unfit for preloading',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'A short lifetime expires between two visits. The preload list asks for a year and all subdomains: with less, the header promises preloading and the list refuses it.',
  fix: 'Set SECURE_HSTS_SECONDS = 31536000, and SECURE_HSTS_INCLUDE_SUBDOMAINS = True before SECURE_HSTS_PRELOAD = True.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secure-hsts-seconds', 'https://hstspreload.org/#submission-requirements'],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 3600 # !\n` },
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = '60' # !\n` },
      {
        'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 2592000 # !\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\nSECURE_HSTS_PRELOAD = True\n`,
      },
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 60 # !\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\nSECURE_HSTS_PRELOAD = True\n` },
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_PRELOAD = True # !\n` },
    ],
    good: [
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\nSECURE_HSTS_PRELOAD = True\n` },
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 2592000\n` },
      { 'settings.py': `${SETTINGS}SECURE_HSTS_SECONDS = 0\nSECURE_HSTS_PRELOAD = True\n` },
      { 'settings.py': 'MIDDLEWARE = []\nSECURE_HSTS_SECONDS = 3600\n' },
      behindNginx(
        nginx(`    add_header Strict-Transport-Security "max-age=31536000" always;\n${PASS}`),
        `${SETTINGS}SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\nSECURE_HSTS_SECONDS = 3600\n`,
      ),
    ],
    undecided: [{ 'settings.py': `from elsewhere import lifetime\n\n${SETTINGS}SECURE_HSTS_SECONDS = lifetime()\n` }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    if (!servesVisitors(settings)) return;
    // The header of the proxy is another one: that both are sent is a fault of its own.
    if (deployment.proxy?.provides('strict-transport-security').answer === 'yes') return;
    const of = (part: string) => settings.get(`SECURE_HSTS_${part}`);
    ctx.expectAll(
      [of('SECONDS'), of('PRELOAD'), of('INCLUDE_SUBDOMAINS'), standing(SECURITY, { settings, repository })],
      (seconds, preload, subdomains, middleware) => or(not(middleware.present), answer(faultOf(seconds, preload, subdomains) === null)),
      ([seconds, preload, subdomains], [lifetimeAt, preloadAt]): Report => {
        const fault = faultOf(seconds, preload, subdomains);
        if (fault === 'subdomains') {
          return {
            at: preloadAt,
            message: '`SECURE_HSTS_PRELOAD` is on without `SECURE_HSTS_INCLUDE_SUBDOMAINS`: the preload list refuses such a domain.',
            subject: 'SECURE_HSTS_PRELOAD',
            severity: 'warning',
          };
        }
        const common = { at: lifetimeAt, subject: 'SECURE_HSTS_SECONDS' };
        return fault === 'year'
          ? {
              ...common,
              message:
                '`SECURE_HSTS_PRELOAD` is on, but `SECURE_HSTS_SECONDS` is less than the year that the preload list asks for: it refuses the domain.',
              ...(isRampUp(seconds) ? {} : { severity: 'warning' }),
            }
          : { ...common, message: '`SECURE_HSTS_SECONDS` is less than a month: the protection ends between two visits.' };
      },
    );
  },
});

/** From a minute to a day is how Django's documentation has people begin. */
function isRampUp(lifetime: Data | undefined): boolean {
  const seconds = Number(lifetime);
  return seconds >= 60 && seconds <= 86_400;
}

function faultOf(
  lifetime: Data | undefined,
  preload: Data | undefined,
  subdomains: Data | undefined,
): 'short' | 'year' | 'subdomains' | null {
  const seconds = typeof lifetime === 'string' && /^\d+$/.test(lifetime) ? Number(lifetime) : lifetime;
  if (typeof seconds !== 'number' || seconds <= 0) return null;
  if (truth(preload) === 'yes') {
    if (seconds < ONE_YEAR) return 'year';
    if (truth(subdomains) === 'no') return 'subdomains';
  }
  return seconds < A_MONTH ? 'short' : null;
}
