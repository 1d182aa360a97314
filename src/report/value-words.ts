import { guardsInWords } from '../core/guard.ts';
import { isSecretName } from '../core/secret.ts';
import type { Unknown, UnknownReason, Value } from '../core/value.ts';
import { maskUserParts } from './mask.ts';

const REASONS: Readonly<Record<UnknownReason, string>> = {
  'missing-env': 'a variable that nothing in the repository gives',
  'opaque-env': 'a variable whose value is not in the repository',
  'dynamic-call': 'computed by a call that is not followed',
  'third-party': 'computed by a package outside the repository',
  random: 'differs from run to run',
  host: 'depends on the machine',
  'missing-file': 'read from a file that is not in the repository',
  raised: 'evaluating it raises',
  limit: 'a limit of the analysis was met',
  'unsupported-syntax': 'written in a way that is not followed',
};

/** Why a value is unknown, in words, with the variables that would settle it. */
export function unknownInWords(value: Pick<Unknown, 'why' | 'names'>): string {
  return value.names.length === 0 ? REASONS[value.why] : `${REASONS[value.why]}: ${value.names.join(', ')}`;
}

/** A plain value for people: text of strings, numbers and booleans, conditions spelt out, the unknown with its reason. */
export function valueInWords(value: Value<string | number | boolean | null>): string {
  switch (value.kind) {
    case 'known':
      return maskUserParts(String(value.value));
    case 'unknown':
      return `unknown (${unknownInWords(value)})`;
    case 'conditional':
      return value.cases.map((one) => `${valueInWords(one.then)} when ${guardsInWords(one.when)}`).join('; ');
  }
}

/** The words of a command line with the values of secret options hidden. */
export function commandInWords(argv: readonly Value<string>[]): string {
  let hideNext = false;
  const words = argv.map((word) => {
    const text = valueInWords(word);
    if (hideNext) {
      hideNext = false;
      return '•••';
    }
    const option = /^-{0,2}([\w.-]+)(=?)/.exec(text);
    const name = option?.[1]?.replaceAll('-', '_').replace(/^_+/, '') ?? '';
    if (!isSecretName(name) && !/^(requirepass|masterauth)$/i.test(name)) return text;
    if (option?.[2] === '=') return `${text.slice(0, text.indexOf('='))}=•••`;
    hideNext = true;
    return text;
  });
  return words.join(' ');
}
