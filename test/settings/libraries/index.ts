import type { Generator } from './case.ts';
import { configurationsCase } from './configurations.ts';
import { decoupleCase } from './decouple.ts';
import { djDatabaseUrlCase } from './dj-database-url.ts';
import { djangoEnvironCase } from './django-environ.ts';
import { environsCase } from './environs.ts';
import { dotenvCase, splitSettingsCase } from './files.ts';

export interface Library {
  /** What Python imports. */
  readonly module: string;
  readonly make: Generator;
  /** The share of values that must be known for a run to mean something. */
  readonly least: number;
}

export const LIBRARIES: Readonly<Record<string, Library>> = {
  'django-environ': { module: 'environ', make: djangoEnvironCase, least: 0.5 },
  'dj-database-url': { module: 'dj_database_url', make: djDatabaseUrlCase, least: 0.5 },
  environs: { module: 'environs', make: environsCase, least: 0.5 },
  'python-dotenv': { module: 'dotenv', make: dotenvCase, least: 0.5 },
  'split-settings': { module: 'split_settings', make: splitSettingsCase, least: 0.5 },
  'django-configurations': { module: 'configurations', make: configurationsCase, least: 0.5 },
  decouple: { module: 'decouple', make: decoupleCase, least: 0.5 },
};
