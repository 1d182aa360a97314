import { lineIndex, positionAt, type Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import { normalName, parseRequirement, type Requirement } from './requirement.ts';

/** A requirements or constraints file of pip. */
export interface RequirementsDocument {
  readonly file: string;
  readonly requirements: readonly RequirementLine[];
  readonly includes: readonly Include[];
  /** Sources whose content is not known: `-e .`, paths, URLs without a name. */
  readonly opaque: readonly Span[];
  /** `--require-hashes`, or every requirement has one: the list is the whole of what is installed. */
  readonly hashed: boolean;
  readonly problems: readonly InputProblem[];
}

export interface RequirementLine extends Requirement {
  readonly hashes: number;
  readonly editable: boolean;
  readonly line: number;
}

export interface Include {
  /** As written, relative to the file. */
  readonly path: string;
  readonly kind: 'requirement' | 'constraint';
  readonly span: Span;
}

interface Logical {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads lines as pip does: continuation by a backslash, ` #` starts a comment, options before or behind requirements. */
export function parseRequirements(file: string, text: string): RequirementsDocument {
  const requirements: RequirementLine[] = [];
  const includes: Include[] = [];
  const opaque: Span[] = [];
  const problems: InputProblem[] = [];
  const lines = lineIndex(text);
  let required = false;
  for (const { text: content, start, end } of logicalLines(text)) {
    const span = { file, start, end };
    const included = /^(?:(-r|--requirement)|-c|--constraint)(?:\s*=?\s*)(\S.*)$/.exec(content);
    const editable = /^(?:-e|--editable)(?:\s+|\s*=\s*)(\S.*)$/.exec(content);
    if (included?.[2] !== undefined) {
      includes.push({ path: unquoted(included[2]), kind: included[1] === undefined ? 'constraint' : 'requirement', span });
    } else if (/^--require-hashes\b/.test(content)) required = true;
    else if (content.startsWith('-') && editable === null) continue;
    else {
      const found = requirementIn(editable?.[1] ?? content, span);
      if (found === null)
        problems.push({ id: 'input/syntax-error', file, at: start, message: 'The line is no requirement that pip understands.' });
      else if (found === 'opaque') opaque.push(span);
      else requirements.push({ ...found, editable: editable !== null, line: positionAt(lines, start).line });
    }
  }
  const hashed = required || (requirements.length > 0 && requirements.every(({ hashes }) => hashes > 0));
  return { file, requirements, includes, opaque, hashed, problems };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

function* logicalLines(text: string): Generator<Logical> {
  let open: string[] = [];
  let start = -1;
  let end = 0;
  for (const found of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    const raw = found[0].replace(/[\r\n]+$/, '');
    const comment = /(^|\s)#.*$/.exec(raw);
    const isComment = /^\s*#/.test(raw);
    const continued = raw.endsWith('\\') && !isComment;
    const content = continued ? raw.slice(0, -1) : comment === null ? raw : raw.slice(0, comment.index);
    if (content.trim() !== '') {
      if (start === -1) start = found.index + content.length - content.trimStart().length;
      end = found.index + content.trimEnd().length;
      open.push(content.trim());
    }
    if (continued) continue;
    if (open.length > 0) yield { text: open.join(' '), start, end };
    open = [];
    start = -1;
  }
  if (open.length > 0) yield { text: open.join(' '), start, end };
}

function requirementIn(content: string, span: Span): (Requirement & { readonly hashes: number }) | 'opaque' | null {
  const options = content.search(/\s--?[a-z]/);
  const text = (options === -1 ? content : content.slice(0, options)).replace(/\s#.*$/, '').trim();
  const hashes = options === -1 ? 0 : [...content.slice(options).matchAll(/--hash[= ]/g)].length;
  const egg = /^(?:[a-z]+\+)?[a-z]+:\/\/\S*#(?:\S*&)?egg=([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?/.exec(text);
  if (egg?.[1] !== undefined) {
    const extras = (egg[2] ?? '')
      .split(',')
      .map((extra) => normalName(extra.trim()))
      .filter((extra) => extra !== '');
    return { name: normalName(egg[1]), extras, releases: null, url: text, marker: null, span, hashes };
  }
  const wheel = /(?:^|\/)([A-Za-z0-9_.]+)-\d[^/-]*-[^/]*\.whl$/.exec(text);
  if (wheel?.[1] !== undefined) return { name: normalName(wheel[1]), extras: [], releases: null, url: text, marker: null, span, hashes };
  if (/^([a-z]+\+)?[a-z]+:\/\/|^git@|^\.{0,2}\/|^\.{1,2}(\[|$)|\.(zip|tar\.gz|whl)$|^[^\s=<>~!;@[]*\//i.test(text)) return 'opaque';
  const found = parseRequirement(text, span);
  return found === null ? null : { ...found, hashes };
}
