// `npm run field -- TREES`: runs the built program over the real projects of docs/field-notes.tsv, each in TREES/owner__name, and holds
// its findings against what their maintainers would say of them: every accepted one is reported, no rejected one is, and none is new.
// Rules about what git tracks need a tree with an index: a checkout, or `git init && git add --all --force` in an exported one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HEADS, NOTES, readNotes, sums } from './lib/field-notes.mjs';
import { HOME, inHome } from './lib/home.mjs';

const [trees] = process.argv.slice(2);

/** The rules and places that are reported for one project. */
function findingsOf(folder) {
  const args = [inHome('dist/cli.mjs'), 'check', folder, '--format', 'json', '--fail-on', 'never', '--today', '2026-11-21'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28, cwd: HOME });
  if (status !== 0) throw new Error(`${folder}: exit ${status}\n${stderr}`);
  return JSON.parse(stdout).findings.map(({ rule, file, line }) => `${rule}\t${file}:${line}`);
}

/** What the program says now against what was noted. */
function compare(notes, reported) {
  const now = new Set(reported);
  const keyOf = ({ rule, place }) => `${rule}\t${place}`;
  const noted = new Set(notes.map(keyOf));
  // A line may have held two findings of a rule, of which one was rejected.
  const accepted = new Set(notes.filter((one) => one.accepted).map(keyOf));
  return [
    ...notes.filter((one) => one.accepted && !now.has(keyOf(one))).map((one) => `no longer reported\t${keyOf(one)}`),
    ...notes.filter((one) => !accepted.has(keyOf(one)) && now.has(keyOf(one))).map((one) => `rejected, and reported again\t${keyOf(one)}`),
    ...[...now].filter((key) => !noted.has(key)).map((key) => `not noted\t${key}`),
  ];
}

function atCommit(folder, commit) {
  if (!existsSync(join(folder, '.git'))) return true;
  const { status, stdout } = spawnSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
  return status !== 0 || stdout.trim() === commit;
}

function summary(notes) {
  const rows = sums(notes);
  const width = Math.max(...rows.map(([rule]) => rule.length));
  const print = ([rule, ...counts]) => `${String(rule).padEnd(width)}${counts.map((count) => String(count).padStart(10)).join('')}`;
  return [HEADS, ...rows].map(print).join('\n');
}

const notes = readNotes();
const projects = [...new Map(notes.map(({ project, commit }) => [project, commit]))];
console.log(`${summary(notes)}\n`);
const wrong = [];
const absent = [];
for (const [project, commit] of projects) {
  const folder = trees === undefined ? null : join(trees, project.replace('/', '__'));
  if (folder === null || !existsSync(folder) || !atCommit(folder, commit)) {
    absent.push(`${project} at ${commit}`);
    continue;
  }
  const differences = compare(
    notes.filter((one) => one.project === project && one.rule !== '-'),
    findingsOf(folder),
  );
  wrong.push(...differences.map((one) => `${project}\t${one}`));
}
for (const one of absent) console.log(`Skipped, for the tree is not there: ${one}`);
for (const one of wrong) console.log(one);
console.log(
  `${projects.length - absent.length} of ${projects.length} projects read again; ${wrong.length === 0 ? 'as noted' : `${wrong.length} differences from ${NOTES}`}.`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
