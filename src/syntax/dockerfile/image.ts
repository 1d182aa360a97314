import type { Span } from '../../core/span.ts';
import type { Value } from '../../core/value.ts';
import type { Stage, Text } from './document.ts';

/** What one key of the image configuration is when a stage has been built. */
export type Setting<T> =
  | { readonly set: 'here'; readonly value: T; readonly at: Span }
  /** This file does not set it; the external base image may. */
  | { readonly set: 'base' }
  /** Definitely not set: everything down to `scratch` is in view, or ENTRYPOINT has cleared it. */
  | { readonly set: 'nowhere' };

/** The image configuration that buildkit computes for a stage: what a container from it starts with. */
export interface ImageConfig {
  readonly stage: Stage;
  /** Stages it is built upon, nearest first; the stage itself is not in it. */
  readonly parents: readonly Stage[];
  /** The image at the bottom, variables expanded; null for `scratch`. */
  readonly externalBase: { readonly reference: Value<string>; readonly at: Span } | null;
  /** Variables set in this file. Whether others come with the base image tells `environmentComplete`. */
  readonly environment: ReadonlyMap<string, { readonly value: Value<string>; readonly at: Span }>;
  readonly environmentComplete: boolean;
  /** ARG in scope, which RUN sees besides the environment; null: declared without a value. */
  readonly args: ReadonlyMap<string, Value<string> | null>;
  readonly cmd: Setting<ImageCommand>;
  readonly entrypoint: Setting<ImageCommand>;
  readonly user: Setting<Value<string>>;
  /** Absolute; with the trailing slash that WORKDIR may have. */
  readonly workdir: Setting<Value<string>>;
  /** "8000/tcp", ranges spread out, sorted; those of the base image are not known. */
  readonly expose: readonly { readonly port: Value<string>; readonly at: Span }[];
  readonly volumes: readonly { readonly path: Value<string>; readonly at: Span }[];
  readonly healthcheck: Setting<ImageHealthcheck>;
  readonly stopsignal: Setting<Value<string>>;
  readonly shell: Setting<readonly string[]>;
}

export interface ImageCommand {
  readonly form: 'exec' | 'shell';
  /** As the container starts it: shell form is wrapped ("/bin/sh", "-c", text). Variables are not expanded: nobody does but the shell. */
  readonly argv: readonly string[];
  /** The items as they stand in the file, without the wrapping. */
  readonly words: readonly Text[];
}

export interface ImageHealthcheck {
  /** `["NONE"]`, `["CMD", …]`, `["CMD-SHELL", text]`. */
  readonly test: readonly string[];
  readonly disabled: boolean;
}
