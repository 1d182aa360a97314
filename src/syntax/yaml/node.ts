import type { Span } from '../../core/span.ts';
import type { InputProblem } from '../../files/tree.ts';

/** A YAML node with aliases resolved and merge keys applied. A node reached through an alias has the span of its anchor's text. */
export type YamlNode = YamlMap | YamlSeq | YamlScalar;

export interface YamlMap {
  readonly kind: 'map';
  /** Each key once: of duplicates the last, of merged and own entries the own one. In order of the text, merged ones last. */
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
  /** A tag that YAML itself does not know, as written: "!reset", "!vault". */
  readonly tag: string | null;
}

export interface YamlEntry {
  /** The key's text: `80:` is "80", `"a":` is "a". A key that is no scalar has its source text. */
  readonly key: string;
  readonly keySpan: Span;
  /** True when a template hole stands in the key. */
  readonly keyHole: boolean;
  readonly value: YamlNode;
  /** True when it came in by `<<`. */
  readonly merged: boolean;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly span: Span;
  readonly tag: string | null;
}

export interface YamlScalar {
  readonly kind: 'scalar';
  /** Typed as the dialect says. Numbers too large for a double keep their digits in `text`. */
  readonly value: string | number | boolean | null;
  /** The content without quotes, escapes and folding, before typing: `010` is "010". Template holes stand as written. */
  readonly text: string;
  /** Anything but a plain scalar is quoted: it is always a string. */
  readonly quoted: boolean;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** Quotes included; for block scalars from the `|`. An absent value (`key:`) has an empty span. */
  readonly span: Span;
  readonly tag: string | null;
  /** True when a template hole (`{{ … }}`, `{% … %}`) stands in it: its value is then not known. */
  readonly hole: boolean;
}

export interface YamlDocument {
  /** Null for an empty document. */
  readonly root: YamlNode | null;
  readonly span: Span;
}

export interface YamlComment {
  /** Without the `#`. */
  readonly text: string;
  readonly span: Span;
  /** True when nothing but white space stands before it on its line. */
  readonly alone: boolean;
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  readonly comments: readonly YamlComment[];
  readonly problems: readonly InputProblem[];
  /** `values`: some scalars are holes; `structure`: whole lines are template statements, so any entry may be absent or repeated. */
  readonly template: 'none' | 'values' | 'structure';
}

/**
 * How plain scalars are typed. `1.2`: core schema (GitHub Actions). `go`: what go-yaml makes of untyped data (compose,
 * Kubernetes): `010` is 8, `yes` is text. `1.1`: PyYAML (Ansible): `yes` is true, `010` is 8.
 */
export type YamlDialect = '1.2' | '1.1' | 'go';

/** Reads a text; never throws. `file` only goes into the spans. */
export type ParseYaml = (text: string, file: string, dialect: YamlDialect) => YamlFile;
