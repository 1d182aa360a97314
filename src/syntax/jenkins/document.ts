import type { Span } from '../../core/span.ts';

/** A Jenkinsfile as far as its text allows: calls with their arguments and blocks, and assignments. All other Groovy is `other`. */
export interface Jenkinsfile {
  readonly nodes: readonly JenkinsNode[];
}

export type JenkinsNode = JenkinsCall | JenkinsAssignment | JenkinsOther;

export interface JenkinsCall {
  readonly kind: 'call';
  /** Its words joined by dots: "sh", "docker.image.inside". */
  readonly name: string;
  readonly nameSpan: Span;
  /** Of a chain those of its first call. */
  readonly args: readonly JenkinsArgument[];
  /** The statements of its block; null without one. */
  readonly body: readonly JenkinsNode[] | null;
  readonly span: Span;
}

export interface JenkinsAssignment {
  readonly kind: 'assignment';
  readonly name: string;
  readonly value: JenkinsValue;
  readonly span: Span;
}

export interface JenkinsOther {
  readonly kind: 'other';
  readonly span: Span;
}

export interface JenkinsArgument {
  /** `script` of `sh(script: '…')`; null for one by position. */
  readonly name: string | null;
  readonly value: JenkinsValue;
}

export type JenkinsValue =
  | JenkinsText
  | { readonly kind: 'list'; readonly items: readonly JenkinsArgument[]; readonly span: Span }
  | { readonly kind: 'call'; readonly call: JenkinsCall; readonly span: Span }
  | { readonly kind: 'other'; readonly text: string; readonly span: Span };

export interface JenkinsText {
  readonly kind: 'text';
  /** Escapes resolved. `${…}` of Groovy stands as written when `interpolates`. */
  readonly text: string;
  /** Double quotes: Groovy puts values in before anything else sees the text. */
  readonly interpolates: boolean;
  /** Without the quotes. */
  readonly span: Span;
}
