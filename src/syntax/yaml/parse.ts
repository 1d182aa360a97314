import { Composer, type CST, type Document, Parser, type YAMLParseError } from 'yaml';
import { MAX_NESTING } from '../../core/limits.ts';
import type { InputProblem } from '../../files/tree.ts';
import { commentOf, eachToken } from './comments.ts';
import { convertDocument } from './convert.ts';
import type { YamlComment, YamlDialect, YamlDocument, YamlFile } from './node.ts';
import { maskTemplates } from './template.ts';

/** Everything is composed as text (`failsafe`) and typed by us, so that one parse serves every dialect. */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent', strict: false } as const;

/** Reads a text; never throws. `file` only goes into the spans. */
export function parseYaml(text: string, file: string, dialect: YamlDialect): YamlFile {
  const masked = maskTemplates(text);
  const comments: YamlComment[] = [];
  const problems: InputProblem[] = [];
  const documents: YamlDocument[] = [];
  try {
    const tokens = tokensOf(masked.text);
    if (tokens === undefined) return { documents, comments, problems: [tooDeep(file)], template: masked.template };
    let depth = 0;
    eachToken(tokens, (token, level) => {
      depth = Math.max(depth, level);
      if (token.type !== 'comment') return;
      const comment = commentOf(token, text, masked, file);
      if (comment) comments.push(comment);
    });
    if (depth > MAX_NESTING) problems.push(tooDeep(file));
    else {
      for (const document of compose(tokens, masked.text.length)) {
        problems.push(...document.errors.map((error) => problemOf(error, file, text)));
        const start = clamp(document.range[0], text);
        const span = { file, start, end: Math.max(start, clamp(document.range[1], text)) };
        documents.push({ root: convertDocument(document, { text, file, masked, dialect, problems }), span });
      }
    }
  } catch {
    problems.push(tooDeep(file));
  }
  return { documents, comments, problems: problems.slice(0, MAX_PROBLEMS), template: masked.template };
}

/** Problems of one file that are told; more say nothing new. */
const MAX_PROBLEMS = 100;
/** Faults after which a text is no YAML; each costs the library much more than a token. */
const MAX_ERROR_TOKENS = 1000;
const BRACKETS = new RegExp(`(?:[[{][ \\t\\r\\n]*){${2 * MAX_NESTING}}`);

function tokensOf(text: string): readonly CST.Token[] | undefined {
  if (BRACKETS.test(text)) return undefined;
  const tokens: CST.Token[] = [];
  let faults = 0;
  for (const token of new Parser().parse(text)) {
    tokens.push(token);
    if (token.type === 'error' && ++faults === MAX_ERROR_TOKENS) break;
  }
  return tokens;
}

function compose(tokens: readonly CST.Token[], length: number): readonly Document.Parsed[] {
  return [...new Composer(OPTIONS).compose(tokens, false, length)];
}

/** The library recurses, so that its stack is the limit for what our own count lets pass. */
function tooDeep(file: string): InputProblem {
  return { id: 'input/limit', file, at: 0, message: `Nesting is deeper than ${MAX_NESTING} levels; the file is not read.` };
}

function clamp(offset: number, text: string): number {
  return Math.max(0, Math.min(offset, text.length));
}

/** The library's own messages quote the text, which may be secret; ours name the kind of fault only. */
function problemOf(error: YAMLParseError, file: string, text: string): InputProblem {
  const message = MESSAGES[error.code] ?? 'The text is not valid YAML here.';
  return { id: 'input/syntax-error', file, at: clamp(error.pos[0], text), message };
}

const MESSAGES: Readonly<Partial<Record<string, string>>> = {
  BAD_ALIAS: 'An alias is malformed.',
  BAD_DIRECTIVE: 'A `%` directive is malformed.',
  BAD_DQ_ESCAPE: 'An escape in a double-quoted string is not valid.',
  BAD_INDENT: 'The indentation does not fit the collection.',
  BAD_SCALAR_START: 'A plain scalar starts with a character that must be quoted.',
  BLOCK_AS_IMPLICIT_KEY: 'A nested mapping stands on the line of its key.',
  BLOCK_IN_FLOW: 'A block collection stands inside brackets or braces.',
  MISSING_CHAR: 'A closing quote, bracket, comma or colon is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key without `?` must be on one line.',
  MULTIPLE_ANCHORS: 'A node has two anchors.',
  MULTIPLE_TAGS: 'A node has two tags.',
  TAB_AS_INDENT: 'A tab is used for indentation.',
  TAG_RESOLVE_FAILED: 'A tag does not fit its value.',
  UNEXPECTED_TOKEN: 'The text does not fit here.',
};
