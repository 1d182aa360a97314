import { type Data, defineRule, type Report } from '../../src/rule.ts';
import { admits, isLocalName, meantName, whyNever } from '../shared/requests/host-pattern.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { holds } from '../shared/values/data.ts';
import { type ListedText, listedTexts, named, placeOfItem } from '../shared/values/listed-texts.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

export default defineRule({
  id: 'settings/allowed-hosts-never-match',
  title: 'ALLOWED_HOSTS entry can never match',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Django compares the bare host name. With a scheme, port, slash, blank or "*." in an entry, requests to that host are answered 400 although the list looks right.',
  fix: 'Write bare host names, and a leading dot for subdomains: ["example.com", ".example.org"].',
  autofix: 'safe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
    'https://github.com/django/django/blob/stable/5.2.x/django/http/request.py',
  ],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': "ALLOWED_HOSTS = ['https://example.com'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['example.com/'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['example.com:8000'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['*.example.com'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['example.com.'] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['my_app'] # !\n" },
      { 'settings.py': "from elsewhere import names\n\nALLOWED_HOSTS = ['*.example.com', *names()] # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['localhost:8000', 'example.com'] # !\n" },
      { 'settings.py': "import os\n\nALLOWED_HOSTS = os.environ.get('HOSTS', 'example.org, example.com').split(',') # !\n" },
      { 'settings.py': "ALLOWED_HOSTS = [\n    'example.org',\n    'http://example.com', # !\n]\n" },
    ],
    good: [
      { 'settings.py': "ALLOWED_HOSTS = ['example.com', '.example.org', '127.0.0.1', '[::1]', 'WWW.Example.Net']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['*', 'https://example.com']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['localhost', 'localhost:8000', '127.0.0.1', '::1', 'example.com']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['.example.com', 'https://www.example.com']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['example.com', '']\n" },
      { 'settings.py': "ALLOWED_HOSTS = ['']\n" },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (!servesVisitors(settings)) return;
    ctx.expect(
      settings.get('ALLOWED_HOSTS'),
      (hosts) => deadEntries(hosts).length === 0 || holds(hosts, '*') === 'yes',
      (hosts, origin): Report => {
        const dead = deadEntries(hosts);
        const [first] = dead;
        const at = placeOfItem(first, origin);
        return {
          at: changeAt(at),
          message: messageFor(dead),
          related: readRelated(at),
          subject: 'ALLOWED_HOSTS',
          ...lowered(dead, hosts),
        };
      },
    );
  },
});

/** Blank entries are another fault when nothing else is there, and none otherwise; nor does an entry harm whose name another one admits. */
function deadEntries(hosts: Data | undefined): readonly ListedText[] {
  const all = listedTexts(hosts);
  const alive = all.map(({ text }) => text).filter((text) => whyNever(text) === null);
  return all.filter(({ text }) => {
    if (text.trim() === '' || whyNever(text) === null) return false;
    const name = meantName(text);
    return !alive.some((other) => admits(other, name) || (isLocalName(name) && isLocalName(other.toLowerCase())));
  });
}

function messageFor(dead: readonly ListedText[]): string {
  const [first, ...others] = dead.map(({ text }) => text);
  if (first === undefined) return '';
  const why = whyNever(first) ?? '';
  if (others.length === 0)
    return `\`${first}\` in \`ALLOWED_HOSTS\` ${why}, so no request ever matches it: requests to that host are answered 400.`;
  return `No request ever matches ${named([first, ...others])} in \`ALLOWED_HOSTS\`: the first one ${why}. Requests to those hosts are answered 400.`;
}

function lowered(dead: readonly ListedText[], hosts: Data | undefined): Pick<Report, 'severity' | 'because'> {
  if (dead.every(({ text }) => isLocalName(meantName(text)) || isSingleLabel(text))) {
    return { severity: 'note', because: 'only the machine itself or its network, such as a health check, uses that name' };
  }
  if (holds(hosts, '*') === 'no') return {};
  return { severity: 'warning', because: 'entries that are not known here may admit that host' };
}

/** No visitor from outside asks for a name without a dot. */
function isSingleLabel(text: string): boolean {
  return !/[.:/]/.test(text.replace(/^\*?\./, ''));
}
