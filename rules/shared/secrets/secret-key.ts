import { type Data, isPlaceholder, type ReleaseRange, type RepositoryFacts, Secret, type SettingsFacts } from '../../../src/rule.ts';
import { isAtLeast } from '../values/release.ts';

/** What startproject puts in front of the keys it makes, and Django's own check looks for since 3.2. */
export const INSECURE_PREFIX = 'django-insecure-';

/** Keys that tutorials, templates and images ship; all compared in lower case. */
const SHIPPED =
  /^(secret|secret[-_ ]?key|my[-_ ]?secret([-_ ]?key)?|super[-_ ]?secret([-_ ]?key)?|changeme!?|change[-_ ]?me|change[-_ ]?this.*|insecure.*|not[-_ ]?(so[-_ ]?|a[-_ ]?)?secret.*|dev|development|test|testing|foo|foobar|abc123?|123456\d*|password|django|key|default|dummy|local|keep[-_ ]it[-_ ]secret.*|you[-_ ]?will[-_ ]?never[-_ ]?guess|s3cr3t|please[-_ ]change.*|replace[-_ ]?me.*)$/i;

/** The text of a key that may be masked already; null for what is no text. */
export function keyOf(data: Data | undefined): Secret | null {
  if (data instanceof Secret) return data.isBytes ? null : data;
  return typeof data === 'string' ? new Secret(data) : null;
}

export type Weakness = 'empty' | 'prefix' | 'short' | 'uniform';

/** The conditions of security.W009 and W025: length, distinct characters, and since 3.2 the prefix. */
export function weaknessOf(key: Secret, django: ReleaseRange): Weakness | null {
  if (key.length === 0) return 'empty';
  if (key.startsWith(INSECURE_PREFIX) && isAtLeast(django, '3.2') !== 'no') return 'prefix';
  if (key.length < 50) return 'short';
  return key.distinct < 5 ? 'uniform' : null;
}

export function weaknessInWords(weakness: Weakness): string {
  switch (weakness) {
    case 'empty':
      return 'is empty';
    case 'prefix':
      return `starts with \`${INSECURE_PREFIX}\`, as startproject writes it`;
    case 'short':
      return 'has fewer than 50 characters';
    case 'uniform':
      return 'has fewer than 5 different characters';
  }
}

/** Whether anybody may know the key: made by startproject, shipped with tutorials, or given by an example file of the repository. */
export function isPubliclyKnown(key: Secret): boolean {
  return key.startsWith(INSECURE_PREFIX) || key.matches(SHIPPED);
}

/** The example file of the repository that gives a variable this very value. */
export function exampleWithKey(name: string, key: Secret, repository: Pick<RepositoryFacts, 'files' | 'read'>): string | null {
  if (key.length === 0 || isPlaceholder(key) || !/^\w+$/.test(name)) return null;
  const examples = repository.files.filter((file) =>
    /(^|\/)(\.?env[\w.-]*\.(example|sample|template|dist)|\.?env[-_.](example|sample|template|dist)[\w.-]*|(example|sample)\.env)$/.test(
      file,
    ),
  );
  return examples.find((file) => givesValue(repository.read(file) ?? '', name, key)) ?? null;
}

function givesValue(text: string, name: string, key: Secret): boolean {
  const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(.*?)\\s*$`, 'm').exec(text);
  const value = line?.[1]?.replace(/^(['"])(.*)\1$/, '$2');
  return value !== undefined && key.equals(value);
}

/** A module whose name says that no production loads it. */
export function isTestModule({ module }: SettingsFacts): boolean {
  return /(^|[._])(tests?|testing|ci)([._]settings)?$/.test(module);
}
