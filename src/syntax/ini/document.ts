import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';
import type { Piece } from '../pieces.ts';

/**
 * Who reads the file. `config-parser` is Python's ConfigParser (setup.cfg, tox.ini, settings.ini, alembic.ini);
 * supervisor adds comments behind values; systemd and uWSGI have rules of their own.
 */
export type IniDialect = 'systemd' | 'config-parser' | 'supervisor' | 'uwsgi';

export interface IniDocument {
  readonly file: string;
  readonly dialect: IniDialect;
  /** One per heading, in order; a heading that is repeated gives a section each time. */
  readonly sections: readonly IniSection[];
  /** Why the reader refuses the file as a whole. */
  readonly rejected: string | null;
  readonly problems: readonly InputProblem[];
}

export interface IniSection {
  readonly name: string;
  /** The heading with its brackets. */
  readonly heading: Span;
  readonly entries: readonly IniEntry[];
}

export interface IniEntry {
  /** As the reader compares it: lower case for ConfigParser. */
  readonly key: string;
  readonly keySpan: Span;
  /** Without the blanks around it, continuation lines joined; null for a key without `=`, where that is allowed. */
  readonly value: string | null;
  readonly valueSpan: Span;
  /** Which parts of the value stand where; use spanIn. */
  readonly pieces: readonly Piece[];
  /** 1-based line of the key. */
  readonly line: number;
}
