import { casesOf, type Origin, placeOf } from '../../../src/rule.ts';
import { truth } from '../values/data.ts';
import type { Code } from './middleware.ts';

/** Statements that run their body under a condition, or later. */
const COMPOUND = /^(if|elif|else|for|while|try|except|finally|with|def|async|class|match)\b/;

/**
 * Whether DEBUG is on here and may be the only reason for a value: then the fault to mend is DEBUG, and with it this one may be gone.
 * A statement at the margin of a module that names DEBUG nowhere gives the same value without it.
 */
export function mayComeFromDebug(origin: Origin, code: Code): boolean {
  if (!debugIsOn(code)) return false;
  const at = placeOf(origin);
  if (at === undefined) return false;
  const text = code.repository.read(at.file);
  if (text === null) return true;
  const statement = statementAt(text, at.start);
  return COMPOUND.test(statement) || /\bDEBUG\b/.test(statement) || importsUnderCondition(code);
}

function debugIsOn({ settings }: Code): boolean {
  return casesOf(settings.get('DEBUG')).every(({ then }) => then.kind === 'known' && truth(then.value) === 'yes');
}

/** The text from the line at the margin that begins a statement to the next one. */
function statementAt(text: string, offset: number): string {
  const starts = [...text.matchAll(/^[A-Za-z_]/gm)].map(({ index }) => index);
  const from = starts.findLast((start) => start <= offset) ?? 0;
  const to = starts.find((start) => start > offset) ?? text.length;
  return text.slice(from, to);
}

/** A whole module may be read under a condition. */
function importsUnderCondition({ settings, repository }: Code): boolean {
  return settings.evaluated.files.some((file) => /^[ \t]+(from\s+\S+\s+import\s|exec\b)/m.test(repository.read(file) ?? ''));
}
