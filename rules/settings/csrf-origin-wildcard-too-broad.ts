import { type Data, defineRule } from '../../src/rule.ts';
import { whoMayJoin } from '../shared/requests/public-suffix.ts';
import { networkLocation } from '../shared/requests/trusted-origin.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { type ListedText, listedTexts, placeOfItem } from '../shared/values/listed-texts.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';
import { isAtLeast } from '../shared/values/release.ts';

const REQUIREMENTS = { 'requirements.txt': 'Django==5.2.8\n' };

export default defineRule({
  id: 'settings/csrf-origin-wildcard-too-broad',
  title: 'CSRF_TRUSTED_ORIGINS trusts a public suffix',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Anyone who can get a name below that suffix may send form posts that pass the origin check: only the token is left to stop a forged request.',
  fix: 'Name the exact hosts, or a wildcard below a domain of your own: "https://*.example.com".',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#csrf-trusted-origins',
    'https://docs.djangoproject.com/en/stable/ref/csrf/#csrf-limitations',
    'https://publicsuffix.org/',
  ],
  cwe: ['CWE-346', 'CWE-352'],
  examples: {
    bad: [
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.com'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.co.uk'] # !\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = [\n    'https://example.com',\n    'https://*.herokuapp.com', # !\n]\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.ngrok-free.app'] # !\n", ...REQUIREMENTS },
    ],
    good: [
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.example.com', 'https://*.example.co.uk']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://mysite.herokuapp.com', 'https://*.mysite.vercel.app']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.internal', 'http://*.local', 'http://*.localhost']\n", ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.com']\n", 'requirements.txt': 'Django==3.2.25\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import names\n\nCSRF_TRUSTED_ORIGINS = names()\n', ...REQUIREMENTS },
      { 'settings.py': "CSRF_TRUSTED_ORIGINS = ['https://*.com']\n", 'requirements.txt': 'Django>=3.2\n' },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const since = isAtLeast(settings.django, '4.0');
    if (since === 'no' || !servesVisitors(settings)) return;
    ctx.expect(
      settings.get('CSRF_TRUSTED_ORIGINS'),
      (origins) => (broadest(origins) === null ? 'yes' : since === 'yes' ? 'no' : 'maybe'),
      (origins, origin) => {
        const broad = broadest(origins);
        const at = placeOfItem(broad ?? undefined, origin);
        const who = broad === null ? null : whoMayJoin(suffixOf(broad.text));
        return {
          at: changeAt(at),
          message: `\`${broad?.text ?? ''}\` in \`CSRF_TRUSTED_ORIGINS\` trusts ${WHO[who ?? 'registrants']}.`,
          related: readRelated(at),
          subject: 'CSRF_TRUSTED_ORIGINS',
          ...(who === 'tunnels' ? { severity: 'note', because: 'names of tunnels are for trying things out, which may be meant' } : {}),
        };
      },
    );
  },
});

const WHO = {
  registrants: 'everybody who can register a domain',
  customers: 'every other customer of that platform',
  tunnels: 'everybody who opens a tunnel there',
};

function broadest(origins: Data | undefined): ListedText | null {
  const found = listedTexts(origins).filter(({ text }) => text.includes('*') && whoMayJoin(suffixOf(text)) !== null);
  return found.find(({ text }) => whoMayJoin(suffixOf(text)) !== 'tunnels') ?? found[0] ?? null;
}

/** The suffix that an entry admits all names of; '' when it has no asterisk before a dot. */
function suffixOf(origin: string): string {
  const host = networkLocation(origin).replace(/:\d+$/, '');
  return /^\*+\.[^*]+$/.test(host) ? host.replace(/^\*+\./, '') : '';
}
