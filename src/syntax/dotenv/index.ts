import { readCompose } from './compose.ts';
import { readDecouple } from './decouple.ts';
import { readDjangoEnviron } from './django-environ.ts';
import type { DotenvDialect, DotenvDocument, DotenvOptions } from './document.ts';
import { readNpm } from './npm.ts';
import { readPythonDotenv } from './python-dotenv.ts';
import { readSystemd } from './systemd.ts';
import { dotenvWriter } from './writer.ts';

export type { DotenvDialect, DotenvDocument, DotenvEntry, DotenvOptions } from './document.ts';
export { type DotenvVariable, expandDotenv } from './expand.ts';
export { expandTemplate, type Lookup } from './template.ts';

/** Reads an env file as one of its readers does. Values that the reader expands stay templates: see expandDotenv. */
export function parseDotenv(file: string, text: string, dialect: DotenvDialect, options: DotenvOptions = {}): DotenvDocument {
  const out = dotenvWriter(file, text, dialect);
  switch (dialect) {
    case 'compose':
      readCompose(text, out);
      break;
    case 'systemd':
      readSystemd(text, options, out);
      break;
    case 'python-dotenv':
      readPythonDotenv(text, out);
      break;
    case 'decouple':
      readDecouple(text, options, out);
      break;
    case 'django-environ':
      readDjangoEnviron(text, options, out);
      break;
    case 'npm':
      readNpm(text, out);
      break;
  }
  return out.document();
}
