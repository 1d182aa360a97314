import { type Data, defineRule } from '../../src/rule.ts';
import { fixed, installed, releaseIsAtLeast, usesMiddleware } from '../shared/code/packages.ts';
import { and, not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

/** OUTDATED_SETTINGS of csp/checks.py (4.0), and the three it asks for beside them. */
const OLD =
  /^CSP_((CHILD|CONNECT|DEFAULT|SCRIPT|OBJECT|STYLE|FONT|FRAME|IMG|MANIFEST|MEDIA|PREFETCH|WORKER)_SRC|(SCRIPT|STYLE)_SRC_(ATTR|ELEM)|BASE_URI|PLUGIN_TYPES|SANDBOX|FORM_ACTION|FRAME_ANCESTORS|NAVIGATE_TO|REQUIRE_SRI_FOR|REQUIRE_TRUSTED_TYPES_FOR|TRUSTED_TYPES|UPGRADE_INSECURE_REQUESTS|BLOCK_ALL_MIXED_CONTENT|REPORT_URI|REPORT_TO|REPORT_ONLY|EXCLUDE_URL_PREFIXES|REPORT_PERCENTAGE)$/;

const USED = "INSTALLED_APPS = ['csp']\nMIDDLEWARE = ['csp.middleware.CSPMiddleware']\n";
const requirements = (release: string) => ({ 'requirements.txt': `Django==5.2.8\ndjango-csp${release}\n` });

export default defineRule({
  id: 'apps/csp-settings-ignored',
  title: 'Old CSP settings ignored by django-csp 4',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'django-csp 4 reads CONTENT_SECURITY_POLICY only: the policy of the old settings is not sent.',
  fix: 'Move the directives into CONTENT_SECURITY_POLICY = {"DIRECTIVES": {...}}; `manage.py check` prints the new form.',
  autofix: 'none',
  links: ['https://django-csp.readthedocs.io/en/latest/migration-guide.html'],
  cwe: ['CWE-693'],
  cross: true,
  django: ['csp.E001'],
  examples: {
    bad: [
      { ...requirements('==4.0'), 'settings.py': `${USED}CSP_DEFAULT_SRC = ("'self'",) # !\n` },
      {
        ...requirements('>=4'),
        'settings.py': `${USED}CSP_IMG_SRC = ("'self'",) # !\nCONTENT_SECURITY_POLICY = {'DIRECTIVES': {'default-src': ["'self'"]}}\n`,
      },
    ],
    good: [
      { ...requirements('==3.8'), 'settings.py': `${USED}CSP_DEFAULT_SRC = ("'self'",)\n` },
      { ...requirements('==4.0'), 'settings.py': `${USED}CONTENT_SECURITY_POLICY = {'DIRECTIVES': {'default-src': ["'self'"]}}\n` },
      { ...requirements('==4.0'), 'settings.py': `${USED}CSP_OURS = 1\nCONTENT_SECURITY_POLICY = {}\n` },
      { ...requirements('==4.0'), 'settings.py': 'INSTALLED_APPS = []\nMIDDLEWARE = []\nCSP_DEFAULT_SRC = ()\n' },
    ],
    undecided: [
      { ...requirements('>=3,<5'), 'settings.py': `${USED}CSP_DEFAULT_SRC = ("'self'",)\n` },
      { 'settings.py': `${USED}CSP_DEFAULT_SRC = ("'self'",)\n` },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const names = settings.names.filter((one) => OLD.test(one) && settings.sets(one) === 'yes');
    const [name] = names;
    if (name === undefined) return;
    const value = settings.get(name);
    const policy = settings.get('CONTENT_SECURITY_POLICY');
    const isNew = policy.kind === 'known' && isPolicy(policy.value);
    ctx.expectAll(
      [
        usesMiddleware(settings, 'csp', /csp|contentsecurity/i),
        installed(settings, 'csp'),
        fixed(releaseIsAtLeast(settings, 'django-csp', '4.0', '5.2'), value),
      ],
      // Without the app its check does not run; without the middleware nothing is sent anyway.
      (middleware, app, release) => not(and(or(middleware.is, app.is), release.is)),
      ([, app]) => ({
        at: settings.placeOf(name),
        message: `\`${name}\`${names.length > 1 ? ` and ${names.length - 1} more of its kind are` : ' is'} ignored since django-csp 4${isNew ? ': `CONTENT_SECURITY_POLICY` decides' : ', and no policy is sent'}.`,
        subject: 'CSP',
        ...(app.is === 'yes' ? {} : { django: [] }),
        ...(isNew ? { severity: 'warning', because: 'a policy of the new form is sent' } : {}),
      }),
    );
  },
});

function isPolicy(policy: Data | undefined): boolean {
  return truth(policy) === 'yes';
}
