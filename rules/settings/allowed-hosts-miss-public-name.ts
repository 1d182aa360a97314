import { type Data, defineRule, type ProxyFacts, type Report, type SettingsFacts, type Span } from '../../src/rule.ts';
import { isHostName } from '../shared/requests/csrf.ts';
import { admits, whyNever } from '../shared/requests/host-pattern.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence, truth } from '../shared/values/data.ts';
import { nginx, PASS } from '../shared/values/examples.ts';
import { listedTexts } from '../shared/values/listed-texts.ts';
import { changeAt, readRelated } from '../shared/values/origin.ts';

const named = (names: string, location = PASS) => nginx(location).replace('server_name example.com', `server_name ${names}`);

export default defineRule({
  id: 'settings/allowed-hosts-miss-public-name',
  title: 'Public host name missing in ALLOWED_HOSTS',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'The proxy serves the application under a name that Django refuses: every request for it is answered 400.',
  fix: 'Add the name to ALLOWED_HOSTS, or take it out of the proxy.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts', 'https://nginx.org/en/docs/http/server_names.html'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [
      behindNginx(named('books.example.com'), "ALLOWED_HOSTS = ['localhost', '127.0.0.1'] # !\n"),
      behindNginx(named('books.example.com www.books.example.com'), "ALLOWED_HOSTS = ['books.example.com'] # !\n"),
      behindNginx(named('books.example.com', PASS.replace('Host $host', 'Host $http_host')), "ALLOWED_HOSTS = ['example.com'] # !\n"),
    ],
    good: [
      behindNginx(named('books.example.com www.books.example.com'), "ALLOWED_HOSTS = ['.books.example.com']\n"),
      behindNginx(named('Books.example.com'), "ALLOWED_HOSTS = ['*']\n"),
      behindNginx(named('_'), "ALLOWED_HOSTS = ['books.example.com']\n"),
      behindNginx(named('~^(www\\.)?books\\.com$ *.example.com localhost'), "ALLOWED_HOSTS = ['books.example.com']\n"),
      behindNginx(named('books.example.com', PASS.replace(/\n.*Host \$host;/, '')), "ALLOWED_HOSTS = ['localhost']\n"),
      behindNginx(
        `${nginx(PASS)}server {\n    listen 80;\n    server_name old.example.com;\n    return 301 https://example.com$request_uri;\n}\n`,
        "ALLOWED_HOSTS = ['example.com']\n",
      ),
      behindNginx(named('books.example.com'), 'ALLOWED_HOSTS = []\n'),
    ],
    undecided: [
      behindNginx(named('books.example.com'), 'from elsewhere import names\n\nALLOWED_HOSTS = names()\n'),
      behindNginx(named('books.example.com'), "from elsewhere import names\n\nALLOWED_HOSTS = ['localhost', *names()]\n"),
    ],
  },

  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    if (!servesVisitors(settings)) return;
    const names = servedNames(proxy, settings);
    if (names.length === 0) return;
    ctx.expectAll(
      [settings.get('ALLOWED_HOSTS'), settings.get('USE_X_FORWARDED_HOST')],
      (hosts, forwarded) => or(truth(forwarded), not(isUsable(hosts)), and(...names.map(({ name }) => allows(hosts, name)))),
      ([hosts], [origin]): Report => {
        const missing = names.filter(({ name }) => allows(hosts, name) === 'no');
        const [first, ...others] = missing;
        return {
          at: changeAt(origin),
          message: `The proxy serves \`${first?.name ?? ''}\`${others.length === 0 ? '' : ` and ${others.length} more`}, which \`ALLOWED_HOSTS\` does not hold: those requests are answered 400.`,
          subject: 'ALLOWED_HOSTS',
          related: [...missing.map(({ at, name }) => ({ at, message: `\`${name}\` is served here` })), ...readRelated(origin)],
          ...(missing.length < names.length ? { severity: 'warning', because: 'other names of the proxy are admitted' } : {}),
        };
      },
    );
  },
});

interface ServedName {
  readonly name: string;
  readonly at: Span;
}

/** Names of server blocks that pass the visitor's own Host on to these processes. */
function servedNames(proxy: ProxyFacts, settings: SettingsFacts): readonly ServedName[] {
  const found = new Map<string, ServedName>();
  for (const { server, location, process } of applicationRoutes(proxy)) {
    if (server.answersAll !== null || !settings.processes.some((one) => one.name === process.name && one.at.file === process.at.file))
      continue;
    const host = location.requestHeaders.get('host')?.value ?? '';
    if (location.upgrades || !/^\$(host|http_host)(:\$server_port)?$/.test(host)) continue;
    for (const { text, at } of server.names) {
      const name = text.toLowerCase();
      if (isHostName(name) && !/^127\.|\.localhost$/.test(name) && !found.has(name)) found.set(name, { name, at });
    }
  }
  return [...found.values()];
}

/** A list that holds something: an empty or blank one refuses every name, which is a fault of its own. */
function isUsable(hosts: Data | undefined) {
  if (!isSequence(hosts)) return 'no';
  return anyItem(hosts, (host) => typeof host === 'string' && host.trim() !== '');
}

function allows(hosts: Data | undefined, name: string) {
  if (listedTexts(hosts).some(({ text }) => whyNever(text) === null && admits(text, name))) return 'yes';
  return anyItem(hosts, (host) => typeof host === 'string' && whyNever(host) === null && admits(host, name));
}
