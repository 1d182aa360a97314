import { isPlaceholder, Secret } from '../../../src/rule.ts';
import { matchesText } from '../values/text.ts';

/** What a text says about itself: whether it can open anything, judged without ever telling it. */

/** Words that a person writes where a secret will stand one day, or that no production takes for one. */
const STANDS_IN =
  /change[-_ ]?(me|it|this|in)|example|placeholder|your[-_ ]?|my[-_ ]?(secret|password|token|key)|insert|replace|dummy|sample|fake|mock|foo|bar(?![a-z])|xx+|\*{3}|\.{3}|…|todo|fixme|<|>|\{\{|\{%|secret[-_ ]?(key)?[-_ ]?(here|goes)|not[-_ ]?(a[-_ ]?|so[-_ ]?)?(real|secret|secure)|insecure|super[-_ ]?secret|s3cr[e3]t|test|dev(?![a-z])|develop|local|somekey|some[-_ ]|random|generate|unsafe|default|demo|abc|123456|qwerty|lorem|undefined|redacted|passw(or)?d|pass(phrase)?$/i;

/** A text that refers to where the value comes from. */
const REFERENCE = /^\$|\$\{|\$\(|^%\(|^!|^env[:(]|^ssm:|^vault:|^arn:|^secret:|^@|^ENC\[|^op:\/\/|^\/run\/secrets|^(\/|\.\/|~\/)/;

/** A template, a path, a dotted name or a rate: it says where something is, or how often. */
const NAMED = /^\d+\/\w+(\/\w+)?(,\d+\/.*)?$|^[\w-]+(\/[\w-]+)*\.(html?|txt|py|json|pem|key|conf)$|^[a-z_]\w*(\.[A-Za-z_]\w*)+$/;

/** Names and short words that stand for "no password worth the name": publicly known rather than leaked. */
const TRIVIAL =
  /^(postgres(ql)?|pass(word|wd)?\d*|pwd|root|admin(istrator)?\d*|guest|user(name)?|secret|django|mysql|maria(db)?|rabbit(mq)?|redis|minio(admin)?|toor|\d{1,8}|letmein|true|false|none|null|off|on)$/i;

/** The first password that anybody tries. */
export function isTrivial(text: string | Secret): boolean {
  return matchesText(text, TRIVIAL);
}

/** Whether a text may be a credential: no placeholder, no reference, no sentence. */
export function looksReal(text: string | Secret): boolean {
  if (text.length < 6 || isPlaceholder(text) || isTrivial(text)) return false;
  return !matchesText(text, STANDS_IN) && !matchesText(text, REFERENCE) && !matchesText(text, /\s/) && !matchesText(text, NAMED);
}

/** Whether a text looks made by a generator: long, of many characters, letters and digits mixed. */
export function looksGenerated(text: string | Secret): boolean {
  const { distinct } = typeof text === 'string' ? new Secret(text) : text;
  if (text.length < 16 || distinct < 10 || !looksReal(text)) return false;
  return matchesText(text, /[a-z]/i) && matchesText(text, /\d/) && !matchesText(text, /^[a-z]+\d{0,2}([._/:-][a-z]+\d{0,2})+$/i);
}
