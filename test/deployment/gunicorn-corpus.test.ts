import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonTools } from '../../src/cli/python-tools.ts';
import { lineIndex, positionAt } from '../../src/core/span.ts';
import { known, type Value } from '../../src/core/value.ts';
import { readCompose } from '../../src/deployment/compose/compose.ts';
import { EMPTY_ENVIRONMENT, layerOf, withLayers } from '../../src/deployment/environment.ts';
import { startContainer } from '../../src/deployment/image/container.ts';
import { readBuild } from '../../src/deployment/image/image.ts';
import type { Server } from '../../src/deployment/model.ts';
import { CHECKOUT_PATHS, containerPaths, repositoryFile } from '../../src/deployment/path-map.ts';
import type { EvaluateFile } from '../../src/deployment/server/context.ts';
import { serverOf } from '../../src/deployment/server/server.ts';
import { runScriptFile, runText } from '../../src/deployment/shell/run.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { diskTree } from '../../src/files/disk.ts';
import type { SourceTree } from '../../src/files/tree.ts';

/** PRODCHECK_CORPUS: the deployment corpus; PRODCHECK_TREES: the projects it was made from. Both are for development only. */
const corpus = process.env['PRODCHECK_CORPUS'];
const trees = process.env['PRODCHECK_TREES'];
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

function serverOfRun(tree: SourceTree, run: Run, evaluate: EvaluateFile): Server | null {
  const { kind, file = '', files = [], service, stage, line } = run.origin;
  const context = contextFor(tree, run.env);
  const within = { tree, locate: context.locate, evaluate };
  if (kind === 'conf') {
    const { main } = runText(`gunicorn -c ${file} app:application`, { file, place: 0 }, context);
    return main === null ? null : serverOf(main, within);
  }
  if (kind === 'compose')
    return readCompose(tree, files, syntaxes, { evaluate }).processes.find((one) => one.name === service)?.server ?? null;
  if (kind === 'dockerfile') {
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
  const read = tree.read(file);
  if (!read.ok) return null;
  if (kind === 'procfile') {
    const text = read.text.split('\n')[(line ?? 1) - 1]?.replace(/^\w+:\s*/, '') ?? '';
    const { main } = runText(text, { file, place: 0 }, context);
    return main === null ? null : serverOf(main, within);
  }
  const started = runScriptFile(file, `<ROOT>/${file}`, [], context);
  const index = lineIndex(read.text);
  const command = started?.commands.find((one) => one.name === 'gunicorn' && positionAt(index, one.at.start).line === line);
  return command === undefined ? null : serverOf(command, within);
}

const KINDS = new Set(['conf', 'compose', 'dockerfile', 'procfile', 'shell']);

test.skipIf(corpus === undefined || trees === undefined)(
  'real gunicorn lines (needs PRODCHECK_CORPUS and PRODCHECK_TREES)',
  async () => {
    const tally = { right: 0, unknown: 0, absent: [] as string[], wrong: [] as string[] };
    const folder = join(corpus ?? '', 'gunicorn');
    for (const name of readdirSync(folder).sort()) {
      const root = join(trees ?? '', name.replace(/\.json$/, ''));
      if (!existsSync(root)) continue;
      const truth: { readonly repo: string; readonly runs: Readonly<Record<string, Run>> } = JSON.parse(
        readFileSync(join(folder, name), 'utf8'),
      );
      const tree = diskTree(root);
      const evaluate = await evaluatorOf(tree);
      for (const [id, run] of Object.entries(truth.runs)) {
        if (!KINDS.has(run.origin.kind) || run.error !== undefined || run.unresolved != null) continue;
        const server = serverOfRun(tree, run, evaluate);
        const where = `${truth.repo} ${id}`;
        if (server === null) tally.absent.push(where);
        else compare(tally, where, server, run);
      }
    }
    console.log(
      `gunicorn: right ${tally.right}, unknown ${tally.unknown}, wrong ${tally.wrong.length}, not found ${tally.absent.join('\n  ')}`,
    );
    expect(tally.wrong).toEqual([]);
  },
  120_000,
);

function compare(tally: { right: number; unknown: number; wrong: string[] }, where: string, server: Server, run: Run): void {
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
