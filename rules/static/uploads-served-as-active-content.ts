import { defineRule } from '../../src/rule.ts';
import { headerNamed, locationName } from '../shared/requests/proxy.ts';
import { withLocation } from '../shared/requests/proxy-example.ts';
import { fileRoutes, urlPath } from '../shared/storage/static.ts';

const settings = "MEDIA_URL = '/media/'\nMEDIA_ROOT = '/srv/media/'\n";
const serve = (line = '', mark = '') => `    location /media/ {${mark}\n        alias /srv/media/;\n${line}    }`;

export default defineRule({
  id: 'static/uploads-served-as-active-content',
  title: 'User uploads served as active content on the site origin',
  severity: 'note',
  topic: 4,
  since: '0.1.0',
  why: 'An uploaded HTML or SVG file runs its script with the origin of the site: it can act as the visitor who opens it. nosniff does not help, because the file is served as what it is.',
  fix: 'Add `add_header Content-Security-Policy "sandbox; default-src \'none\'" always;` to the location, or serve uploads from another domain.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/security/#user-uploaded-content'],
  cwe: ['CWE-79', 'CWE-434'],
  examples: {
    bad: [
      withLocation(serve('', ' # !'), settings),
      withLocation(serve('        add_header X-Content-Type-Options nosniff;\n', ' # !'), settings),
    ],
    good: [
      withLocation(serve('        add_header Content-Security-Policy "sandbox" always;\n'), settings),
      withLocation(serve('        add_header Content-Disposition attachment;\n'), settings),
      withLocation(serve('        internal;\n'), settings),
    ],
  },
  needs: ['settings', 'proxy'],
  check({ settings, proxy }, ctx) {
    const url = settings.get('MEDIA_URL');
    const prefix = url.kind === 'known' ? urlPath(url.value) : null;
    if (prefix === null) return;
    for (const { server, location } of fileRoutes(proxy, prefix)) {
      const policy = headerNamed(location.responseHeaders, 'content-security-policy')?.value ?? '';
      const forced = headerNamed(location.responseHeaders, 'content-disposition') !== undefined;
      if (location.internal || forced || /sandbox|default-src 'none'|script-src 'none'/.test(policy)) continue;
      ctx.report({
        at: location.at,
        message: `\`${locationName(location)}\` serves uploads inline on the origin of the site: an uploaded HTML or SVG file runs script there.`,
        subject: `${server.file} ${locationName(location)}`,
      });
    }
  },
});
