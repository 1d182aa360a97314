import type { Answer, Process, Value } from '../../../src/rule.ts';

/** Command lines as rules ask about them: an option counts as absent only when every word is known. */

type Words = Process['command'];

/** The value of `--name value`, `--name=value`, `-n value` or `-nvalue`; the last one counts. Null when it is not given, as far as the words are known. */
export function optionIn(command: Words, ...names: readonly string[]): Value<string> | null {
  if (command.kind !== 'known') return null;
  let found: Value<string> | null = null;
  command.value.forEach((word, index) => {
    if (word.kind !== 'known') return;
    for (const name of names) {
      const joined = name.startsWith('--') ? `${name}=` : name;
      if (word.value === name) found = command.value[index + 1] ?? null;
      else if (word.value.startsWith(joined)) found = { ...word, value: word.value.slice(joined.length) };
    }
  });
  return found;
}

/** Whether one of the words is an option (or its `--option=…`). */
export function hasWord(command: Words, ...names: readonly string[]): Answer {
  if (command.kind !== 'known') return 'maybe';
  const is = (text: string) => names.some((name) => text === name || (name.startsWith('--') && text.startsWith(`${name}=`)));
  if (command.value.some((word) => word.kind === 'known' && is(word.value))) return 'yes';
  return command.value.every((word) => word.kind === 'known') ? 'no' : 'maybe';
}
