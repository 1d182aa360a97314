import type { Answer, Collection, Process, RepositoryFacts, SettingsFacts, Span, Value } from '../../../src/rule.ts';
import { moduleFile } from '../code/python-class.ts';
import { truth } from '../values/data.ts';
import { prefixIn } from './celery-settings.ts';

/** The module that makes the Celery app. */
export interface AppFile {
  readonly file: string;
  readonly text: string;
}

/** Celery looks for `app` or `celery` in the module itself, then in its `celery` submodule. */
export function appModule(app: string, settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read'>): AppFile | null {
  const code = { settings, repository };
  const module = app.replace(/:.*$/, '');
  const candidates = [`${module}.celery`, module, module.replace(/\.\w+$/, '')];
  return candidates.map((one) => moduleFile(one, code)).find((found) => found !== null && /\bCelery\(/.test(found.text)) ?? null;
}

/** The app of a worker or scheduler; null when it is not known or not in the tree. */
export function appOf({ taskQueue }: Process, settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read'>): AppFile | null {
  return taskQueue?.app.kind === 'known' ? appModule(taskQueue.app.value, settings, repository) : null;
}

/** The prefix of the settings that an app reads ("CELERY_" or ""); null when it takes them from elsewhere. */
export function prefixOf({ text }: AppFile): string | null {
  return prefixIn(withoutComments(text));
}

export function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, '');
}

/** One command line of a process: what it runs in the end, or beside it. */
export interface CeleryCommand {
  readonly process: Process;
  readonly words: readonly Value<string>[];
  readonly at: Span;
}

/** Every `celery …` that a process runs. */
export function celeryCommands(process: Process): readonly CeleryCommand[] {
  const main = process.command.kind === 'known' ? [{ words: process.command.value, at: process.commandAt }] : [];
  const steps = process.steps.map(({ argv, at }) => ({ words: argv, at }));
  return [...main, ...steps]
    .filter(({ words }) => words.slice(0, 3).some((word) => /(^|\/)celery$/.test(textOf(word) ?? '')))
    .map((one) => ({ ...one, process }));
}

export function runs(command: Pick<CeleryCommand, 'words'>, subcommand: 'worker' | 'beat' | 'flower'): boolean {
  return command.words.some((word) => textOf(word) === subcommand);
}

/** The word that makes a worker its own scheduler. */
export function embeddedBeat(command: CeleryCommand): Value<string> | null {
  if (!runs(command, 'worker') || runs(command, 'beat')) return null;
  return command.words.find((word) => /^(--beat|-[EO]?B)$/.test(textOf(word) ?? '')) ?? null;
}

export function textOf(word: Value<string> | undefined): string | null {
  return word?.kind === 'known' ? word.value : null;
}

interface Candidate {
  readonly at: Span;
  readonly is: Answer;
}

/** Settings that name a broker under the prefix. */
export function brokerSettings(settings: SettingsFacts, prefix: string): Collection<Candidate> {
  const { complete } = settings.evaluated;
  const names = [`${prefix}BROKER_URL`, `${prefix}BROKER_READ_URL`, `${prefix}BROKER`, `${prefix}BROKER_HOST`];
  const items = names.flatMap((name): Candidate[] => {
    if (settings.sets(name) === 'no') return [];
    const value = settings.get(name);
    return [{ at: settings.placeOf(name), is: value.kind === 'known' ? truth(value.value) : 'maybe' }];
  });
  return { items, complete: complete === true ? true : { because: complete.because } };
}

export function startOf({ file, text }: AppFile): Span {
  const at = Math.max(text.search(/^.*\bCelery\(/m), 0);
  return { file, start: at, end: text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at) };
}
