import { defaultOrigin, textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { InputProblem, SourceTree } from '../../files/tree.ts';
import type { Environment } from '../../settings/model.ts';
import { expandText } from '../../syntax/dockerfile/expand.ts';
import type {
  CopyInstruction,
  Dockerfile,
  ImageConfig,
  Instruction,
  RunInstruction,
  Setting,
  Stage,
  Text,
} from '../../syntax/dockerfile/index.ts';
import { effective, placeOfShell } from '../../syntax/dockerfile/index.ts';
import type { CommandContext, RunCommand } from '../command/command.ts';
import { givenBy } from '../environment.ts';
import type { Build, Copy, Image, InstructionCommand, KeptVariable } from '../model.ts';
import { cleanPath, pathIn } from '../repository-path.ts';
import { runArgv, runText } from '../shell/run.ts';
import type { Syntaxes } from '../syntaxes.ts';
import { type BaseFacts, baseFacts, parseReference } from './base.ts';
import type { BuildRequest } from './build.ts';
import { type DockerIgnore, readDockerIgnore } from './dockerignore.ts';
import { type CopiedFiles, type FileLayers, fileLayers } from './file-layers.ts';
import { healthProbe } from './health.ts';
import { portOf } from './port.ts';

/** A build with what stands in its image. */
export interface BuiltImage {
  readonly image: Image;
  readonly build: Build;
  readonly layers: FileLayers;
  readonly problems: readonly InputProblem[];
}

interface Builder {
  readonly tree: SourceTree;
  readonly request: BuildRequest;
  readonly syntaxes: Syntaxes;
  readonly file: Dockerfile;
  readonly ignore: DockerIgnore;
}

/** Reads the Dockerfile of a build; null when there is no such file or stage. */
export function readBuild(tree: SourceTree, request: BuildRequest, syntaxes: Syntaxes): BuiltImage | null {
  const read = tree.kindOf(request.dockerfile) === 'file' ? tree.read(request.dockerfile) : null;
  if (!read?.ok) return null;
  const file = syntaxes.parseDockerfile(read.text, request.dockerfile);
  const config = effective(file, request.target ?? undefined, request.args);
  if (config === null) return null;
  const builder: Builder = { tree, request, syntaxes, file, ignore: readDockerIgnore(tree, request.dockerfile, request.context) };
  const layers = layersOf(builder, config.stage, config.parents, 0);
  const build = buildOf(builder, config, layers);
  return { image: imageOf(config, build), build, layers, problems: file.problems };
}

function imageOf(config: ImageConfig, build: Build): Image {
  const base = config.externalBase?.reference;
  const parts = base?.kind === 'known' ? parseReference(base.value) : null;
  return { reference: null, base: parts?.base ?? null, tag: parts?.tag ?? null, build };
}

function buildOf(builder: Builder, config: ImageConfig, layers: FileLayers): Build {
  const base = baseFacts(config.externalBase?.reference ?? null);
  const { request, ignore } = builder;
  const stages = [...config.parents].reverse().concat(config.stage);
  return {
    dockerfile: request.dockerfile,
    context: request.context,
    at: config.stage.span,
    base: config.externalBase,
    kept: stages.flatMap((stage) => keptIn(builder, stage)),
    environment: environmentOf(builder, config, base),
    workdir: workdirOf(config, base),
    user: userOf(config, base),
    userAt: config.user.set === 'here' ? config.user.at : null,
    runs: stages.flatMap((stage) => runsOf(builder, stage, layers, base)),
    copies: stages.flatMap((stage) => stage.instructions.flatMap((one) => (isCopy(one) ? [copyOf(builder, stage, one)] : []))),
    command: commandOf(config.cmd),
    entrypoint: commandOf(config.entrypoint),
    healthcheck: config.healthcheck.set === 'here' ? { at: config.healthcheck.at, disabled: config.healthcheck.value.disabled } : null,
    probe: probeOf(config),
    exposed: config.expose.map(({ port, at }) => ({ port: portOf(port), name: null, at })),
    stopSignal: config.stopsignal.set === 'here' ? config.stopsignal.value : null,
    ignores: ignore.ignores,
    ignoreFile: ignore.file,
  };
}

function probeOf({ healthcheck }: ImageConfig): Build['probe'] {
  if (healthcheck.set !== 'here') return null;
  const { value, at } = healthcheck;
  return healthProbe(
    value.test.map((word) => known(word, { step: 'text', at })),
    at,
  );
}

/** Values as they stand, variables put in; an argument that whoever builds gives counts as that. */
function keptIn(builder: Builder, stage: Stage): readonly KeptVariable[] {
  return stage.instructions.flatMap((one): readonly KeptVariable[] => {
    if (one.kind !== 'ENV' && one.kind !== 'ARG') return [];
    const config = configBefore(builder, stage, one);
    // What the file does not set the base image may.
    const lookup = (name: string) =>
      config?.environment.get(name)?.value ?? config?.args.get(name) ?? unknown('third-party', textOrigin(one.span), [name], 'str');
    const expanded = ({ text, span }: Text) => expandText(text, builder.file.escape, lookup, span);
    if (one.kind === 'ENV')
      return one.entries.map(({ name, value, span }) => ({ kind: 'ENV', name, value: expanded(value), given: false, at: span }));
    return one.args.map((arg) => ({
      kind: 'ARG',
      name: arg.name,
      value: builder.request.args.get(arg.name) ?? (arg.default === null ? null : expanded(arg.default)),
      given: builder.request.args.has(arg.name),
      at: arg.span,
    }));
  });
}

/** Set by the container runtime or the official images of Python themselves: there, but with values of their own. */
const OF_RUNTIME = ['PATH', 'HOME', 'HOSTNAME'];
const OF_PYTHON = ['LANG', 'GPG_KEY', 'PYTHON_VERSION', 'PYTHON_SHA256'];

function environmentOf(builder: Builder, config: ImageConfig, base: BaseFacts): Environment {
  const variables = new Map<string, Value<string>>();
  for (const name of base.python ? [...OF_RUNTIME, ...OF_PYTHON] : OF_RUNTIME) {
    variables.set(name, unknown('host', { step: 'env', name, state: 'given', from: 'the base image' }, [name], 'str'));
  }
  const from = `${builder.request.dockerfile}, ENV`;
  for (const [name, { value, at }] of config.environment) variables.set(name, givenBy(name, value, at, from));
  if (base.plain) return { variables, closed: true };
  const at = config.externalBase?.at;
  return { variables, closed: { because: 'the base image may set variables', ...(at === undefined ? {} : { at }) } };
}

function workdirOf(config: ImageConfig, base: BaseFacts): Value<string> {
  if (config.workdir.set === 'here') return config.workdir.value;
  if (config.workdir.set === 'nowhere' || base.root) return known('/', defaultOrigin('Docker'));
  return unknown('third-party', { step: 'text', at: config.externalBase?.at ?? config.stage.span }, [], 'str');
}

function userOf(config: ImageConfig, base: BaseFacts): Value<string> {
  if (config.user.set === 'here') return config.user.value;
  if (config.user.set === 'nowhere' || base.root) return known('root', defaultOrigin('Docker'));
  return unknown('third-party', { step: 'text', at: config.externalBase?.at ?? config.stage.span }, [], 'str');
}

function commandOf(
  setting: Setting<{
    readonly form: 'exec' | 'shell';
    readonly argv: readonly string[];
    readonly words: readonly { readonly text: string; readonly span: Span }[];
  }>,
): InstructionCommand | null {
  if (setting.set !== 'here') return null;
  const { form, argv, words } = setting.value;
  const before = argv.length - words.length;
  return {
    form,
    at: setting.at,
    argv: argv.map((text, index) => known(text, { step: 'text', at: words[index - before]?.span ?? setting.at })),
  };
}

function isCopy(instruction: Instruction): instruction is CopyInstruction {
  return instruction.kind === 'COPY' || instruction.kind === 'ADD';
}

function configBefore(builder: Builder, stage: Stage, instruction: Instruction): ImageConfig | null {
  return effective(builder.file, String(stage.index), builder.request.args, instruction);
}

function expandedIn(builder: Builder, config: ImageConfig | null, text: { readonly text: string; readonly span: Span }): Value<string> {
  const lookup = (name: string) => config?.environment.get(name)?.value ?? config?.args.get(name) ?? null;
  return expandText(text.text, builder.file.escape, lookup, text.span);
}

function copyOf(builder: Builder, stage: Stage, one: CopyInstruction): Copy {
  const config = configBefore(builder, stage, one);
  const target = expandedIn(builder, config, one.target);
  const workdir = config === null ? null : workdirOf(config, baseFacts(config.externalBase?.reference ?? null));
  const sources = one.sources.flatMap((source) => {
    const value = expandedIn(builder, config, source);
    return value.kind === 'known' && !/^[a-z]+:\/\//.test(value.value) ? [cleanPath(value.value.replace(/^\/+/, '')) || '.'] : [];
  });
  return {
    sources: one.from === null ? sources : one.sources.map((source) => source.text),
    target: absoluteTarget(target, workdir),
    from: one.from === null ? null : one.from.text,
    at: one.span,
  };
}

/** Keeps a trailing slash: it says that the target is a folder. */
function absoluteTarget(target: Value<string>, workdir: Value<string> | null): Value<string> {
  if (target.kind !== 'known' || target.value.startsWith('/')) return target;
  if (workdir === null || workdir.kind !== 'known') return unknown('third-party', target.origin, [], 'str');
  const folder = /(^|\/)\.?$/.test(target.value) ? '/' : '';
  return known(cleanPath(`${workdir.value}/${target.value}`).replace(/\/$/, '') + folder, target.origin);
}

/** Stages that `COPY --from` may chain before what they hold counts as unknown. */
const MAX_STAGES_DEEP = 4;

/** The files that a stage and those it is built upon copy in. */
function layersOf(builder: Builder, stage: Stage, parents: readonly Stage[], depth: number): FileLayers {
  const copies: CopiedFiles[] = [];
  const folders = new Set<string>();
  for (const one of [...parents].reverse().concat(stage)) {
    for (const instruction of one.instructions) {
      if (isCopy(instruction)) copies.push(...copiedFiles(builder, one, instruction, depth));
    }
    const config = effective(builder.file, String(one.index), builder.request.args);
    if (config?.workdir.set === 'here' && config.workdir.value.kind === 'known') folders.add(config.workdir.value.value);
  }
  const { tree, request, ignore } = builder;
  return fileLayers(copies, { tree, context: request.context, ignore, folders: [...folders] });
}

function copiedFiles(builder: Builder, stage: Stage, instruction: CopyInstruction, depth: number): readonly CopiedFiles[] {
  const copy = copyOf(builder, stage, instruction);
  if (copy.target.kind !== 'known') return [];
  const target = copy.target.value;
  if (copy.from === null) {
    const sources = copy.sources.flatMap((source) => pathIn(builder.request.context, source) ?? []);
    return sources.length === 0 ? [] : [{ sources, target, stage: null }];
  }
  const name = copy.from.toLowerCase();
  const from = builder.file.stages.find((one) => one.index < stage.index && (one.name === name || String(one.index) === name));
  const config = from === undefined ? null : effective(builder.file, String(from.index), builder.request.args);
  if (from === undefined || config === null || depth >= MAX_STAGES_DEEP) return [{ sources: copy.sources, target, stage: 'unknown' }];
  return [
    { sources: copy.sources.map((source) => cleanPath(`/${source}`)), target, stage: layersOf(builder, from, config.parents, depth + 1) },
  ];
}

function runsOf(builder: Builder, stage: Stage, layers: FileLayers, base: BaseFacts): readonly RunCommand[] {
  return stage.instructions.flatMap((one) => (one.kind === 'RUN' ? runCommands(builder, stage, one, layers, base) : []));
}

function runCommands(builder: Builder, stage: Stage, run: RunInstruction, layers: FileLayers, base: BaseFacts): readonly RunCommand[] {
  const config = configBefore(builder, stage, run);
  if (config === null) return [];
  const context: CommandContext = {
    tree: builder.tree,
    syntaxes: builder.syntaxes,
    environment: environmentOfRun(builder, config, base, run),
    workdir: workdirOf(config, base),
    locate: layers.locate,
  };
  const { file } = run.span;
  const text = run.command.argv[0]?.text ?? '';
  if (run.command.form === 'exec') {
    const argv = run.command.argv.map((one) => known(one.text, { step: 'text', at: one.span }));
    return runArgv(argv, run.span, context).commands;
  }
  const [heredoc] = run.heredocs;
  if (heredoc !== undefined && text.trimStart().startsWith('<<')) {
    return runText(heredoc.content, { file, place: heredoc.span.start }, context).commands;
  }
  return runText(text, { file, place: placeOfShell(run.command) }, context).commands;
}

/** RUN sees ARGs as variables too, and secrets that are mounted as such. */
function environmentOfRun(builder: Builder, config: ImageConfig, base: BaseFacts, run: RunInstruction): Environment {
  const { variables, closed } = environmentOf(builder, config, base);
  const all = new Map(variables);
  for (const [name, value] of config.args) if (value !== null && !config.environment.has(name)) all.set(name, value);
  for (const flag of run.flags) {
    const name = flag.name === 'mount' ? /(?:^|,)env=([A-Za-z_]\w*)/.exec(flag.value)?.[1] : undefined;
    if (name !== undefined) all.set(name, unknown('opaque-env', { step: 'text', at: flag.span }, [name], 'str'));
  }
  return { variables: all, closed };
}
