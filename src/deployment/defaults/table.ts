/**
 * What a program does with an option that nobody gives, in the units of the deployment model: seconds, bytes, 0 for no limit.
 * A default that is not listed is not known.
 */
export interface DefaultsTable<Values> {
  /** The program, as findings name it. */
  readonly of: string;
  /** The release whose source or manual was read; null where the page is not that of one release. */
  readonly release: string | null;
  /** The page that says so. */
  readonly source: string;
  /** The day on which it was read. */
  readonly asOf: string;
  readonly values: Readonly<Values>;
}

const AS_OF = '2026-11-21';

export function table<Values>(of: string, release: string | null, source: string, values: Values): DefaultsTable<Values> {
  return { of, release, source, asOf: AS_OF, values };
}
