import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown } from '../../core/value.ts';
import { joinPath, normalPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import type { YamlScalar } from '../../syntax/yaml/index.ts';
import type { Command } from '../model.ts';
import { CHECKOUT_PATHS, repositoryFile } from '../path-map.ts';
import { textAt } from '../project/files.ts';
import { alignment } from '../shell/alignment.ts';
import { runText } from '../shell/run.ts';
import type { Syntaxes } from '../syntaxes.ts';

/** What readers of pipelines share in one run. */
export interface PipelineContext {
  /** The whole text of a file of the tree; '' when it cannot be read. */
  source(file: string): string;
  /** Text of a file of the checkout, as seen from a folder of it; null when there is none. */
  read(path: string, folder: string): string | null;
  /** Commands of a script; its `workdir` is relative to the checkout, null when it is not known. */
  run(script: PipelineScript): readonly Command[];
}

export interface PipelineScript {
  readonly text: string;
  readonly file: string;
  readonly place: (at: number) => number;
  readonly environment: Environment;
  readonly workdir: string | null;
  readonly conditional: boolean;
}

export function pipelineContext(tree: SourceTree, syntaxes: Syntaxes): PipelineContext {
  return {
    source: (file) => (tree.kindOf(file) === 'file' ? textAt(tree, file) : ''),
    read: (name, folder) => {
      const path = normalPath(joinPath(folder, name));
      return path !== null && tree.kindOf(path) === 'file' ? textAt(tree, path) : null;
    },
    run: (script) => runScript(script, tree, syntaxes),
  };
}

function runScript(script: PipelineScript, tree: SourceTree, syntaxes: Syntaxes): readonly Command[] {
  const { workdir, file, environment, conditional, place, text } = script;
  const start = place(0);
  const origin = textOrigin({ file, start, end: Math.max(start, place(text.length)) });
  const folder =
    workdir === null
      ? unknown('unsupported-syntax', origin, [], 'str')
      : known(workdir === '' || workdir === '.' ? ROOT : `${ROOT}/${workdir}`, origin);
  const locate = (path: string) => repositoryFile(CHECKOUT_PATHS, path);
  // The end of a text that nothing closes is that of the file.
  const last = Math.max(0, textAt(tree, file).length - 1);
  const bounded = (at: number) => Math.min(place(at), last);
  return runText(text, { file, place: bounded }, { tree, syntaxes, environment, workdir: folder, locate, conditional }).commands;
}

/** A text of commands and where its characters stand. */
export interface PlacedText {
  readonly text: string;
  readonly at: Span;
  readonly place: (at: number) => number;
}

/** The text of a scalar: block scalars begin on the line after their mark. */
export function placedScalar(scalar: YamlScalar, source: string): PlacedText {
  const { span, style, text } = scalar;
  const body = style === 'literal' || style === 'folded' ? source.indexOf('\n', span.start) + 1 : span.start;
  const place = alignment(text, source, Math.min(Math.max(body, span.start), span.end), span.end);
  const start = place(0);
  return { text, at: { file: span.file, start, end: Math.max(start, span.end) }, place };
}

/** Texts that one shell runs one after the other; all stand in one file. */
export function joinedTexts(parts: readonly PlacedText[]): PlacedText | null {
  const [first] = parts;
  if (first === undefined) return null;
  const starts: number[] = [];
  let text = '';
  for (const part of parts) {
    starts.push(text.length);
    text += `${part.text}\n`;
  }
  const place = (at: number) => {
    const found = starts.findLastIndex((start) => start <= at);
    const part = parts[Math.max(0, found)] ?? first;
    return part.place(Math.min(at - (starts[Math.max(0, found)] ?? 0), part.text.length));
  };
  return { text, at: { ...first.at, end: Math.max(...parts.map((one) => one.at.end)) }, place };
}

/** A text with everything that matches replaced; offsets behind a replacement still lead to where the text stands. */
export function replacedIn(placed: PlacedText, pattern: RegExp, by: (found: RegExpMatchArray) => string): PlacedText {
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let text = '';
  let end = 0;
  for (const found of placed.text.matchAll(pattern)) {
    text += placed.text.slice(end, found.index) + by(found);
    end = found.index + found[0].length;
    shifts.push({ from: text.length, by: end - text.length });
  }
  if (shifts.length === 0) return placed;
  const place = (at: number) => placed.place(at + (shifts.findLast((one) => one.from <= at)?.by ?? 0));
  return { text: text + placed.text.slice(end), at: placed.at, place };
}
