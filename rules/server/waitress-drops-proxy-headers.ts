import { type Data, DEFAULTS, defineRule, known, usual } from '../../src/rule.ts';
import { django, unit } from '../shared/values/examples.ts';

const SET = "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n";

function started(options: string, settings = SET): Record<string, string> {
  return { ...django(settings), 'mysite.service': unit('', `waitress-serve --listen=127.0.0.1:8000 ${options}`) };
}

export default defineRule({
  id: 'server/waitress-drops-proxy-headers',
  title: 'Waitress drops the header SECURE_PROXY_SSL_HEADER needs',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'waitress removes X-Forwarded-* of every peer that it is not told to trust: Django takes each request for plain HTTP, redirects for ever with SECURE_SSL_REDIRECT, and refuses forms with 403.',
  fix: 'Start it with `--trusted-proxy=ADDRESS --trusted-proxy-headers="x-forwarded-proto x-forwarded-for"`.',
  autofix: 'unsafe',
  links: [
    'https://docs.pylonsproject.org/projects/waitress/en/stable/reverse-proxy.html',
    'https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html',
  ],
  cross: true,
  examples: {
    bad: [
      started('mysite.wsgi:application # !'),
      started('--trusted-proxy=127.0.0.1 --trusted-proxy-headers=x-forwarded-for mysite.wsgi:application # !'),
      started('mysite.wsgi:application # !', 'USE_X_FORWARDED_HOST = True\n'),
      { ...django(SET), Procfile: 'web: waitress-serve --port=$PORT mysite.wsgi:application # !\n' },
    ],
    good: [
      started('--trusted-proxy=127.0.0.1 mysite.wsgi:application'),
      started('--trusted-proxy=127.0.0.1 --trusted-proxy-headers="x-forwarded-proto x-forwarded-for" mysite.wsgi:application'),
      started('--no-clear-untrusted-proxy-headers mysite.wsgi:application'),
      started('mysite.wsgi:application', ''),
      { ...django(SET), 'mysite.service': unit('', 'gunicorn mysite.wsgi --bind 127.0.0.1:8000') },
    ],
  },
  needs: ['settings'],
  check({ settings }, ctx) {
    for (const process of settings.processes) {
      const { server } = process;
      if (server?.software !== 'waitress') continue;
      const none = known('', { step: 'default', of: 'waitress' });
      const keeps = server.option('clear-untrusted-proxy-headers') ?? none;
      const peer = server.option('trusted-proxy') ?? none;
      // With a trusted peer and no list, waitress believes X-Forwarded-Proto alone.
      const headers = server.option('trusted-proxy-headers') ?? usual(DEFAULTS.waitress, 'trusted_proxy_headers');
      ctx.expectAll(
        [settings.get('SECURE_PROXY_SSL_HEADER'), settings.get('USE_X_FORWARDED_HOST'), keeps, peer, headers] as const,
        (scheme, host, kept, trusted, passed) => kept === 'false' || removed(scheme, host, trusted, passed) === null,
        ([scheme, host, , trusted, passed], [schemeAt, hostAt]) => {
          const header = removed(scheme, host, trusted, passed) ?? '';
          return {
            at: process.commandAt,
            message: `waitress of \`${process.name}\` removes \`${header}\`, which the settings rely on.`,
            subject: process.name,
            related: [{ at: header === 'x-forwarded-host' ? hostAt : schemeAt, message: 'the header is read because of this' }],
          };
        },
      );
    }
  },
});

/** The header that Django is told to read and that waitress takes away; null when none is. */
function removed(scheme: Data | undefined, host: Data | undefined, trusted: string, passed: string): string | null {
  const list = trusted === '' ? [] : passed.toLowerCase().split(/[\s,]+/);
  const wanted = [schemeHeader(scheme), host === true ? 'x-forwarded-host' : null];
  return wanted.find((header) => header !== null && CLEARED.has(header) && !list.includes(header)) ?? null;
}

const CLEARED: ReadonlySet<string> = new Set([
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-by',
  'forwarded',
]);

/** "HTTP_X_FORWARDED_PROTO" of the setting, as it stands in a request. */
function schemeHeader(value: Data | undefined): string | null {
  if (typeof value !== 'object' || value === null || !('items' in value)) return null;
  const [first] = value.items;
  const text = first !== undefined && 'kind' in first && first.kind === 'known' && typeof first.value === 'string' ? first.value : '';
  return text.startsWith('HTTP_') ? text.slice(5).toLowerCase().replaceAll('_', '-') : null;
}
