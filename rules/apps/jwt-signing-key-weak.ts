import { type Context, defineRule, type Secret, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { mayBeTracked } from '../shared/secrets/committed.ts';
import { isPubliclyKnown, isTestModule, keyOf, weaknessOf } from '../shared/secrets/secret-key.ts';
import { variableOf } from '../shared/values/origin.ts';
import { openUnlessKnown } from '../shared/values/undecided.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';
const USED = "REST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework_simplejwt.authentication.JWTAuthentication']}\n";
const OWN = "import os\n\nSECRET_KEY = os.environ['SECRET_KEY']\n";

export default defineRule({
  id: 'apps/jwt-signing-key-weak',
  title: 'JWT signing key is literal or weak',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever knows the key issues tokens for any user; when it is SECRET_KEY, replacing one invalidates the other.',
  fix: 'Read SIMPLE_JWT["SIGNING_KEY"] from the environment, as a key of its own.',
  autofix: 'unsafe',
  links: ['https://django-rest-framework-simplejwt.readthedocs.io/en/latest/settings.html#signing-key'],
  cwe: ['CWE-798', 'CWE-321'],
  replaces: ['secrets/credential-hardcoded'],
  examples: {
    bad: [
      { 'settings.py': `${OWN}${USED}SIMPLE_JWT = {'SIGNING_KEY': '${KEY}'} # !\n` },
      { 'settings.py': `${OWN}${USED}SIMPLE_JWT = {'SIGNING_KEY': os.environ.get('JWT_KEY', '${KEY}')} # !\n` },
      { 'settings.py': `${USED}SECRET_KEY = 'short-key'\nSIMPLE_JWT = {'ALGORITHM': 'HS256'} # !\n` },
      { 'settings.py': `${USED}SECRET_KEY = 'short-key'\nSIMPLE_JWT = {'SIGNING_KEY': SECRET_KEY} # !\n` },
    ],
    good: [
      { 'settings.py': `${OWN}${USED}SIMPLE_JWT = {'ALGORITHM': 'HS256'}\n` },
      { 'settings.py': `${USED}SECRET_KEY = '${KEY}'\n` },
      { 'settings.py': `SIMPLE_JWT = {'SIGNING_KEY': '${KEY}'}\n` },
    ],
    undecided: [
      { 'settings.py': `${OWN}${USED}SIMPLE_JWT = {'SIGNING_KEY': os.environ['JWT_KEY']}\n` },
      { 'settings.py': `from elsewhere import jwt\n\n${OWN}${USED}SIMPLE_JWT = jwt()\n` },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    if (isTestModule(settings) || repository.codeMentions(/\brest_framework_simplejwt\b/).items.length === 0) return;
    const value = settings.get('SIMPLE_JWT', 'SIGNING_KEY');
    openUnlessKnown(value, ctx);
    if (value.kind !== 'known') return;
    const key = keyOf(value.value);
    const secret = settings.get('SECRET_KEY');
    const shared = secret.kind === 'known' ? keyOf(secret.value) : null;
    if (key === null || (shared?.equals(key) ?? false)) {
      if (value.value === undefined || key !== null) reportShared(settings, shared, ctx);
      return;
    }
    if (key.length === 0 || variableOf(value.origin)?.state === 'given' || !mayBeTracked(value, repository)) return;
    const variable = variableOf(value.origin);
    ctx.report({
      at: value.origin,
      message:
        variable === null
          ? '`SIMPLE_JWT["SIGNING_KEY"]` is written in the source: whoever reads the repository issues tokens for any user.'
          : `\`SIMPLE_JWT["SIGNING_KEY"]\` falls back to a key in the source, because nothing gives \`${variable.name}\`: whoever reads it issues tokens for any user.`,
      subject: 'SIMPLE_JWT.SIGNING_KEY',
    });
  },
});

/** The fault is that of SECRET_KEY; here it is told what else hangs on it. */
function reportShared(settings: SettingsFacts, key: Secret | null, ctx: Context): void {
  if (key === null || (weaknessOf(key, settings.django) === null && !isPubliclyKnown(key))) return;
  const value = settings.get('SIMPLE_JWT');
  ctx.report({
    at: value.kind === 'known' && value.value !== undefined ? value.origin : settings.placeOf('SECRET_KEY'),
    message: 'Tokens are signed with `SECRET_KEY`, which is weak.',
    subject: 'SIMPLE_JWT.SIGNING_KEY',
    severity: 'note',
    because: 'a strong `SECRET_KEY` mends it',
  });
}
