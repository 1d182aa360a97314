import { isSecretName } from '../core/secret.ts';
import { manifestSecrets } from './mask-manifest.ts';

/** A region of a text that no output may show: offsets, end exclusive. */
export interface Hidden {
  readonly start: number;
  readonly end: number;
}

export const DOTS = '•••';

// Every repetition is bounded and starts at the head of a word, so that hostile text costs no more than its length.
const USER_PART = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s"'`<>]{0,1000})@/gi;
/** Tokens that are secret by their form alone, whatever they are called. */
const TOKENS: readonly RegExp[] = [
  /django-insecure-[^\s"'`]+/g,
  /\b(?:sk|rk|pk|whsec)_(?:live|test)?_?[A-Za-z0-9]{8,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,200}/g,
  /\bxox[abprs]-[\w-]{8,200}/g,
  /\bSG\.[\w-]{8,200}\.[\w-]{8,200}/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{1,4000}\.[\w-]{1,1000}/g,
  /\bAIza[\w-]{20,200}/g,
  /\b(?:Basic|Bearer) [A-Za-z0-9+/=._-]{8,}/g,
  /\bnpm_[A-Za-z0-9]{16,}|\bpypi-[\w-]{16,400}|\bsntrys_[\w+/=]{16,600}/g,
  /(?<=hooks\.slack\.com\/services\/)[\w/]{8,200}/g,
  /\b(?:pbkdf2_\w{1,20}|argon2\w{0,10}|bcrypt\w{0,10}|scrypt)\$[^\s"',;)]{1,400}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
];
/** What stands behind such words in an excerpt is data or an account, whatever it is called. */
const AFTER = /\b(?:VALUES\s{0,20}|create_superuser)\([^\n]*/g;
/** Files that hold secrets in places without a name. */
const OPAQUE = /\.(tfstate(\.backup)?|p12|pfx|jks|keystore|sqlite3?)$/i;

/** Hides the password of every URL in a message: `redis://user:•••@host`. A user part without a password may itself be a token: it goes whole. */
export function maskUserParts(text: string): string {
  let masked = text.replace(USER_PART, (_all, scheme: string, user: string) => `${scheme}${keptUser(user)}${DOTS}@`);
  for (const token of TOKENS) masked = masked.replace(token, DOTS);
  return masked;
}

/** The same for every text within an encoded value. */
export function maskTexts(value: unknown): unknown {
  if (typeof value === 'string') return maskUserParts(value);
  if (Array.isArray(value)) return value.map(maskTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskTexts(one)]));
}

function keptUser(user: string): string {
  const colon = user.indexOf(':');
  return colon === -1 ? '' : user.slice(0, colon + 1);
}

/** The regions of a file that hold secrets, sorted and apart from each other. Rather too much than too little: this is for excerpts only. */
export function secretsIn(file: string, text: string): readonly Hidden[] {
  if (OPAQUE.test(file)) return text === '' ? [] : [{ start: 0, end: text.length }];
  const found: Hidden[] = [...urlPasswords(text), ...tokens(text), ...longRandomLiterals(text), ...matches(text, AFTER)];
  found.push(...(file.endsWith('.py') ? pythonSecrets(text) : lineSecrets(text)));
  if (/\.ya?ml$|(^|\/)Kustomization$/.test(file)) found.push(...manifestSecrets(text));
  return joined(found);
}

function urlPasswords(text: string): Hidden[] {
  return [...text.matchAll(USER_PART)].map((match) => {
    const [, scheme = '', user = ''] = match;
    const start = match.index + scheme.length + keptUser(user).length;
    return { start, end: match.index + scheme.length + user.length };
  });
}

function tokens(text: string): Hidden[] {
  return TOKENS.flatMap((pattern) => matches(text, pattern));
}

function matches(text: string, pattern: RegExp): Hidden[] {
  return [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Quoted texts that look like generated keys: long, unbroken, of mixed case with digits. */
function longRandomLiterals(text: string): Hidden[] {
  return [...text.matchAll(/["']([^\s"']{32,})["']/g)].flatMap((match) => {
    const inner = match[1] ?? '';
    const mixed = /[a-z]/.test(inner) && /[0-9]/.test(inner) && /[A-Z!#$%^&*()+]/.test(inner);
    const dotted = /^[\w.\-/:{}<>@,~=$]+$/.test(inner) && /[./]/.test(inner);
    return mixed && !dotted ? [{ start: match.index + 1, end: match.index + 1 + inner.length }] : [];
  });
}

/** Whether a key in any spelling ("db-password", "stripeApiKey", "SECRET_KEY") names a secret. */
function namesSecret(key: string): boolean {
  const last = key.split(/[.:]/).at(-1) ?? key;
  if (/^(proxy|uwsgi|fastcgi|scgi|grpc|memcached)_pass$/.test(last)) return false;
  const snake = last.replaceAll('-', '_').replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return isSecretName(last) || isSecretName(snake) || /^(requirepass|masterauth|masteruser|authorization|pgpass|dsn)$/i.test(last);
}

/**
 * Python: from a secret name up to the comma, bracket or line end that closes its value, every string literal is hidden; in a call whose
 * first argument is the name (`config("SECRET_KEY", default="…")`) up to the end of the call.
 */
function pythonSecrets(text: string): Hidden[] {
  const hidden: Hidden[] = [];
  const token =
    /(?<comment>#[^\n]*)|(?<string>[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<name>[A-Za-z_]\w*)|(?<open>[([{])|(?<close>[)\]}])|(?<comma>,)|(?<line>\n)|(?<number>\d+)/g;
  let depth = 0;
  /** Depths below which each secret scope ends, innermost last; `call` scopes survive commas. */
  const scopes: { readonly depth: number; readonly call: boolean }[] = [];
  const matches = [...text.matchAll(token)];
  matches.forEach((match, index) => {
    const groups = match.groups ?? {};
    const end = match.index + match[0].length;
    if (groups['comment'] !== undefined) {
      if (scopes.length > 0 || commentNamesSecret(match[0])) hidden.push({ start: match.index + 1, end });
    } else if (groups['string'] !== undefined) {
      const inner = innerOf(match[0]);
      const isName = /^[\w.-]{1,80}$/.test(inner) && namesSecret(inner);
      // At the depth of the innermost scope stands the value itself, however much it looks like a name.
      const isValue = scopes.at(-1)?.depth === depth;
      const isKey = isName && !isValue;
      if (scopes.length > 0 && !(isKey && /^[A-Z][A-Z0-9_]*$/.test(inner))) hidden.push(innerRegion(match.index, match[0]));
      if (isKey) {
        const next = matches[index + 1]?.groups ?? {};
        scopes.push({ depth: next['close'] === undefined ? depth : depth - 1, call: next['comma'] !== undefined });
      }
    } else if (groups['name'] !== undefined) {
      if (namesSecret(match[0])) scopes.push({ depth, call: false });
    } else if (groups['number'] !== undefined) {
      if (scopes.length > 0) hidden.push({ start: match.index, end });
    } else if (groups['open'] !== undefined) depth++;
    else if (groups['close'] !== undefined) {
      depth = Math.max(0, depth - 1);
      leave(scopes, (scope) => depth < scope.depth);
    } else if (groups['comma'] !== undefined) leave(scopes, (scope) => !scope.call && depth <= scope.depth);
    else if (groups['line'] !== undefined) leave(scopes, (scope) => depth <= scope.depth && depth === 0);
  });
  return hidden;
}

function leave(
  scopes: { readonly depth: number; readonly call: boolean }[],
  ends: (scope: { depth: number; call: boolean }) => boolean,
): void {
  for (let last = scopes.at(-1); last !== undefined && ends(last); last = scopes.at(-1)) scopes.pop();
}

function commentNamesSecret(comment: string): boolean {
  return [...comment.matchAll(/(?<!\w|\w-)[A-Za-z_][\w-]{0,100}(?=["']?\]?\s{0,100}[=:])/g)].some((name) => namesSecret(name[0]));
}

function innerOf(literal: string): string {
  const region = innerRegion(0, literal);
  return literal.slice(region.start, region.end);
}

function innerRegion(at: number, literal: string): Hidden {
  const prefix = /^[a-zA-Z]*/.exec(literal)?.[0].length ?? 0;
  const body = literal.slice(prefix);
  const quote = /^("""|'''|"|')/.exec(body)?.[0] ?? '';
  const closed = body.length >= 2 * quote.length && body.endsWith(quote);
  return { start: at + prefix + quote.length, end: at + literal.length - (closed ? quote.length : 0) };
}

/**
 * Every other syntax, line by line: what follows a secret name and `=`, `:` or blanks up to the end of the line; the more indented lines below
 * (block scalars) and lines joined by a backslash; and the `value:` that belongs to a `name: SECRET`.
 */
function lineSecrets(text: string): Hidden[] {
  const hidden: Hidden[] = [];
  let at = 0;
  /** Lines indented deeper than this continue a secret. */
  let below: number | null = null;
  let continued = false;
  let named = false;
  /** The value that the line above gives, in case this one names it. */
  let before: Hidden | null = null;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const wasBelow: boolean = continued || (below !== null && (line.trim() === '' || indent > below));
    const value: number | null = wasBelow ? indent : named ? namedValue(line) : null;
    const start: number | null = value ?? valueStart(line);
    if (start !== null && start < line.length) hidden.push({ start: at + start, end: at + line.length });
    if (!wasBelow) {
      below = start !== null && /^\s*(?:[|>][+-]?\d*)?\s*(?:#.*)?$/.test(line.slice(start)) ? indent : null;
      const name = /\bname["']?\s*[:=]\s*["']?([\w.-]+)/.exec(line)?.[1];
      const own = namedValue(line);
      if (name !== undefined && namesSecret(name)) {
        if (own !== null) hidden.push({ start: at + own, end: at + line.length });
        else if (before !== null && !/^\s*-/.test(line)) hidden.push(before);
      }
      named = name === undefined ? named && !/^\s*-|[{}]/.test(line) : namesSecret(name);
      before = own === null ? null : { start: at + own, end: at + line.length };
    }
    continued = (start !== null || continued) && /\\\s*$/.test(line);
    at += line.length + 1;
  }
  return hidden;
}

function namedValue(line: string): number | null {
  const match = /\b(?:value|default)["']?\s*[:=]\s*/i.exec(line);
  return match ? match.index + match[0].length : null;
}

/** Where the first secret value of a line starts. */
function valueStart(line: string): number | null {
  for (const match of line.matchAll(/(?<![\w.]|[\w.]-)([A-Za-z_][\w.-]{0,200})(["']?\]?\s*(?:=>|[=:])\s*|["']?\s+)(?=\S|$)/g)) {
    const [all, name = '', separator = ''] = match;
    if (!namesSecret(name)) continue;
    // Blanks alone separate only what is written that way: `ENV NAME value`, `requirepass value`, `--password value`.
    if (!/[=:]/.test(separator) && !spaceSeparates(line, match.index, name)) continue;
    return match.index + all.length;
  }
  return null;
}

function spaceSeparates(line: string, at: number, name: string): boolean {
  return /--?$/.test(line.slice(0, at)) || /^\s*(ENV|ARG|set|export|setx)\s/i.test(line) || !/^[A-Z0-9_]+$/.test(name);
}

function joined(regions: readonly Hidden[]): readonly Hidden[] {
  const sorted = regions.filter((one) => one.end > one.start).sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Hidden[] = [];
  for (const one of sorted) {
    const last = out.at(-1);
    if (last && one.start <= last.end) out[out.length - 1] = { start: last.start, end: Math.max(last.end, one.end) };
    else out.push(one);
  }
  return out;
}
