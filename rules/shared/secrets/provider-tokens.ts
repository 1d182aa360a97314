/** Credentials that a provider's own format proves: a prefix of its own, a fixed length, a checksum where there is one. */
interface Format {
  readonly provider: string;
  /** Global; the first group is what must not stand beside more of its kind. */
  readonly pattern: RegExp;
  /** A text that every token of the kind contains: asked first, since it costs least. */
  readonly hint: string;
  readonly valid?: (token: string) => boolean;
  /** What must stand nearby: the token alone opens nothing. */
  readonly needs?: RegExp;
}

/** 40 characters of base 64, not all of one kind. */
const AWS_SECRET =
  /(?<![A-Za-z0-9/+])(?=[^\s"']{0,39}\d)(?=[^\s"']{0,39}[a-z])(?=[^\s"']{0,39}[A-Z])(?![^\s"']{0,40}EXAMPLE)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/;

/**
 * Only formats that their vendors document (read on 2026-11-21):
 * AWS: docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (AKIA is a long-term access key) and
 *   reference_identifiers' 40 characters of a secret access key;
 * GitHub: github.blog/engineering/behind-githubs-new-authentication-token-formats (prefix, 30 characters, 6 of CRC-32 in base 62) and
 *   docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats;
 * GitLab: docs.gitlab.com/security/tokens/#token-prefixes;
 * Slack: api.slack.com/authentication/token-types, api.slack.com/messaging/webhooks;
 * Stripe: docs.stripe.com/keys#obtain-api-keys;
 * SendGrid: twilio.com/docs/sendgrid/ui/account-and-settings/api-keys (SG., 69 characters);
 * Google: cloud.google.com/iam/docs/keys-create-delete (service account files), cloud.google.com/docs/authentication/api-keys;
 * PyPI: docs.pypi.org/api/secrets, npm: github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format (form as GitHub's),
 * Sentry: develop.sentry.dev/backend/auth-tokens (organization tokens).
 */
const FORMATS: readonly Format[] = [
  { provider: 'AWS', hint: 'AKIA', pattern: /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/g, needs: AWS_SECRET },
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((hint) => ({
    provider: 'GitHub',
    hint,
    pattern: new RegExp(`(?<![A-Za-z0-9])${hint}[A-Za-z0-9]{36}(?![A-Za-z0-9])`, 'g'),
    valid: hasGithubChecksum,
  })),
  { provider: 'GitHub', hint: 'github_pat_', pattern: /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/g },
  { provider: 'GitLab', hint: 'glpat-', pattern: /(?<![A-Za-z0-9])glpat-[\w-]{20}(?![\w-])/g },
  { provider: 'Slack', hint: 'xox', pattern: /(?<![A-Za-z0-9])xox[bp]-\d{10,13}-\d{10,13}-[A-Za-z0-9-]{24,40}(?![A-Za-z0-9])/g },
  {
    provider: 'Slack',
    hint: 'hooks.slack.com',
    pattern: /https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]{8,11}\/B[A-Z0-9]{8,11}\/[A-Za-z0-9]{24}(?![A-Za-z0-9])/g,
  },
  { provider: 'Stripe', hint: '_live_', pattern: /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{24,247}(?![A-Za-z0-9])/g },
  { provider: 'SendGrid', hint: 'SG.', pattern: /(?<![A-Za-z0-9])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g },
  { provider: 'PyPI', hint: 'pypi-AgEIcHlwaS5vcmc', pattern: /pypi-AgEIcHlwaS5vcmc[\w-]{50,300}/g },
  { provider: 'npm', hint: 'npm_', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g, valid: hasGithubChecksum },
  { provider: 'Sentry', hint: 'sntrys_', pattern: /(?<![A-Za-z0-9])sntrys_eyJ[A-Za-z0-9+/=]{60,400}_[A-Za-z0-9+/]{43}(?![A-Za-z0-9])/g },
];

/** A file that Google makes for a service account: all three keys, and the key itself. */
const SERVICE_ACCOUNT =
  /"type"\s*:\s*"service_account"[\s\S]{0,4000}?"private_key"\s*:\s*"-----BEGIN PRIVATE KEY-----\\n[A-Za-z0-9+/\\n]{200,}/g;

export interface ProviderToken {
  readonly provider: string;
  /** The name that it is assigned to on its line, `NAME = '…'`. */
  readonly setting: string | null;
  readonly start: number;
  readonly end: number;
}

/** The credentials of providers in a text; documented examples and obvious stand-ins are none. */
export function providerTokens(text: string): readonly ProviderToken[] {
  const found = FORMATS.flatMap(({ provider, hint, pattern, valid, needs }) => {
    if (!text.includes(hint)) return [];
    return [...text.matchAll(pattern)].flatMap((match) => {
      const [token] = match;
      const end = match.index + token.length;
      const near = text.slice(Math.max(0, match.index - NEAR), match.index) + text.slice(end, end + NEAR);
      if (standsIn(token) || valid?.(token) === false || needs?.test(near) === false) return [];
      return [{ provider, setting: settingBefore(text, match.index), start: match.index, end }];
    });
  });
  if (!text.includes('service_account')) return found;
  const accounts = [...text.matchAll(SERVICE_ACCOUNT)].map((match) => ({
    provider: 'Google',
    setting: null,
    start: match.index,
    end: match.index + match[0].length,
  }));
  return [...found, ...accounts];
}

/** Characters around a token in which what belongs to it stands. */
const NEAR = 400;

/** One of them stands in every text that has a token. */
export const TOKEN_HINTS: readonly string[] = [...new Set(FORMATS.map(({ hint }) => hint)), 'service_account'];

function settingBefore(text: string, at: number): string | null {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^\s*([A-Z][A-Z0-9_]*)\s*=/.exec(line)?.[1] ?? null;
}

/** The provider whose credential a text is; null when it is nobody's that is known. */
export function providerOf(text: string): string | null {
  return text.length < 20 || text.length > 500 ? null : (providerTokens(text)[0]?.provider ?? null);
}

/** AWS shows AKIAIOSFODNN7EXAMPLE; others repeat one character or write what it is. */
function standsIn(token: string): boolean {
  const tail = token.slice(token.lastIndexOf('_') + 1);
  return /example|placeholder|redacted|dummy|fake|your|xxxx|1234567|abcdef(?!\d)|0{6}|\.{3}/i.test(token) || new Set(tail).size < 8;
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The last six characters are the CRC-32 of those between the prefix and them. */
function hasGithubChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  let rest = crc32(body.slice(0, -6));
  let digits = '';
  for (let place = 0; place < 6; place++) {
    digits = (BASE_62[rest % 62] ?? '') + digits;
    rest = Math.floor(rest / 62);
  }
  return digits === body.slice(-6);
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
