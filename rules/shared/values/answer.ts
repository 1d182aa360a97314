import type { Answer } from '../../../src/rule.ts';

/** Three-valued logic: 'maybe' wins over nothing but gives way to what settles the matter. */

export function not(answer: Answer): Answer {
  if (answer === 'maybe') return 'maybe';
  return answer === 'yes' ? 'no' : 'yes';
}

export function and(...answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

export function or(...answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}

export function answer(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}
