import { describe, expect, test } from 'vitest';
import { deployment, module, only, project } from './projects.ts';

const site = (lines: string, script = '/srv/mysite/mysite/wsgi.py') => ({
  ...project(),
  'apache/site.conf': `<VirtualHost *:443>\nServerName example.com\nSSLEngine on\n${lines}\nWSGIScriptAlias / ${script}\n</VirtualHost>\n`,
});
const DAEMON = 'WSGIDaemonProcess site processes=3 threads=5 user=www python-home=/srv/venv maximum-requests=500\nWSGIProcessGroup site';

describe('mod_wsgi', () => {
  test('a group of daemon processes with its options', async () => {
    const process = only(await deployment(site(DAEMON), 'apache/site.conf'));
    expect(process).toMatchObject({
      name: 'site',
      role: 'web',
      user: { value: 'www' },
      server: {
        software: 'mod_wsgi',
        interface: 'wsgi',
        workers: { value: 3 },
        threads: { value: 5 },
        maxRequests: { value: 500 },
        workerClass: { value: 'daemon' },
      },
    });
    expect(process.server?.option('python-home')).toMatchObject({ value: '/srv/venv' });
    expect(module(process)).toBe('mysite.settings');
    expect(process.paths.runtimePath('manage.py')).toBe('/srv/mysite/manage.py');
  });

  test('its virtual host is in front of it', async () => {
    const { proxy } = await deployment(site(DAEMON), 'apache/site.conf');
    expect(proxy?.servers[0]?.locations[0]).toMatchObject({ pass: { scheme: 'wsgi' }, upstreams: { items: [{ link: 'proven' }] } });
    expect(proxy?.terminatesTls().answer).toBe('yes');
  });

  test.each([
    ['', 'embedded'],
    ['WSGIDaemonProcess site', 'embedded'],
    ['WSGIDaemonProcess site\nWSGIProcessGroup %{GLOBAL}', 'embedded'],
    ['WSGIProcessGroup other', undefined],
  ])('%j', async (lines, mode) => {
    const process = only(await deployment(site(lines), 'apache/site.conf'));
    const workerClass = process.server?.workerClass;
    expect(workerClass?.kind === 'known' ? workerClass.value : undefined).toBe(mode);
  });

  test('defaults of a daemon group', async () => {
    const process = only(await deployment(site('WSGIDaemonProcess site\nWSGIProcessGroup site'), 'apache/site.conf'));
    expect(process.server).toMatchObject({ workers: { value: 1 }, threads: { value: 15 }, timeout: { value: 0 } });
  });
});
