import { encodedInWords } from './encoded-words.ts';
import { type OriginStep, originStory } from './origin-words.ts';
import { paintWith } from './paint.ts';
import type { DecidedJson, ModuleJson, SettingJson } from './settings-modules.ts';
import { unknownInWords } from './value-words.ts';

export interface SettingsTextOptions {
  /** Settings asked for by name: their chains are told in full. */
  readonly names: readonly string[];
  readonly colour: boolean;
  /** Ids of deployments that only a file of the project stands for. */
  readonly presumed: ReadonlySet<string>;
}

/** `settings` for people: each module with what it sets; by name the chain that decided it. */
export function settingsText(modules: readonly ModuleJson[], options: SettingsTextOptions): string {
  if (modules.length === 0)
    return 'No settings module is known to be loaded in production. Name one with --settings MODULE; topology shows what was looked at.\n';
  return modules.map((one) => moduleText(one, options)).join('\n');
}

function moduleText(module: ModuleJson, options: SettingsTextOptions): string {
  const paint = paintWith(options.colour);
  const lines = [`${paint.strong(module.module)}${module.file === null ? '' : ` (${module.file})`}`];
  lines.push(`  in ${usersInWords(module)}${module.django === null ? '' : `, Django ${module.django}`}`);
  if (module.deployments.every((id) => options.presumed.has(id)))
    lines.push('  What starts the project in production was not found: these values leave out the variables that it gives.');
  if (module.raised !== null) {
    const { type, message, file, line } = module.raised;
    lines.push(`  ${paint.severity('error', `It does not load: ${type}: ${message}`)} (${file}:${line})`);
  }
  if (!module.complete) lines.push('  It may set more names than are listed.');
  const names = options.names.length === 0 ? Object.keys(module.settings) : options.names;
  const width = Math.max(0, ...Object.keys(module.settings).map((name) => name.length));
  for (const name of names) {
    const setting = module.settings[name];
    if (setting === undefined) lines.push(`  ${name}  ${absentInWords(module)}`);
    else if (options.names.length === 0) lines.push(`  ${name.padEnd(width)}  ${settingInWords(setting)}`);
    else lines.push(...settingChain(name, setting, paint.strong));
  }
  return `${lines.join('\n')}\n`;
}

/** The same module is told twice when two processes of a deployment get other variables. */
export function usersInWords({ deployments, processes }: Pick<ModuleJson, 'deployments' | 'processes'>): string {
  if (deployments.length === 0) return 'no deployment';
  return `${deployments.join(', ')}${processes.length === 0 ? '' : `: ${processes.join(', ')}`}`;
}

function absentInWords(module: ModuleJson): string {
  if (module.raised !== null && !module.complete) return 'is not set before the module fails';
  return module.complete ? 'is not set, and Django has no default for it' : 'may be set by code that is not followed';
}

function settingInWords(setting: DecidedJson, limit = 160): string {
  switch (setting.kind) {
    case 'known':
      return encodedInWords(setting.value, limit);
    case 'conditional':
      return setting.cases.map((one) => `${encodedInWords(one.value, limit)} when ${one.when}`).join('; ');
    case 'unknown':
      return `unknown (${unknownInWords(setting)})`;
  }
}

function settingChain(name: string, setting: SettingJson, strong: (text: string) => string): readonly string[] {
  const lines = decided(name, setting, '  ', strong);
  for (const part of setting.parts ?? []) lines.push(...decided(`${name}${part.path}`, part, '    ', (text) => text));
  for (const { file, line } of setting.overrides ?? []) lines.push(`    overrides what ${file}:${line} assigns`);
  return lines;
}

/** A value and under it, from the statement that sets it to the text that decides it, where it comes from. */
function decided(name: string, value: DecidedJson, indent: string, strong: (text: string) => string): string[] {
  const told = (steps: readonly OriginStep[], deeper: string) => originStory(steps).map((line) => `${indent}${deeper}${line}`);
  if (value.kind !== 'conditional') return [`${indent}${strong(name)} = ${settingInWords(value, 4000)}`, ...told(value.origin, '  ')];
  return [
    `${indent}${strong(name)}`,
    ...value.cases.flatMap((one) => [`${indent}  ${encodedInWords(one.value, 4000)} when ${one.when}`, ...told(one.origin, '    ')]),
  ];
}
