import { type Data, defineRule, placeOf, type RepositoryFacts } from '../../src/rule.ts';
import { headerCover, redirectCover } from '../shared/requests/cover.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { answer } from '../shared/values/answer.ts';
import { nginx, PASS } from '../shared/values/examples.ts';
import { type ListedText, listedTexts, named, placeOfItem } from '../shared/values/listed-texts.ts';

/** Advice that Django itself leaves to the owner of the domain: subdomains, preloading. */
const CHOICES: ReadonlySet<string> = new Set(['security.W005', 'security.W021']);

export default defineRule({
  id: 'settings/security-checks-silenced',
  title: 'Security checks are silenced',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'The command check --deploy passes while the fault is there, and whoever reads the pipeline takes the settings for checked.',
  fix: 'Remove the ids and mend what they report, or write the reason beside each.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#silenced-system-checks',
    'https://docs.djangoproject.com/en/stable/ref/checks/#security',
  ],
  cwe: ['CWE-778'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': "SILENCED_SYSTEM_CHECKS = ['security.W012'] # !\n" },
      { 'settings.py': "SILENCED_SYSTEM_CHECKS = [\n    'models.W042',\n    'security.W008', # !\n    'security.W016',\n]\n" },
    ],
    good: [
      { 'settings.py': "SILENCED_SYSTEM_CHECKS = ['models.W042', 'urls.W002']\n" },
      { 'settings.py': 'SILENCED_SYSTEM_CHECKS = []\n' },
      { 'settings.py': "SILENCED_SYSTEM_CHECKS = ['security.W021', 'security.W005']\n" },
      { 'settings.py': "X_FRAME_OPTIONS = 'SAMEORIGIN'\nSILENCED_SYSTEM_CHECKS = ['security.W019']\n" },
      { 'settings.py': "SILENCED_SYSTEM_CHECKS = [\n    'security.W012',  # the proxy marks the cookie secure\n]\n" },
      { 'settings.py': "# Cloudflare redirects and sends HSTS.\nSILENCED_SYSTEM_CHECKS = ['security.W004', 'security.W008']\n" },
      behindNginx(
        nginx(`    add_header Strict-Transport-Security "max-age=31536000" always;\n${PASS}`),
        "SILENCED_SYSTEM_CHECKS = ['security.W004', 'security.W008']\n",
      ),
    ],
    undecided: [{ 'settings.py': 'from elsewhere import ids\n\nSILENCED_SYSTEM_CHECKS = ids()\n' }],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository }, ctx) {
    const done = new Set(CHOICES);
    if (headerCover(deployment, 'strict-transport-security') !== null) done.add('security.W004');
    if (redirectCover(deployment) !== null) done.add('security.W008');
    const frames = settings.get('X_FRAME_OPTIONS');
    if (frames.kind === 'known' && frames.value === 'SAMEORIGIN') done.add('security.W019');
    const faults = (silenced: Data | undefined) =>
      listedTexts(silenced).filter((one) => /^security\.[EW]\d+$/.test(one.text) && !done.has(one.text) && !isExplained(one, repository));
    ctx.expect(
      settings.get('SILENCED_SYSTEM_CHECKS'),
      (silenced) => answer(faults(silenced).length === 0),
      (silenced, origin) => {
        const found = faults(silenced);
        return {
          at: placeOfItem(found[0], origin),
          message: `\`SILENCED_SYSTEM_CHECKS\` silences ${named(found.map(({ text }) => text))} without a reason: \`check --deploy\` passes whatever these settings are.`,
          subject: 'SILENCED_SYSTEM_CHECKS',
        };
      },
    );
  },
});

/** A comment on the line, or one that ends on the line above, is a reason; likewise above the line where the list begins. */
function isExplained({ origin }: ListedText, repository: Pick<RepositoryFacts, 'read'>): boolean {
  const at = placeOf(origin);
  const text = at === undefined ? null : repository.read(at.file);
  if (at === undefined || text === null) return false;
  const before = text.slice(0, at.start).split('\n');
  const line = before.length - 1;
  const lines = text.split('\n');
  const opening = before.findLastIndex((one) => /^\s*SILENCED_SYSTEM_CHECKS\b/.test(one));
  const isComment = (index: number) => /^\s*#/.test(lines[index] ?? '');
  return /#/.test(lines[line] ?? '') || isComment(line - 1) || (opening > 0 && isComment(opening - 1));
}
