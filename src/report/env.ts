import { encodedInWords } from './encoded-words.ts';
import { paintWith } from './paint.ts';
import type { ModuleJson, ReadJson, VariableJson } from './settings-modules.ts';
import { usersInWords } from './settings-text.ts';

/** The environment contract of one settings module (schema/env.schema.json). No value of a variable is in it, defaults apart. */
export interface EnvContract {
  readonly module: string;
  readonly deployments: readonly string[];
  readonly processes: readonly string[];
  readonly variables: readonly EnvVariable[];
}

export interface EnvVariable {
  readonly name: string;
  /** Without a value for it the settings do not load. */
  readonly required: boolean;
  /** Null when a source of the environment is not in view. */
  readonly provided: boolean | null;
  /** Required and certainly not provided. */
  readonly missing: boolean;
  readonly default: unknown;
  readonly providedBy: { readonly file: string; readonly line: number } | null;
  readonly reads: readonly { readonly file: string; readonly line: number }[];
}

export function envContract(modules: readonly ModuleJson[]): readonly EnvContract[] {
  return modules.map((one) => ({
    module: one.module,
    deployments: one.deployments,
    processes: one.processes,
    variables: [...groupByName(one.reads)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, reads]) => variableOf(name, reads, one.environment[name])),
  }));
}

function groupByName(reads: readonly ReadJson[]): ReadonlyMap<string, readonly ReadJson[]> {
  const groups = new Map<string, ReadJson[]>();
  for (const read of reads) {
    const group = groups.get(read.name);
    if (group) group.push(read);
    else groups.set(read.name, [read]);
  }
  return groups;
}

function variableOf(name: string, reads: readonly ReadJson[], given: VariableJson | undefined): EnvVariable {
  const required = reads.some((read) => read.required);
  const provided = reads.some((read) => read.provided === true) ? true : reads.some((read) => read.provided === null) ? null : false;
  const places = new Map(reads.map(({ file, line }) => [`${file}:${line}`, { file, line }]));
  return {
    name,
    required,
    provided,
    missing: required && provided === false,
    default: reads.find((read) => read.default !== null)?.default ?? null,
    providedBy: given !== undefined && given.file !== null && given.line !== null ? { file: given.file, line: given.line } : null,
    reads: [...places.values()],
  };
}

export function envText(contracts: readonly EnvContract[], colour: boolean): string {
  if (contracts.length === 0)
    return 'No settings module is known to be loaded in production. Name one with --settings MODULE; topology shows what was looked at.\n';
  const paint = paintWith(colour);
  return contracts
    .map((one) => {
      const width = Math.max(0, ...one.variables.map((variable) => variable.name.length));
      const lines = one.variables.map((variable) => {
        const state = variable.missing ? paint.severity('error', stateOf(variable)) : stateOf(variable);
        const read = variable.reads.map((place) => `${place.file}:${place.line}`).join(', ');
        return `  ${variable.name.padEnd(width)}  ${variable.required ? 'required' : 'optional'}  ${state}; read at ${read}`;
      });
      const missing = one.variables.filter((variable) => variable.missing).length;
      const total = `  ${one.variables.length} read, ${one.variables.filter((variable) => variable.required).length} required, ${missing} missing`;
      return `${[`${paint.strong(one.module)} in ${usersInWords(one)}`, ...lines, total].join('\n')}\n`;
    })
    .join('\n');
}

function stateOf(variable: EnvVariable): string {
  if (variable.provided === true) {
    return variable.providedBy === null ? 'provided' : `provided at ${variable.providedBy.file}:${variable.providedBy.line}`;
  }
  if (variable.provided === null) return 'may be provided by a source that is not in the repository';
  if (variable.required) return 'MISSING';
  return `not provided, default ${encodedInWords(variable.default, 60)}`;
}

/** An .env file to fill in: every variable that is read, required ones first; values are left to the reader. */
export function envDotenv(contracts: readonly EnvContract[]): string {
  const variables = new Map<string, EnvVariable>();
  for (const variable of contracts.flatMap((one) => one.variables)) {
    const had = variables.get(variable.name);
    variables.set(variable.name, had === undefined ? variable : { ...had, required: had.required || variable.required });
  }
  const sorted = [...variables.values()].sort((a, b) => Number(b.required) - Number(a.required) || (a.name < b.name ? -1 : 1));
  return sorted
    .map((one) => {
      const read = one.reads.map((place) => `${place.file}:${place.line}`).join(', ');
      if (one.required) return `# required, read at ${read}\n${one.name}=\n`;
      const fallback = one.default === null ? '' : `, default ${encodedInWords(one.default, 60)}`;
      return `# optional${fallback}, read at ${read}\n# ${one.name}=\n`;
    })
    .join('');
}
