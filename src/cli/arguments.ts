import { parseArgs } from 'node:util';
import { didYouMean } from './nearest.ts';
import { COMMANDS, type CommandName, OPTIONS, type OptionSpec } from './option-table.ts';
import { UsageError } from './usage-error.ts';

/** A command line, taken apart but not yet judged. */
export interface Arguments {
  readonly command: CommandName;
  readonly positionals: readonly string[];
  has(name: string): boolean;
  /** The last value given, null without one. */
  one(name: string): string | null;
  all(name: string): readonly string[];
}

/** Throws UsageError for options and commands that do not exist. */
export function readArguments(argv: readonly string[]): Arguments {
  const { command, rest } = commandOf(argv);
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const { tokens } = parseArgs({ args: [...rest], options: parseOptions(), strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specOf(token.name, token.rawName, command);
    const value = valueFor(spec, token.value, token.inlineValue === true);
    const name = spec.aliasOf ?? spec.name;
    const had = given.get(name) ?? [];
    given.set(name, [...had, value]);
  }
  return {
    command,
    positionals,
    has: (name) => given.has(name),
    one: (name) => given.get(name)?.at(-1) ?? null,
    all: (name) => given.get(name) ?? [],
  };
}

/** The first word is a command when it is one of theirs; a folder of that name is meant by `./name`. */
function commandOf(argv: readonly string[]): { readonly command: CommandName; readonly rest: readonly string[] } {
  const command = COMMANDS.find((name) => name === argv[0]);
  return command === undefined ? { command: 'check', rest: argv } : { command, rest: argv.slice(1) };
}

function parseOptions(): Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }> {
  return Object.fromEntries(
    OPTIONS.map((spec) => [
      spec.name,
      {
        type: spec.value === null ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(spec.name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
}

function specOf(name: string, raw: string, command: CommandName): OptionSpec {
  const spec = OPTIONS.find((one) => one.name === name);
  const usable = OPTIONS.filter((one) => one.on.includes(command));
  if (spec === undefined) {
    const names = usable.filter((one) => one.help !== null).map((one) => `--${one.name}`);
    throw new UsageError(`Unknown option ${raw}.${didYouMean(raw, names)} See django-prodcheck ${command} --help.`);
  }
  if (!spec.on.includes(command)) {
    const where = spec.on.length === 1 ? spec.on[0] : spec.on.join(', ');
    throw new UsageError(`The command ${command} has no option ${raw}; it belongs to ${where}.`);
  }
  return spec;
}

function valueFor(spec: OptionSpec, value: string | undefined, inline: boolean): string {
  if (spec.value === null) {
    if (value !== undefined) throw new UsageError(`--${spec.name} takes no value.`);
    return '';
  }
  if (value === undefined || (!inline && value.startsWith('--'))) {
    throw new UsageError(`--${spec.name} needs a value: --${spec.name} ${spec.value}.`);
  }
  return value;
}
