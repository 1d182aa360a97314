import type { Reporter } from './report.ts';

/** One line a finding, for editors and grep: `path:line:col: severity[rule] message`. */
export const concise: Reporter = {
  id: 'concise',
  describe: 'one line a finding',
  render(run, context) {
    const lines = run.findings.map((finding) => {
      const at = run.texts.position(finding.at.file, finding.at.start);
      return `${finding.at.file}:${at.line}:${at.column}: ${finding.severity}[${finding.rule}] ${oneLine(finding.message)}`;
    });
    if (!context.quiet) {
      const { error, warning, note } = run.summary;
      const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
      lines.push([plural(error, 'error'), plural(warning, 'warning'), plural(note, 'note')].join(', '));
    }
    return lines.map((line) => `${line}\n`).join('');
  },
};

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
