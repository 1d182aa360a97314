import type { RuleMeta } from '../rule.ts';

/** A finding that the engine makes itself: an input it could not use, a suppression that does nothing. */
export type BuiltinRule = Pick<RuleMeta, 'id' | 'title' | 'severity' | 'why' | 'fix' | 'links' | 'examples'>;

const NO_EXAMPLES: RuleMeta['examples'] = { bad: [{}], good: [{}] };

function builtin(id: BuiltinRule['id'], severity: BuiltinRule['severity'], title: string, why: string, fix: string): BuiltinRule {
  return { id, severity, title, why, fix, links: [], examples: NO_EXAMPLES };
}

/** In the order of their ids. */
export const BUILTIN_RULES: readonly BuiltinRule[] = [
  builtin(
    'input/encoding',
    'note',
    'A file is not valid UTF-8',
    'What stands in the file was not judged.',
    'Save the file as UTF-8, or remove it when it is no text.',
  ),
  builtin(
    'input/limit',
    'note',
    'A limit of the analysis was met',
    'What lies behind the limit was not judged, so faults there stay unseen.',
    'Point the linter at a smaller folder, or exclude what is not part of production.',
  ),
  builtin(
    'input/syntax-error',
    'note',
    'A file has a syntax error',
    'The part with the error was not judged; the program that reads the file in production may refuse it whole.',
    'Correct the syntax at the place shown.',
  ),
  builtin(
    'input/too-large',
    'note',
    'A file is too large to be analysed',
    'What stands in the file was not judged.',
    'Split the file, or exclude it when production does not use it.',
  ),
  builtin(
    'input/unreadable',
    'note',
    'A file cannot be read',
    'What stands in the file was not judged.',
    'Give the user that runs the linter permission to read it.',
  ),
  builtin(
    'suppression/reason-missing',
    'warning',
    'A suppression gives no reason',
    'Nobody can tell later whether the finding may still be ignored.',
    'Write the reason after the closing bracket.',
  ),
  builtin(
    'suppression/unknown-rule',
    'warning',
    'A suppression names a rule that does not exist',
    'It keeps nothing back, so the finding it was written for is still reported or was never there.',
    'Correct the id, or remove the comment.',
  ),
  builtin(
    'suppression/unused',
    'note',
    'A suppression keeps nothing back',
    'The fault it was written for is gone, and the comment would hide a new one.',
    'Remove the id, or the whole comment.',
  ),
];
