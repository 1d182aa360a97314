import { type ParsedScript, parse } from 'unbash';
import { MAX_NESTING, MAX_STRING } from '../../core/limits.ts';
import type { InputProblem } from '../../files/tree.ts';
import { commentsOf } from './comments.ts';
import type { ShellCommand, ShellFunction, ShellPlace, ShellScript } from './script.ts';
import { type Source, sourceOf } from './source.ts';
import { walkStatements } from './walk.ts';

/** Problems of one script that are told; more say nothing new. */
const MAX_PROBLEMS = 20;

/** Reads a script; never throws. `place` tells where its text stands in the file. */
export function parseShell(text: string, file: string, place: ShellPlace = 0): ShellScript {
  const source = sourceOf(text, file, place);
  if (text.length > MAX_STRING || SUBSTITUTIONS.test(text))
    return unread(source, 'The script is too long or nested too deep; it is not read.');
  try {
    const script = parse(text);
    return { ...convert(script, source), comments: commentsOf(script, source) };
  } catch {
    return unread(source, 'Nesting is too deep; the script is not read.');
  }
}

/** Substitutions in substitutions: reading them costs the library much more than other text. */
const SUBSTITUTIONS = new RegExp(`(?:\\$\\([^$()]{0,20}){${MAX_NESTING}}`);

function unread(source: Source, message: string): ShellScript {
  return { ...NOTHING, problems: [{ id: 'input/limit', file: source.file, at: source.place(0), message }] };
}

const NOTHING: ShellScript = { shebang: null, commands: [], functions: [], comments: [], problems: [] };

/** Comments of substitutions are not looked for. */
function convert(script: ParsedScript, source: Source): ShellScript {
  const commands: ShellCommand[] = [];
  const functions: ShellFunction[] = [];
  walkStatements(script.commands, { source, convertScript: convert, commands, functions, context: [], conditional: false });
  return { shebang: script.shebang ?? null, commands, functions, comments: [], problems: problemsOf(script, source) };
}

/** The library's messages may quote the text; ours do not. */
function problemsOf(script: ParsedScript, source: Source): readonly InputProblem[] {
  return (script.errors ?? []).slice(0, MAX_PROBLEMS).map((error) => ({
    id: 'input/syntax-error',
    file: source.file,
    at: source.place(Math.max(0, Math.min(error.pos, source.text.length))),
    message: 'The script has a syntax error here.',
  }));
}
