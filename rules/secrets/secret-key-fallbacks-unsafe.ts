import { type Context, type Data, defineRule, type SettingsFacts } from '../../src/rule.ts';
import { isPubliclyKnown, keyOf, weaknessInWords, weaknessOf } from '../shared/secrets/secret-key.ts';
import { isSequence } from '../shared/values/data.ts';
import { isAtLeast } from '../shared/values/release.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';
const OLD = 'w3e8r1t6y0u5i9o2p7a4s-d8f1g6h0j5k9l2z7x4c-v8b1n6m0';
const PINNED = { 'requirements.txt': 'Django==5.2.19\n' };

/** More old keys than a rotation leaves behind: each one costs a try on every bad signature. */
const TOO_MANY = 3;

export default defineRule({
  id: 'secrets/secret-key-fallbacks-unsafe',
  title: 'SECRET_KEY_FALLBACKS misused',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Signatures made with an old key are still accepted: keeping a weak, published or identical key defeats the change of keys.',
  fix: 'Keep only the previous key, as long as old sessions live, and read it from the environment.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#secret-key-fallbacks'],
  cwe: ['CWE-324'],
  django: ['security.W025'],
  examples: {
    bad: [
      { ...PINNED, 'settings.py': `SECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = ['old-key'] # !\n` },
      { ...PINNED, 'settings.py': `SECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = ['${KEY}'] # !\n` },
      { ...PINNED, 'settings.py': `SECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = '${OLD}' # !\n` },
    ],
    good: [
      { ...PINNED, 'settings.py': `SECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = ['${OLD}']\n` },
      { ...PINNED, 'settings.py': `SECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = []\n` },
      { 'settings.py': "SECRET_KEY_FALLBACKS = ['old-key']\n", 'requirements.txt': 'Django==3.2.25\n' },
    ],
    undecided: [{ ...PINNED, 'settings.py': `from elsewhere import keys\n\nSECRET_KEY = '${KEY}'\nSECRET_KEY_FALLBACKS = keys()\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (settings.sets('SECRET_KEY_FALLBACKS') === 'no' || isAtLeast(settings.django, '4.1') !== 'yes') return;
    const value = settings.get('SECRET_KEY_FALLBACKS');
    if (value.kind !== 'known') {
      openUnlessKnown(value, ctx);
      return;
    }
    const fault = faultOf(value.value, settings);
    if (fault === 'unknown') ctx.undecided('Part of `SECRET_KEY_FALLBACKS` is not known.', value.origin);
    else if (fault !== null) report(fault, value.origin, ctx);
  },
});

interface Fault {
  readonly message: string;
  readonly django: readonly string[];
}

function report({ message, django }: Fault, at: Parameters<Context['undecided']>[1], ctx: Context): void {
  ctx.report({
    ...(at === undefined ? {} : { at }),
    message: `\`SECRET_KEY_FALLBACKS\` ${message}.`,
    subject: 'SECRET_KEY_FALLBACKS',
    django,
  });
}

function faultOf(list: Data | undefined, settings: SettingsFacts): Fault | 'unknown' | null {
  if (!isSequence(list)) return { message: 'is not a list, and Django refuses to start', django: [] };
  const keys = list.items.map((item) => (item.kind === 'known' ? keyOf(item.value) : null));
  const known = keys.flatMap((key) => (key === null ? [] : [key]));
  for (const key of known) {
    const weakness = weaknessOf(key, settings.django);
    if (weakness !== null)
      return { message: `holds a key that ${weaknessInWords(weakness)}: what it signs can be forged`, django: ['security.W025'] };
    if (isPubliclyKnown(key)) return { message: 'holds a key that is publicly known: what it signs can be forged', django: [] };
  }
  if (keys.length > known.length || !list.complete) return 'unknown';
  const current = settings.get('SECRET_KEY');
  const key = current.kind === 'known' ? keyOf(current.value) : null;
  if (key !== null && known.some((old) => old.equals(key)))
    return { message: 'holds the present key, so the keys were never changed', django: [] };
  if (known.some((old, i) => known.findIndex((other) => other.equals(old)) !== i))
    return { message: 'holds the same key twice', django: [] };
  if (known.length > TOO_MANY) return { message: `holds ${known.length} old keys, each of which still opens sessions`, django: [] };
  return null;
}
