import { MAX_NESTING } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, mapValue, unknown, type Value } from '../../core/value.ts';
import type { ArgInstruction, Dockerfile, Instruction, Stage, Text } from './document.ts';
import { expandText, type Lookup } from './expand.ts';
import type { ImageCommand, ImageConfig, Setting } from './image.ts';
import { cleanPath, portsOf } from './values.ts';

/** Values of `--build-arg` (compose `build.args`), by name. */
export type BuildArgs = ReadonlyMap<string, Value<string>>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Config = Writable<Omit<ImageConfig, 'environment' | 'expose' | 'volumes' | 'args'>> & {
  environment: Map<string, { readonly value: Value<string>; readonly at: Span }>;
  expose: ImageConfig['expose'][number][];
  volumes: ImageConfig['volumes'][number][];
  args: Map<string, Value<string> | null>;
  /** CMD stands in this very stage, so that ENTRYPOINT keeps it. */
  commanded: boolean;
};

interface Builder {
  readonly file: Dockerfile;
  readonly buildArgs: BuildArgs;
  readonly globals: ReadonlyMap<string, Value<string> | null>;
  readonly before: Instruction | undefined;
}

/**
 * The image configuration of a stage: of `target` (a name in any case, or a number), of the last stage otherwise.
 * Null when there is no such stage. Absent build arguments keep the defaults of the file. With `before`, an instruction of
 * that stage, it is what holds when that one runs.
 */
export function effective(file: Dockerfile, target?: string, buildArgs: BuildArgs = new Map(), before?: Instruction): ImageConfig | null {
  const stage = target === undefined ? file.stages[file.stages.length - 1] : findStage(file, target);
  if (stage === undefined) return null;
  const builder = { file, buildArgs, globals: globalArgs(file, buildArgs), before };
  const { commanded: _commanded, ...config } = build(stage, builder, 0);
  return config;
}

function findStage(file: Dockerfile, target: string): Stage | undefined {
  const named = file.stages.findLast((one) => one.name === target.toLowerCase());
  return named ?? (/^\d+$/.test(target) ? file.stages[Number(target)] : undefined);
}

/** Given by buildkit itself; they depend on the machine and the command line. */
const PLATFORM = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION|STAGE)$|^BUILDKIT_/;
const PROXY = /^(?:https?|ftp|no|all)_proxy$/i;

function given(name: string, builder: { readonly buildArgs: BuildArgs }, at: Span): Value<string> | undefined {
  const value = builder.buildArgs.get(name);
  if (value !== undefined) return value;
  return PLATFORM.test(name) || PROXY.test(name) ? unknown('host', textOrigin(at), [name], 'str') : undefined;
}

function globalArgs(file: Dockerfile, buildArgs: BuildArgs): Map<string, Value<string> | null> {
  const args = new Map<string, Value<string> | null>();
  const lookup: Lookup = (name) => args.get(name) ?? null;
  for (const { args: declared } of file.metaArgs) {
    for (const one of declared) {
      const fallback = one.default === null ? null : expandText(one.default.text, file.escape, lookup, one.default.span);
      args.set(one.name, given(one.name, { buildArgs }, one.span) ?? fallback);
    }
  }
  return args;
}

function build(stage: Stage, builder: Builder, depth: number): Config {
  const config = startOf(stage, builder, depth);
  for (const instruction of stage.instructions) {
    if (instruction === builder.before) break;
    apply(instruction, config, builder);
  }
  return config;
}

/** A stage starts from an earlier stage, from an image or from nothing. Stages only point backwards, so this ends. */
function startOf(stage: Stage, builder: Builder, depth: number): Config {
  const { text, span } = stage.base;
  const reference = expandText(text, builder.file.escape, fromLookup(builder, span), span);
  const name = reference.kind === 'known' ? reference.value.toLowerCase() : null;
  const parent = builder.file.stages.slice(0, stage.index).findLast((one) => one.name !== null && one.name === name);
  if (parent === undefined) return emptyConfig(stage, name === 'scratch' ? null : { reference: usable(reference, span), at: span });
  if (depth === MAX_NESTING) return emptyConfig(stage, { reference: unknown('limit', textOrigin(span)), at: span });
  const config = build(parent, builder, depth + 1);
  return { ...config, stage, parents: [parent, ...config.parents], commanded: false };
}

/** FROM sees the arguments above the first FROM only; one without a value makes the reference unknown, not an error. */
function fromLookup(builder: Builder, at: Span): Lookup {
  return (name) => {
    const value = builder.globals.get(name);
    if (value === undefined) return PLATFORM.test(name) ? unknown('host', textOrigin(at), [name], 'str') : null;
    return value;
  };
}

/** "postgres:" is what an argument without value leaves: no image has that name. */
function usable(reference: Value<string>, at: Span): Value<string> {
  const bad =
    reference.kind === 'known' && !/^[^\s:@$]+(?::\d+\/[^\s:@$]+)?(?::[\w][\w.-]*)?(?:@[\w+.-]+:[0-9a-fA-F]+)?$/.test(reference.value);
  return bad || (reference.kind === 'known' && /:-/.test(reference.value)) ? unknown('missing-env', textOrigin(at), [], 'str') : reference;
}

function emptyConfig(stage: Stage, externalBase: ImageConfig['externalBase']): Config {
  const setting: { readonly set: 'base' } | { readonly set: 'nowhere' } = externalBase === null ? { set: 'nowhere' } : { set: 'base' };
  return {
    stage,
    parents: [],
    externalBase,
    environment: new Map(),
    environmentComplete: externalBase === null,
    cmd: setting,
    entrypoint: setting,
    user: setting,
    workdir: setting,
    expose: [],
    volumes: [],
    healthcheck: setting,
    stopsignal: setting,
    shell: setting,
    args: new Map(),
    commanded: false,
  };
}

/** Variables that official base images set themselves: an ARG of that name may not be what is seen. */
const OF_BASE = /^(?:PATH|HOME|LANG|LC_ALL|GPG_KEY|\w*(?:_VERSION|_SHA256|_MAJOR|_RELEASE|_CHECKSUM))$/;

function lookupIn(config: Config, at: Span): Lookup {
  return (name) => {
    const variable = config.environment.get(name)?.value;
    const arg = config.args.get(name);
    if (variable !== undefined) return arg === undefined || arg === null ? variable : ambiguous(name, at);
    if (arg && (config.environmentComplete || !OF_BASE.test(name))) return arg;
    return config.environmentComplete ? null : unknown('missing-env', textOrigin(at), [name], 'str');
  };
}

/** The manual says that ENV wins, buildkit lets the later one win. */
function ambiguous(name: string, at: Span): Value<string> {
  return unknown('unsupported-syntax', textOrigin(at), [name], 'str');
}

function expanded(text: Text, config: Config, builder: Builder): Value<string> {
  return expandText(text.text, builder.file.escape, lookupIn(config, text.span), text.span);
}

function apply(instruction: Instruction, config: Config, builder: Builder): void {
  const value = (text: Text) => expanded(text, config, builder);
  switch (instruction.kind) {
    case 'ARG':
      declare(instruction, config, builder);
      return;
    case 'ENV': {
      const lookup = { ...config, environment: new Map(config.environment), args: new Map(config.args) };
      for (const one of instruction.entries) {
        const name = expanded({ text: one.name, span: one.span }, lookup, builder);
        if (name.kind !== 'known') continue;
        config.environment.set(name.value, { value: expanded(one.value, lookup, builder), at: one.span });
        config.args.delete(name.value);
      }
      return;
    }
    case 'CMD':
      config.cmd = here(commandOf(instruction, config), instruction.span);
      config.commanded = true;
      return;
    case 'ENTRYPOINT':
      config.entrypoint = here(commandOf(instruction, config), instruction.span);
      if (!config.commanded) config.cmd = { set: 'nowhere' };
      return;
    case 'USER':
      config.user = here(value(instruction.user), instruction.span);
      return;
    case 'WORKDIR':
      config.workdir = here(workdir(value(instruction.path), config, instruction.path.span), instruction.span);
      return;
    case 'EXPOSE':
      config.expose = [
        ...config.expose,
        ...instruction.items.flatMap((item) => portsOf(value(item)).map((port) => ({ port, at: item.span }))),
      ];
      return;
    case 'VOLUME':
      config.volumes = [...config.volumes, ...instruction.items.map((item) => ({ path: value(item), at: item.span }))];
      return;
    case 'STOPSIGNAL':
      config.stopsignal = here(value(instruction.signal), instruction.span);
      return;
    case 'SHELL':
      config.shell = here(
        instruction.argv.map((one) => one.text),
        instruction.span,
      );
      return;
    case 'HEALTHCHECK':
      config.healthcheck = here({ test: testOf(instruction), disabled: instruction.command === null }, instruction.span);
      return;
    case 'RUN':
    case 'COPY':
    case 'ADD':
    case 'LABEL':
    case 'MAINTAINER':
    case 'ONBUILD':
      return;
  }
}

function here<T>(value: T, at: Span): Setting<T> {
  return { set: 'here', value, at };
}

/** An ARG without default takes the one above the first FROM. */
function declare(instruction: ArgInstruction, config: Config, builder: Builder): void {
  for (const one of instruction.args) {
    const fallback = one.default === null ? (builder.globals.get(one.name) ?? null) : expanded(one.default, config, builder);
    const value = given(one.name, builder, one.span) ?? fallback;
    if (value !== null || !config.args.has(one.name)) config.args.set(one.name, value);
  }
}

function commandOf(instruction: Extract<Instruction, { kind: 'CMD' | 'ENTRYPOINT' }>, config: Config): ImageCommand {
  const { form, argv } = instruction.command;
  const words = argv.map((one) => one.text);
  if (form === 'exec') return { form, argv: words, words: argv };
  const shell = config.shell.set === 'here' ? config.shell.value : ['/bin/sh', '-c'];
  return { form, argv: [...shell, words.join(' ')], words: argv };
}

function testOf({ command }: Extract<Instruction, { kind: 'HEALTHCHECK' }>): readonly string[] {
  if (command === null) return ['NONE'];
  return [command.form === 'exec' ? 'CMD' : 'CMD-SHELL', ...command.argv.map((one) => one.text)];
}

/** An absolute folder stays as written, its trailing slash too; a relative one lies in the one before it, which the base image may have set. */
function workdir(path: Value<string>, config: Config, at: Span): Value<string> {
  if (path.kind === 'unknown') return path;
  if (path.kind === 'known' && !path.value.startsWith('/')) {
    const before = config.workdir;
    if (before.set === 'base') return unknown('missing-env', textOrigin(at), [], 'str');
    const start = before.set === 'here' ? before.value : known('/', textOrigin(at));
    return mapValue(start, (folder) => cleanPath(`${folder}/${path.value}`));
  }
  return path;
}
