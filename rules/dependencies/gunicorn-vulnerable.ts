import { compareRelease, defineRule, placeOf } from '../../src/rule.ts';
import { productionProjects } from '../shared/processes/production-images.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const project = (requirement: string) => ({ ...django(), Dockerfile: DOCKERFILE, 'requirements.txt': `Django==5.2.8\n${requirement}\n` });

export default defineRule({
  id: 'dependencies/gunicorn-vulnerable',
  title: 'Gunicorn release with known request-smuggling flaws pinned',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Before 22 gunicorn takes a malformed Transfer-Encoding for another request than the proxy does: an attacker hides a second request in the first, past the rules of the proxy or into the response of another visitor (CVE-2024-1135).',
  fix: 'Raise the pin to a supported release.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/2024-news/', 'https://nvd.nist.gov/vuln/detail/CVE-2024-1135'],
  cwe: ['CWE-444'],
  examples: {
    bad: [project('gunicorn==20.1.0 # !'), project('gunicorn[gevent]==21.2.0 # !'), project('gunicorn==22.0.0 # !')],
    good: [project('gunicorn==23.0.0'), project('gunicorn>=20'), project('gunicorn')],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const told = new Set<string>();
    for (const { packages } of productionProjects(repository.model)) {
      const range = packages.range('gunicorn');
      const at = range === null ? undefined : placeOf(range.origin);
      if (range?.exact == null || at === undefined || compareRelease(range.exact, '23') >= 0 || told.has(at.file)) continue;
      told.add(at.file);
      const mended = compareRelease(range.exact, '22') >= 0;
      ctx.report({
        at,
        message: mended
          ? `gunicorn ${range.exact} still lets through framing that 23 refuses.`
          : `gunicorn ${range.exact} can be made to see two requests where the proxy sees one (CVE-2024-1135).`,
        subject: 'gunicorn',
        ...(mended ? { severity: 'note', because: '22.0 mended CVE-2024-1135, and 23.0 only hardened it further' } : {}),
      });
    }
  },
});
