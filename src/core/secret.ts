/** A value that no output may show. Rules may ask about its shape; only `settings --show-secrets` may reveal it. */
export class Secret {
  readonly #text: string;
  /** The value is bytes, which Python does not take for text. */
  readonly isBytes: boolean;

  constructor(text: string, form: 'text' | 'bytes' = 'text') {
    this.#text = text;
    this.isBytes = form === 'bytes';
  }

  get length(): number {
    return this.#text.length;
  }

  get lengthClass(): 'empty' | 'short' | 'long' {
    if (this.#text.length === 0) return 'empty';
    return this.#text.length < 50 ? 'short' : 'long';
  }

  /** How many different characters it has. */
  get distinct(): number {
    return new Set(this.#text).size;
  }

  startsWith(prefix: string): boolean {
    return this.#text.startsWith(prefix);
  }

  /** Whether the whole text matches: for lists of publicly known values and placeholder patterns. */
  matches(pattern: RegExp): boolean {
    return pattern.test(this.#text);
  }

  equals(other: Secret | string): boolean {
    return this.#text === (typeof other === 'string' ? other : other.#text);
  }

  /** The text itself. Only for the value encoder under `--show-secrets`, and for values that flow into other evaluations. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '•••';
  }

  toJSON(): { readonly $secret: true; readonly length: 'empty' | 'short' | 'long' } {
    return { $secret: true, length: this.lengthClass };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'Secret(•••)';
  }
}

const SECRET_NAME =
  /(^|_)(SECRET|SECRET_KEY|PASSWORD|PASSWD|PASS|PWD|TOKEN|API_KEY|APIKEY|PRIVATE_KEY|ACCESS_KEY|SIGNING_KEY|CREDENTIALS?)$|^AWS_SECRET_ACCESS_KEY$|SECRET_KEY|PASSWORD$/i;
const NOT_SECRET =
  /_KEY_ID$|PUBLIC|_FILE$|_ARN$|_NAME$|_URL$|_PATH$|^PASSWORD_RESET_|^AUTH_PASSWORD_|PASSWORD_HASHERS|PASSWORD_VALIDATORS|^(CSRF|SESSION)_.*COOKIE|^CSRF_(HEADER|TOKEN)|^SENTRY_DSN$|TOKEN_(CLASS|MODEL|AUTH|LIFETIME|TYPE|EXPIRE|VALIDATOR|OBTAIN|REFRESH|BLACKLIST|HEADER)|_(TIMEOUT|LIFETIME|AGE|LENGTH|MIN|MAX)$/i;

/** Whether a setting, variable or mapping key of this name holds a secret (catalogue: "Secret names"). */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NOT_SECRET.test(name);
}

const PLACEHOLDER = /^(|<.*>|\$\{.*\}|x{3,}|change[-_ ]?me.*|your[-_ ].*|replace.*|todo.*|example.*|dummy.*|none|null|secret|password)$/i;

/** Whether a text only stands in for a value (catalogue: "Placeholder"). */
export function isPlaceholder(text: string | Secret): boolean {
  return typeof text === 'string' ? PLACEHOLDER.test(text) : text.matches(PLACEHOLDER);
}

/** Hides the user part of every URL in a text: `redis://:pw@host` becomes `redis://•••@host`, the user name is kept. */
export function maskUrls(text: string): string {
  return text.replace(
    /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/@:]{0,1000})(:[^\s/@]{0,1000})?@/gi,
    (_all, scheme: string, user: string) => `${scheme}${user}:•••@`,
  );
}
