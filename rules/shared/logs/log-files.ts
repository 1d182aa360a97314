import { casesOf, type Origin, type Process, placeOf, type SettingsFacts, type Span, type Value } from '../../../src/rule.ts';
import { pathText } from '../storage/static.ts';
import { className, handlersOf, isApplied } from './logging.ts';

/** A file that a process writes its log to. */
export interface LogFile {
  readonly process: Process;
  readonly path: string;
  /** Its folder as a path of the repository, when the settings place it beside the code. */
  readonly ownFolder: string | null;
  readonly at: Origin | Span;
  /** Set when Django's LOGGING names it: the handler's class, and whether it opens the file late. */
  readonly handler: { readonly name: string; readonly type: string; readonly delayed: boolean } | null;
  readonly settings: SettingsFacts | null;
}

const FILE_HANDLER = /(^|\.)\w*FileHandler$/;

/** Files of LOGGING whose path is known, for each process that loads the settings. */
export function settingsLogFiles(settings: SettingsFacts): readonly LogFile[] {
  if (!isApplied(settings)) return [];
  return handlersOf(settings).flatMap((handler) => {
    const type = className(handler);
    const filename = handler.get('filename');
    if (type === null || !FILE_HANDLER.test(type) || filename.kind !== 'known') return [];
    const path = pathText(filename.value);
    if (path === null) return [];
    const delay = handler.get('delay');
    const delayed = delay.kind === 'known' && delay.value === true;
    return settings.processes.map((process) => ({
      process,
      path: runtimePath(path, process),
      ownFolder: path.startsWith('<ROOT>/') ? folderOf(path).slice('<ROOT>/'.length) : null,
      at: filename.origin,
      handler: { name: handler.name, type, delayed },
      settings,
    }));
  });
}

/** A path below the project is seen where its code stands. */
function runtimePath(path: string, process: Process): string {
  return path.startsWith('<ROOT>') ? (process.paths.runtimePath(path) ?? path) : path;
}

/** Files that an application server is told to write. */
export function serverLogFiles(processes: readonly Process[]): readonly LogFile[] {
  return processes.flatMap((process) => {
    if (process.server === null) return [];
    return [process.server.accessLog, process.server.errorLog].flatMap((value) => logFileOf(process, value));
  });
}

function logFileOf(process: Process, value: Value<string | null>): readonly LogFile[] {
  return casesOf(value).flatMap(({ then, when }) => {
    if (then.kind === 'unknown' || when.length > 0 || then.value === null || !then.value.startsWith('/')) return [];
    const path = then.value;
    return [{ process, path, ownFolder: null, at: placeOf(then.origin) ?? process.commandAt, handler: null, settings: null }];
  });
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

export function isDevice(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

/** Whether a command of the image or of the start makes the file a way to the output, or sends what is written there on to it. */
export function isSentToOutput({ path, process }: LogFile): boolean {
  const commands = [...(process.image?.build?.runs ?? []), ...process.steps];
  return commands.some(({ argv, name }) => {
    const words = argv.map((word) => (word.kind === 'known' ? word.value : ''));
    if (name === 'ln') return words.some((word) => isDevice(word)) && words.some((word) => path === word || folderOf(path) === word);
    return name === 'tail' && words.some((word) => path === word || (word.includes('*') && folderOf(word) === folderOf(path)));
  });
}
