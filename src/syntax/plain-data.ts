/** What a document of data holds, whatever its format; whole and fractional numbers apart, each value with its offset. */
export type PlainData = { readonly at: number } & (
  | { readonly kind: 'null' }
  | { readonly kind: 'str'; readonly v: string }
  | { readonly kind: 'int'; readonly v: bigint }
  | { readonly kind: 'float'; readonly v: number }
  | { readonly kind: 'bool'; readonly v: boolean }
  /** A date, or another value that is not followed. */
  | { readonly kind: 'doubt' }
  | { readonly kind: 'list'; readonly items: readonly PlainData[] }
  | PlainMap
);
export interface PlainMap {
  readonly kind: 'map';
  readonly at: number;
  readonly entries: Map<string, PlainData>;
}
