// What was read in real projects, docs/field-notes.tsv, and the sums of it.
import { readFileSync } from 'node:fs';
import { inHome } from './home.mjs';

export const NOTES = 'docs/field-notes.tsv';

/** One line a finding that was read. A project that was read and has none stands there once, with `-` for its rule. */
export function readNotes() {
  const [, ...lines] = readFileSync(inHome(NOTES), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [project, commit, rule, place, accepted, why] = line.split('\t');
    return { project, commit, rule, place, accepted: accepted === 'yes', mended: accepted === 'no' && /\bMended\b/.test(why ?? '') };
  });
}

/** Rule, how often it was told, accepted, rejected, and how many of the rejected led to a guard; the last row is of all. */
export function sums(notes) {
  const found = notes.filter(({ rule }) => rule !== '-');
  const row = (name, of) => [
    name,
    of.length,
    of.filter((one) => one.accepted).length,
    of.filter((one) => !one.accepted).length,
    of.filter((one) => one.mended).length,
  ];
  const rules = [...new Set(found.map(({ rule }) => rule))].sort();
  return [
    ...rules.map((rule) =>
      row(
        rule,
        found.filter((one) => one.rule === rule),
      ),
    ),
    row('all', found),
  ];
}

export const HEADS = ['rule', 'fired', 'accepted', 'rejected', 'mended'];

/** The page that shows the sums. */
export function fieldPage(notes) {
  const projects = new Set(notes.map(({ project }) => project)).size;
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    '# What real projects would say',
    '',
    `Findings in ${projects} public projects, read one by one as their maintainers would: [field-notes.tsv](field-notes.tsv) holds each with its`,
    'reason. *Mended* are those rejected ones that led to a guard; `npm run field -- TREES` holds the program against all of them.',
    '',
    line(HEADS),
    line(HEADS.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...sums(notes).map(line),
    '',
  ].join('\n');
}
