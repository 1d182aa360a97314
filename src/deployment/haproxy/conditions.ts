import type { Answer } from '../../core/data.ts';
import type { HaproxyLine, HaproxyWord } from '../../syntax/haproxy/index.ts';

/** What the acl lines of a section name: several lines of one name are alternatives. */
export type Acls = ReadonlyMap<string, readonly (readonly string[])[]>;

export function aclsOf(lines: readonly HaproxyLine[]): Acls {
  const acls = new Map<string, (readonly string[])[]>();
  for (const { words } of lines) {
    const [keyword, name, ...criterion] = words.map((word) => word.text);
    if (keyword === 'acl' && name !== undefined) acls.set(name, [...(acls.get(name) ?? []), criterion]);
  }
  return acls;
}

/** One alternative of a condition: all of its terms hold. */
interface Term {
  readonly negated: boolean;
  /** Alternatives of a criterion with its values: `path_beg /static`. */
  readonly criteria: readonly (readonly string[])[];
}

/** `if a !b || { ssl_fc }` behind a rule; null when it has none. */
export interface Condition {
  readonly unless: boolean;
  readonly alternatives: readonly (readonly Term[])[];
}

export function conditionOf(words: readonly HaproxyWord[], acls: Acls): Condition | null {
  const at = words.findIndex((word) => word.text === 'if' || word.text === 'unless');
  if (at === -1) return null;
  const alternatives: Term[][] = [[]];
  const texts = words.slice(at + 1).map((word) => word.text);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? '';
    if (text === 'or' || text === '||') alternatives.push([]);
    else {
      // `!{ ssl_fc }` and `! { ssl_fc }` mean the same.
      const negated = text.startsWith('!');
      const bare = negated ? (text === '!' ? (texts[++i] ?? '') : text.slice(1)) : text;
      const end = bare === '{' ? texts.indexOf('}', i) : i;
      const stop = end === -1 ? texts.length : end;
      const criteria = bare === '{' ? [texts.slice(i + 1, stop)] : (acls.get(bare) ?? [[bare]]);
      alternatives[alternatives.length - 1]?.push({ negated, criteria });
      i = stop;
    }
  }
  return { unless: texts.length > 0 && words[at]?.text === 'unless', alternatives };
}

/** Whether a condition holds for the common request over plain HTTP or over TLS: paths of ACME and of health checks are left out. */
export function holds(condition: Condition | null, over: 'plain' | 'tls'): Answer {
  if (condition === null) return 'yes';
  const answers = condition.alternatives.map((terms) => all(terms.map((term) => termHolds(term, over))));
  const any: Answer = answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
  return condition.unless ? not(any) : any;
}

function termHolds({ negated, criteria }: Term, over: 'plain' | 'tls'): Answer {
  const answers = criteria.map((one) => criterionHolds(one, over));
  const any: Answer = answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
  return negated ? not(any) : any;
}

function criterionHolds(words: readonly string[], over: 'plain' | 'tls'): Answer {
  const [fetch = '', ...values] = words;
  const plain = values.filter((word) => !word.startsWith('-') && word !== 'eq' && word !== 'str');
  if (fetch === 'always_true' || fetch === 'TRUE' || fetch === 'HTTP') return 'yes';
  if (fetch === 'always_false' || fetch === 'FALSE') return 'no';
  if (fetch === 'ssl_fc')
    return plain[0] === 'false' || plain[0] === '0' ? (over === 'plain' ? 'yes' : 'no') : over === 'tls' ? 'yes' : 'no';
  if (fetch === 'dst_port' && plain[0] === '443') return over === 'tls' ? 'yes' : 'no';
  if (fetch === 'dst_port' && plain[0] === '80') return over === 'plain' ? 'yes' : 'no';
  if (
    /^(path|path_beg|path_sub|path_dir|path_reg|path,\S+|url_beg)$/.test(fetch) &&
    plain.length > 0 &&
    plain.every((word) => /well-known|acme|health|ping|status|haproxy/i.test(word))
  )
    return 'no';
  return 'maybe';
}

function all(answers: readonly Answer[]): Answer {
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
}

function not(answer: Answer): Answer {
  return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'maybe';
}

export interface AskedPath {
  readonly kind: 'prefix' | 'exact';
  readonly path: string;
}

/** The paths that a condition asks for and nothing else: `{ path_beg /static /media }`; null for any other. */
export function pathsOf(condition: Condition | null): readonly AskedPath[] | null {
  if (condition === null || condition.unless || condition.alternatives.some((terms) => terms.length !== 1)) return null;
  const found: AskedPath[] = [];
  for (const { negated, criteria } of condition.alternatives.flat()) {
    for (const [fetch = '', ...values] of criteria) {
      const paths = values.filter((word) => !word.startsWith('-'));
      const kind = fetch === 'path_beg' || values.includes('beg') ? 'prefix' : fetch === 'path' ? 'exact' : null;
      if (negated || kind === null || paths.length === 0 || !paths.every((path) => path.startsWith('/'))) return null;
      for (const path of paths) found.push({ kind, path });
    }
  }
  return found;
}

/** Whether a condition asks for websocket connections. */
export function asksWebsocket(condition: Condition | null): boolean {
  return (
    condition?.alternatives.flat().some(({ criteria }) => criteria.some((words) => words.some((word) => /websocket/i.test(word)))) === true
  );
}
