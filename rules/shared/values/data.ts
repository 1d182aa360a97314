import { type Answer, casesOf, type Data, type Mapping, mapValue, Secret, type Sequence, type Value } from '../../../src/rule.ts';
import { answer, or } from './answer.ts';

/** What Python would make of a value, and how to look into lists and dicts without taking the unknown for absent. */

type Maybe = Data | undefined;

/** Python's `bool(value)`. */
export function truth(data: Maybe): Answer {
  if (data === undefined || data === null) return 'no';
  if (typeof data === 'boolean') return answer(data);
  if (typeof data === 'number') return answer(data !== 0);
  if (typeof data === 'string') return answer(data !== '');
  if (data instanceof Secret) return answer(data.length > 0);
  switch (data.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return data.items.length > 0 ? 'yes' : emptiness(data.complete);
    case 'dict':
      return data.entries.length > 0 ? 'yes' : emptiness(data.complete);
    case 'bytes':
      return answer(data.value !== '');
    case 'timedelta':
      return answer(data.seconds !== 0);
    case 'lazy':
    case 'object':
      return 'maybe';
    default:
      return 'yes';
  }
}

function emptiness(complete: boolean): Answer {
  return complete ? 'no' : 'maybe';
}

/** What is known for certain; undefined for the rest, as for what is absent. */
export function dataOf(value: Value<Maybe>): Maybe {
  return value.kind === 'known' ? value.value : undefined;
}

export function isSequence(data: Maybe): data is Sequence {
  return typeof data === 'object' && data !== null && 'items' in data;
}

export function isMapping(data: Maybe): data is Mapping {
  return typeof data === 'object' && data !== null && 'entries' in data;
}

export function isText(data: Maybe): data is string | Secret {
  return typeof data === 'string' || data instanceof Secret;
}

/** Whether an item of a list, tuple or set (a character sequence of a string is none) satisfies a test. */
export function anyItem(data: Maybe, test: (item: Data) => boolean | Answer): Answer {
  if (!isSequence(data)) return data === undefined || data === null ? 'no' : 'maybe';
  const answers = data.items.map((item) => anyCase(item, test));
  return or(...answers, data.complete ? 'no' : 'maybe');
}

/** Whether every case of a value satisfies a test ('yes'), none does ('no'), or it depends. */
export function anyCase(value: Value<Data>, test: (item: Data) => boolean | Answer): Answer {
  const answers = casesOf(value).map(({ then }): Answer => {
    if (then.kind === 'unknown') return 'maybe';
    const result = test(then.value);
    return typeof result === 'string' ? result : answer(result);
  });
  const [first] = answers;
  return first !== undefined && answers.every((one) => one === first) ? first : 'maybe';
}

/** Python's `text in list`. */
export function holds(data: Maybe, text: string): Answer {
  return anyItem(data, (item) => item === text);
}

/** The items of a list that are known texts, in order. */
export function textsIn(data: Maybe): readonly string[] {
  if (!isSequence(data)) return [];
  return data.items.flatMap((item) => (item.kind === 'known' && typeof item.value === 'string' ? [item.value] : []));
}

/** Text keys of a dict, in order. */
export function keysOf(data: Maybe): readonly string[] {
  if (!isMapping(data)) return [];
  return data.entries.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
}

/** Python's `key in dict`. What is no dict is not judged; an absent setting has Django's default. */
export function hasEntry(data: Maybe, key: string): Answer {
  if (!isMapping(data)) return data === undefined ? 'yes' : 'maybe';
  if (keysOf(data).includes(key)) return 'yes';
  return data.complete ? 'no' : 'maybe';
}

/** Text keys that a dict has in some case. */
export function keysInAnyCase(value: Value<Maybe>): readonly string[] {
  return [...new Set(casesOf(value).flatMap(({ then }) => (then.kind === 'known' ? keysOf(then.value) : [])))];
}

/** One answer for all cases of a value where they agree: what a list holds beside the item in question must not multiply the cases. */
export function asked<A, B extends object>(value: Value<A>, ask: (value: A) => B): Value<B> {
  const answers = mapValue(value, ask);
  const [first, ...rest] = casesOf(answers).map(({ then }) => then);
  if (first === undefined || first.kind === 'unknown') return answers;
  const agree = rest.every((then) => then.kind === 'known' && JSON.stringify(then.value) === JSON.stringify(first.value));
  return agree ? first : answers;
}
