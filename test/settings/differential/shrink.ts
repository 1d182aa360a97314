import { judged, type Wrong } from './judge.ts';
import type { Program } from './program.ts';
import { truthsOf } from './python-run.ts';

/** A statement starts at a line and goes on over the deeper lines below it. */
function chunkEnd(lines: readonly string[], at: number): number {
  const indent = (line: string) => line.length - line.trimStart().length;
  const own = indent(lines[at] ?? '');
  let end = at + 1;
  while (end < lines.length && ((lines[end] ?? '').trim() === '' || indent(lines[end] ?? '') > own)) end++;
  return end;
}

function withText(program: Program, path: string, lines: readonly string[]): Program {
  return { ...program, files: { ...program.files, [path]: lines.join('\n') } };
}

/** Every program that is one statement, one block or one variable smaller. */
function smaller(program: Program): readonly Program[] {
  const out: Program[] = [];
  for (const [path, text] of Object.entries(program.files)) {
    if (!path.endsWith('.py')) continue;
    const lines = text.split('\n');
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? '';
      if (line.trim() === '') continue;
      const end = chunkEnd(lines, at);
      out.push(withText(program, path, [...lines.slice(0, at), ...lines.slice(end)]));
      if (end > at + 1) {
        const dedented = lines.slice(at + 1, end).map((one) => one.replace(/^ {4}/, ''));
        out.push(withText(program, path, [...lines.slice(0, at), ...dedented, ...lines.slice(end)]));
        const after = /^\s*(else|except|finally|elif)\b/.test(lines[end] ?? '') ? chunkEnd(lines, end) : null;
        if (after !== null) out.push(withText(program, path, [...lines.slice(0, at), ...dedented, ...lines.slice(after)]));
      }
      for (const simpler of simplerLines(line)) out.push(withText(program, path, [...lines.slice(0, at), simpler, ...lines.slice(at + 1)]));
    }
  }
  const { environments } = program;
  for (const name of Object.keys(environments.given)) {
    const without = (all: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));
    out.push({ ...program, environments: { ...environments, given: without(environments.given), runs: environments.runs.map(without) } });
  }
  if (environments.runs.length > 1)
    for (const run of environments.runs) out.push({ ...program, environments: { given: run, hidden: [], open: false, runs: [run] } });
  return out;
}

/** The line with one bracketed part or argument replaced by what stands in it. */
function simplerLines(line: string): readonly string[] {
  const out: string[] = [];
  const open: number[] = [];
  for (let i = 0; i < line.length; i++) {
    if ('([{'.includes(line[i] ?? '')) open.push(i);
    else if (')]}'.includes(line[i] ?? '')) {
      const from = open.pop();
      if (from === undefined) continue;
      const inner = line.slice(from + 1, i);
      const start = from - (/[\w.]*$/.exec(line.slice(0, from))?.[0].length ?? 0);
      for (const text of [inner, '1', "'a'", ...inner.split(/ (?:if|else|and|or|\+) |, /)])
        if (text.length + 2 < i - start) out.push(line.slice(0, start) + text + line.slice(i + 1));
    }
  }
  return out.slice(0, 60);
}

/** The statements of each file that start at its left edge, as ranges of lines. */
function topChunks(program: Program): readonly Cut[] {
  const cuts: Cut[] = [];
  for (const [path, text] of Object.entries(program.files)) {
    if (!path.endsWith('.py')) continue;
    const lines = text.split('\n');
    for (let at = 0; at < lines.length; ) {
      let end = chunkEnd(lines, at);
      while (/^(else|except|finally|elif)\b/.test(lines[end] ?? '')) end = chunkEnd(lines, end);
      if (lines.slice(at, end).join('').trim() !== '') cuts.push({ path, from: at, to: end });
      at = end;
    }
  }
  return cuts;
}

interface Cut {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

function without(program: Program, cuts: readonly Cut[]): Program {
  const files = Object.fromEntries(
    Object.entries(program.files).map(([path, text]) => {
      const own = cuts.filter((cut) => cut.path === path);
      const kept = text.split('\n').filter((_line, at) => !own.some((cut) => at >= cut.from && at < cut.to));
      return [path, kept.join('\n')];
    }),
  );
  return { ...program, files };
}

interface Found {
  readonly program: Program;
  readonly wrong: Wrong;
}

/** Takes parts away as long as a wrong of the same kind remains. */
export async function shrunk(program: Program, wrong: Wrong, version: string, rounds = 40): Promise<Found> {
  let best: Found = { program, wrong };
  // Halves, quarters and so on of the statements first: that takes most of a program away in a few runs.
  for (let size = Math.ceil(topChunks(program).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const cuts = topChunks(best.program);
    const groups = Array.from({ length: Math.ceil(cuts.length / size) }, (_one, i) => cuts.slice(i * size, (i + 1) * size));
    const alone = await stillWrong(
      groups.map((group) => without(best.program, group)),
      wrong.kind,
      version,
    );
    const gone = groups.filter((_group, i) => alone[i] !== undefined);
    const together = Array.from({ length: gone.length }, (_one, i) => without(best.program, gone.slice(0, gone.length - i).flat()));
    best = (await stillWrong(together, wrong.kind, version)).find((one) => one !== undefined) ?? best;
  }
  for (let round = 0; round < rounds; round++) {
    const all = [...smaller(best.program)].sort((a, b) => sizeOf(a) - sizeOf(b)).filter((one) => sizeOf(one) < sizeOf(best.program));
    const next = await firstWrong(all, wrong.kind, version);
    if (next === undefined) return best;
    best = next;
  }
  return best;
}

async function stillWrong(all: readonly Program[], kind: Wrong['kind'], version: string): Promise<readonly (Found | undefined)[]> {
  if (all.length === 0) return [];
  const truths = await truthsOf(all);
  return all.map((program, i) => {
    const wrong = judged(program, truths[i] ?? [], version).wrong.find((one) => one.kind === kind);
    return wrong && { program, wrong };
  });
}

async function firstWrong(all: readonly Program[], kind: Wrong['kind'], version: string): Promise<Found | undefined> {
  for (let at = 0; at < all.length; at += 40) {
    const found = (await stillWrong(all.slice(at, at + 40), kind, version)).find((one) => one !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sizeOf(program: Program): number {
  const texts = Object.values(program.files).reduce((sum, text) => sum + text.length, 0);
  return texts + 10 * Object.keys(program.environments.given).length + 200 * program.environments.runs.length;
}

/** A program for a person to read. */
export function shown(program: Program, wrong: Wrong): string {
  const files = Object.entries(program.files)
    .filter(([path, text]) => path.endsWith('.py') && text.trim() !== '')
    .map(([path, text]) => `# ${path}\n${text.trim()}`);
  const { given, hidden, open, runs } = program.environments;
  const environment =
    hidden.length === 0 && !open
      ? JSON.stringify(given)
      : `${JSON.stringify(given)}, hidden ${hidden.join(' ')}${open ? ', open' : ''}, runs ${JSON.stringify(runs)}`;
  return `${wrong.kind}: ${wrong.text}\nmodule ${program.module}, argv ${JSON.stringify(program.argv)}, environment ${environment}\n${files.join('\n')}`;
}
