import { readConfigParser } from './config-parser.ts';
import type { IniDialect, IniDocument } from './document.ts';
import { readSystemdUnit } from './systemd.ts';
import { readUwsgi } from './uwsgi.ts';
import { iniWriter } from './writer.ts';

export type { IniDialect, IniDocument, IniEntry } from './document.ts';
export { spanIn } from './joined.ts';
export { commandsOf, entriesOf, environmentOf, lastEntry, listEntries, type UnitCommand } from './unit.ts';
export { splitWords, type UnitWord } from './words.ts';

/** Reads a file of sections with `key = value` lines as one of its readers does. */
export function parseIni(file: string, text: string, dialect: IniDialect): IniDocument {
  const out = iniWriter(file, text, dialect);
  switch (dialect) {
    case 'systemd':
      readSystemdUnit(text, out);
      break;
    case 'uwsgi':
      readUwsgi(text, out);
      break;
    case 'config-parser':
    case 'supervisor':
      readConfigParser(text, dialect, out);
      break;
  }
  return out.document();
}
