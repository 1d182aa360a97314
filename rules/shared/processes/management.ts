import type { Command, Process, Span, Value } from '../../../src/rule.ts';

/** A management command as some command line calls it. */
export interface ManagementCall {
  readonly name: string;
  /** What follows the name, as far as it is known. */
  readonly words: readonly string[];
  readonly at: Span;
  /** Runs only when some condition of the script holds. */
  readonly conditional: boolean;
}

/** Calls of a process: the steps before its server, and its own command. */
export function callsOfProcess({ steps, command, commandAt }: Process): readonly ManagementCall[] {
  const own = command.kind === 'known' ? callsIn(command.value, commandAt, false) : [];
  return [...steps.flatMap(callsOfCommand), ...own];
}

export function callsOfCommand({ argv, at, conditional }: Command): readonly ManagementCall[] {
  return callsIn(argv, at, conditional);
}

/** Also behind what carries a command elsewhere: `docker compose exec web python manage.py migrate`, `sh -c "python manage.py migrate"`. */
function callsIn(argv: readonly Value<string>[], at: Span, conditional: boolean): readonly ManagementCall[] {
  const words = argv.map((word) => (word.kind === 'known' ? word.value : ''));
  const program = words.findIndex((word) => /(^|\/)(manage\.py|django-admin(\.py)?)$/.test(word));
  const [name, ...rest] = program === -1 ? [] : words.slice(program + 1);
  const own = name === undefined || !/^[a-z]\w*$/.test(name) ? [] : [{ name, words: rest, at, conditional }];
  return [...own, ...words.filter((word) => /\s/.test(word)).flatMap((text) => callsInText(text, at, conditional))];
}

function callsInText(text: string, at: Span, conditional: boolean): readonly ManagementCall[] {
  return [...text.matchAll(/(?:manage\.py|django-admin)\s+([a-z]\w*)([^;&|\n]*)/g)].map(([, name = '', rest = '']) => ({
    name,
    words: rest.split(/\s+/).filter((word) => word !== ''),
    at,
    conditional,
  }));
}
