import type { Finding } from '../core/finding.ts';
import type { InputProblem } from '../files/tree.ts';

/**
 * Findings for input that could not be used. A note, but a warning when production needs the file. A syntax error in
 * anything but settings stays a note: other parsers accept more than ours.
 */
export function inputFindings(problems: readonly InputProblem[], needed: ReadonlySet<string>): readonly Finding[] {
  return problems.map((problem) => {
    const certain = problem.id !== 'input/syntax-error' || problem.file.endsWith('.py');
    return {
      rule: problem.id,
      severity: certain && needed.has(problem.file) ? 'warning' : 'note',
      message: problem.message,
      at: { file: problem.file, start: problem.at, end: problem.at },
      related: [],
      subject: 'input',
      deployments: [],
      coveredBy: null,
      django: [],
      fix: null,
    };
  });
}
