import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { baseName, folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import {
  commandsOf,
  entriesOf,
  type IniDocument,
  type IniEntry,
  lastEntry,
  listEntries,
  parseIni,
  splitWords,
} from '../../syntax/ini/index.ts';
import { withoutStatements } from '../filled-text.ts';
import type { Unit } from '../model.ts';
import { textAt } from '../project/files.ts';

/** One service unit with its document. */
export interface UnitFile {
  readonly path: string;
  readonly document: IniDocument;
}

/** Service units of the tree that start something. */
export function serviceUnits(tree: SourceTree): readonly UnitFile[] {
  return tree.files.flatMap((file) => {
    const { path } = file;
    if (!/\.service(\.(j2|jinja2?))?$/.test(path) || file.bytes > 200_000) return [];
    const document = parseIni(path, withoutStatements(textAt(tree, path)), 'systemd');
    return entriesOf(document, 'Service', 'ExecStart').length === 0 ? [] : [{ path, document }];
  });
}

const SANDBOXING = [
  'NoNewPrivileges',
  'PrivateTmp',
  'ProtectSystem',
  'ProtectHome',
  'DynamicUser',
  'PrivateDevices',
  'ProtectKernelTunables',
  'ProtectControlGroups',
  'CapabilityBoundingSet',
  'SystemCallFilter',
  'RestrictAddressFamilies',
];

/** What rules ask of a unit. */
export function unitFacts({ path, document }: UnitFile, tree: SourceTree): Unit {
  const section = document.sections.find((one) => one.name === 'Service');
  const socket = socketOf(path, document, tree);
  return {
    file: path,
    at: section?.heading ?? { file: path, start: 0, end: 0 },
    user: optionValue(document, 'User'),
    type: lastEntry(document, 'Service', 'Type')?.value ?? null,
    execLines: execLines(document),
    reload: listEntries(document, 'Service', 'ExecReload')[0]?.keySpan ?? null,
    runtimeDirectories: words(document, 'RuntimeDirectory'),
    logsDirectories: words(document, 'LogsDirectory'),
    stateDirectories: words(document, 'StateDirectory'),
    sandboxing: SANDBOXING.filter((name) => !/^(no|false|0|off)?$/i.test(lastEntry(document, 'Service', name)?.value ?? '')),
    socketPaths: [...(socket?.paths ?? []), ...temporaryFolders(path, tree)],
    socketActivated: socket !== null,
    get: (name, key) => entriesOf(document, name, key).map((one) => ({ text: one.value ?? '', at: one.valueSpan })),
  };
}

/** The value that counts for an option of [Service]; null when it is not set. */
export function optionValue(document: IniDocument, key: string): Value<string> | null {
  const entry = lastEntry(document, 'Service', key);
  if (entry === null || entry.value === null || entry.value === '') return null;
  const origin = textOrigin(entry.valueSpan);
  return /%(?!%)[A-Za-z]|\{\{|\{%|<[^>]+>/.test(entry.value)
    ? unknown('host', origin, [], 'str')
    : known(entry.value.replaceAll('%%', '%'), origin);
}

function words(document: IniDocument, key: string): readonly string[] {
  return listEntries(document, 'Service', key).flatMap((entry) => splitWords(entry).words.map((word) => word.text.split(':')[0] ?? ''));
}

function execLines(document: IniDocument): Unit['execLines'] {
  const keys = ['ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'];
  return keys.flatMap((key) =>
    listEntries(document, 'Service', key).map((entry) => ({
      key,
      words: commandWords(entry),
      at: entry.valueSpan,
    })),
  );
}

function commandWords(entry: IniEntry): readonly { readonly text: string; readonly at: Span; readonly quoted: boolean }[] {
  return commandsOf(entry).commands.flatMap((command) =>
    command.argv.map((word) => ({ text: word.text, at: word.span, quoted: word.quoted })),
  );
}

/** The socket unit that starts the service: of the same name, or one that names it. */
function socketOf(path: string, document: IniDocument, tree: SourceTree): { readonly paths: readonly string[] } | null {
  const folder = folderOf(path);
  const wanted = [
    path.replace(/\.service(?=$|\.)/, '.socket'),
    ...listEntries(document, 'Unit', 'Requires').flatMap((one) => socketNames(folder, one)),
  ];
  for (const file of wanted) {
    if (tree.kindOf(file) !== 'file') continue;
    const socket = parseIni(file, textAt(tree, file), 'systemd');
    const listens = listEntries(socket, 'Socket', 'ListenStream').map((one) => one.value ?? '');
    return { paths: listens.filter((one) => one.startsWith('/')) };
  }
  // The socket unit may stand outside the repository: then the server inherits what it listens on.
  return wanted.length > 1 ? { paths: [] } : null;
}

function socketNames(folder: string, entry: IniEntry): readonly string[] {
  return (entry.value ?? '')
    .split(/\s+/)
    .filter((name) => name.endsWith('.socket'))
    .map((name) => joinPath(folder, name));
}

/** Folders that tmpfiles.d entries of the repository make. */
function temporaryFolders(path: string, tree: SourceTree): readonly string[] {
  const beside = tree.files.filter(
    (one) =>
      /(^|\/)tmpfiles(\.d)?\/[^/]+\.conf$|\.tmpfiles$/.test(one.path) ||
      (folderOf(one.path) === folderOf(path) && /tmpfiles/.test(baseName(one.path))),
  );
  return beside.flatMap((one) => [...textAt(tree, one.path).matchAll(/^\s*[dDe][!+=~^-]*\s+(\/\S+)/gm)].map((found) => found[1] ?? ''));
}
