import type { Answer, Data, Sequence } from '../../../src/rule.ts';
import { isSequence } from '../values/data.ts';
import { type Code, listed, type MiddlewareClass, standIn } from './middleware.ts';

/** Whether the first class of one kind stands before the first of another; both must be in use. Unknown items leave it open. */
export function runsBefore(middleware: Data | undefined, first: MiddlewareClass, second: MiddlewareClass, code: Code): Answer {
  if (!isSequence(middleware) || !middleware.complete) return 'maybe';
  if (middleware.items.some((item) => item.kind !== 'known' || typeof item.value !== 'string')) return 'maybe';
  const left = indexOf(middleware, first, code);
  const right = indexOf(middleware, second, code);
  if (left < 0 || right < 0) return 'maybe';
  return left < right ? 'yes' : 'no';
}

function indexOf(middleware: Sequence, wanted: MiddlewareClass, code: Code): number {
  return middleware.items.findIndex((item) => {
    const alone: Sequence = { ...middleware, items: [item] };
    return listed(alone, wanted) === 'yes' || standIn(alone, wanted, code)?.is === 'subclass';
  });
}
