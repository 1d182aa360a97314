import { test } from 'vitest';
import { pythonTools } from '../../src/cli/python-tools.ts';
import { lineIndex, positionAt } from '../../src/core/span.ts';
import { known, type Value } from '../../src/core/value.ts';
import { readCompose } from '../../src/deployment/compose/compose.ts';
import { EMPTY_ENVIRONMENT, layerOf, withLayers } from '../../src/deployment/environment.ts';
import { startContainer } from '../../src/deployment/image/container.ts';
import { readBuild } from '../../src/deployment/image/image.ts';
import type { Command, Server } from '../../src/deployment/model.ts';
import { CHECKOUT_PATHS, containerPaths, repositoryFile } from '../../src/deployment/path-map.ts';
import type { EvaluateFile, ServerContext } from '../../src/deployment/server/context.ts';
import { serverOf } from '../../src/deployment/server/server.ts';
import { runArgv, runScriptFile, runText } from '../../src/deployment/shell/run.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import type { SourceTree } from '../../src/files/tree.ts';
import { expectDefinite, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';

const syntaxes = await loadSyntaxes();

async function evaluatorOf(tree: SourceTree): Promise<EvaluateFile> {
  return (await pythonTools(tree)()).evaluate;
}

interface Run {
  readonly env?: Readonly<Record<string, string>> | null;
  readonly error?: string;
  readonly app?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly worker_class_effective?: string;
  readonly unresolved?: readonly string[];
  readonly origin: {
    readonly kind: string;
    readonly file?: string;
    readonly files?: readonly string[];
    readonly service?: string;
    readonly stage?: number;
    readonly line?: number;
    readonly process?: string;
  };
}

function contextFor(tree: SourceTree, env: Run['env']) {
  const origin = { step: 'default', of: 'test' } as const;
  const environment = withLayers(EMPTY_ENVIRONMENT, [
    layerOf(Object.entries(env ?? {}).map(([name, value]) => [name, known(value, origin)])),
  ]);
  return { tree, syntaxes, environment, workdir: known('<ROOT>', origin), locate: (path: string) => repositoryFile(CHECKOUT_PATHS, path) };
}

/** The command as it is found, in the environment in which gunicorn was asked: what a checkout lacks was not there either. */
function asAsked(command: Command, environment: Command['environment'], context: ServerContext): Server | null {
  return serverOf({ ...command, environment }, context);
}

function serverOfRun(tree: SourceTree, run: Run, evaluate: EvaluateFile): Server | null {
  const { kind, file = '', files = [], service, stage, line } = run.origin;
  const context = contextFor(tree, run.env);
  const within = { tree, locate: context.locate, evaluate };
  const ofText = (text: string) => {
    const { main } = runText(text, { file, place: 0 }, context);
    return main === null ? null : asAsked(main, context.environment, within);
  };
  if (kind === 'conf') return ofText(`gunicorn -c ${file} app:application`);
  if (kind === 'compose') {
    const process = readCompose(tree, files, syntaxes, { evaluate }).processes.find((one) => one.name === service);
    if (process?.command.kind !== 'known' || process.server === null) return null;
    const { commandAt, workdir } = process;
    const { main } = runArgv(process.command.value, commandAt, {
      ...context,
      workdir,
      locate: (path) => repositoryFile(process.paths, path),
    });
    return main === null ? null : asAsked(main, context.environment, { ...within, locate: (path) => repositoryFile(process.paths, path) });
  }
  if (kind === 'dockerfile') return serverOfImage(tree, file, stage, evaluate);
  const read = tree.read(file);
  if (!read.ok) return null;
  if (kind === 'procfile') return ofText(read.text.split('\n')[(line ?? 1) - 1]?.replace(/^\w+:\s*/, '') ?? '');
  const started = runScriptFile(file, `<ROOT>/${file}`, [], context);
  const index = lineIndex(read.text);
  const command = started?.commands.find((one) => one.name === 'gunicorn' && positionAt(index, one.at.start).line === line);
  // gunicorn was asked for each line as if it stood alone; ours does not go where a condition does not hold.
  return command === undefined ? ofText(logicalLine(read.text, line ?? 1)) : asAsked(command, context.environment, within);
}

function serverOfImage(tree: SourceTree, file: string, stage: number | undefined, evaluate: EvaluateFile): Server | null {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  const image = readBuild(tree, { dockerfile: file, context: folder, target: String(stage), args: new Map() }, syntaxes);
  if (image === null) return null;
  const { build, layers } = image;
  const paths = containerPaths({
    tree,
    layers,
    mounts: { items: [], complete: true },
    workdir: build.workdir.kind === 'known' ? build.workdir.value : null,
  });
  const start = { tree, syntaxes, image: image.image, paths, environment: build.environment, workdir: build.workdir, at: build.at };
  const { main } = startContainer({ ...start, command: { set: 'no' }, entrypoint: { set: 'no' } });
  return main === null ? null : serverOf(main, { tree, locate: (path) => repositoryFile(paths, path), evaluate });
}

/** A line with those that a backslash joins to it. */
function logicalLine(text: string, line: number): string {
  const lines = text.split('\n').slice(line - 1);
  const end = lines.findIndex((one) => !/\\\s*$/.test(one));
  return lines.slice(0, end + 1).join('\n');
}

const KINDS = new Set(['conf', 'compose', 'dockerfile', 'procfile', 'shell']);

test.skipIf(missing() !== null)(
  titleOf('real gunicorn lines against gunicorn'),
  async () => {
    const tally = newTally();
    const absent: string[] = [];
    for (const { name, tree, truth } of projectsOf('gunicorn', (text): { readonly runs: Readonly<Record<string, Run>> } =>
      JSON.parse(text),
    )) {
      const evaluate = await evaluatorOf(tree);
      for (const [id, run] of Object.entries(truth.runs)) {
        if (!KINDS.has(run.origin.kind) || run.error !== undefined || run.unresolved != null) continue;
        const server = serverOfRun(tree, run, evaluate);
        if (server === null) absent.push(`${name} ${id}`);
        else compare(tally, `${name} ${id}`, server, run);
      }
    }
    // A line that is not found leaves everything about it unknown.
    tally.unknown += absent.length * ANSWERS;
    if (absent.length > 0) console.log(`gunicorn lines that are not found: ${absent.join(', ')}`);
    expectDefinite('gunicorn', tally);
  },
  120_000,
);

/** Settings that are compared of each line. */
const ANSWERS = 11;

function compare(tally: Tally, where: string, server: Server, run: Run): void {
  const settings = run.settings ?? {};
  const answers: Readonly<Record<string, readonly [Value<unknown>, unknown]>> = {
    app: [server.app, run.app],
    workers: [server.workers, settings['workers']],
    threads: [server.threads, settings['threads']],
    timeout: [server.timeout, settings['timeout']],
    max_requests: [server.maxRequests, settings['max_requests']],
    max_requests_jitter: [server.maxRequestsJitter, settings['max_requests_jitter']],
    worker_class: [server.workerClass, run.worker_class_effective],
    forwarded: [server.forwardedAllowIps, settings['forwarded_allow_ips']],
    preload: [server.preload, settings['preload_app'] ?? false],
    accesslog: [server.accessLog, settings['accesslog'] ?? null],
  };
  for (const [name, [ours, real]] of Object.entries(answers)) {
    if (ours.kind !== 'known') tally.unknown++;
    else if (JSON.stringify(ours.value) === JSON.stringify(real)) tally.right++;
    else tally.wrong.push(`${where} ${name}: ${JSON.stringify(ours.value)} is really ${JSON.stringify(real)}`);
  }
  if (server.binds.complete !== true) {
    tally.unknown++;
    return;
  }
  const binds = server.binds.items.map((one) =>
    one.kind === 'tcp' ? `${one.address}:${one.port}` : one.kind === 'unix' ? `unix:${one.path}` : 'fd',
  );
  const real = Array.isArray(settings['bind'])
    ? settings['bind'].map((one) => (/:\d+$|^unix:/.test(String(one)) ? String(one) : `${one}:8000`))
    : [];
  if (JSON.stringify(binds) === JSON.stringify(real)) tally.right++;
  else tally.wrong.push(`${where} binds: ${binds} is really ${real}`);
}
