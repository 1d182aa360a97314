import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Data } from '../../src/core/data.ts';
import { known, unknown, type Value } from '../../src/core/value.ts';
import { EMPTY_ENVIRONMENT, layerOf, withLayers } from '../../src/deployment/environment.ts';
import type { Bind, Command, Server } from '../../src/deployment/model.ts';
import type { EvaluatedFile } from '../../src/deployment/server/context.ts';
import { serverOf } from '../../src/deployment/server/server.ts';
import { memoryTree } from '../../src/files/memory.ts';

interface GunicornCase {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly conf_text?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly result: {
    readonly error?: string;
    readonly app?: string;
    readonly address?: readonly (readonly [string, number] | string | number)[];
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly worker_class_effective?: string;
  };
}

const cases: readonly GunicornCase[] = JSON.parse(readFileSync(new URL('../data/gunicorn_cases.json', import.meta.url), 'utf8'));
const at = { file: 'Procfile', start: 0, end: 1 };
const origin = { step: 'text', at } as const;

/** Reads the one-line assignments of the cases; anything but a literal is unknown. */
function evaluateLiterals(text: string): EvaluatedFile {
  const names = new Map<string, Value<Data>>();
  let raised: EvaluatedFile['raised'] = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('raise')) raised = { type: 'SystemExit', message: 'no', at };
    const [, name, literal] = /^(\w+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (name !== undefined && literal !== undefined) names.set(name, literalOf(literal));
  }
  return { names, complete: true, raised };
}

function literalOf(text: string): Value<Data> {
  if (text === 'None') return known(null, origin);
  if (/^-?[\d.]+$/.test(text)) return known(Number(text), origin);
  if (/^".*"$/.test(text)) return known(text.slice(1, -1), origin);
  if (!text.startsWith('[')) return unknown('host', origin);
  const items = [...text.matchAll(/"([^"]*)"/g)].map((found) => known<Data>(found[1] ?? '', origin));
  return known({ kind: 'list', items, complete: true }, origin);
}

function serverFor(one: GunicornCase): Server | null {
  const folder = one.cwd === undefined ? '/app' : `/app/${one.cwd}`;
  const inFolder = Object.fromEntries(
    Object.entries(one.conf_text ?? {}).map(([name, text]) => [
      one.cwd !== undefined && name === 'gunicorn.conf.py' ? `${one.cwd}/${name}` : name,
      text,
    ]),
  );
  const environment = withLayers(EMPTY_ENVIRONMENT, [
    layerOf(Object.entries(one.env).map(([name, value]) => [name, known(value, origin)])),
  ]);
  const command: Command = {
    name: 'gunicorn',
    argv: ['gunicorn', ...one.argv].map((word) => known(word, origin)),
    at,
    environment,
    workdir: known(folder, origin),
    conditional: false,
    failureIgnored: false,
    remote: false,
    management: null,
    settings: null,
  };
  return serverOf(command, {
    tree: memoryTree(inFolder),
    locate: (path) => (path.startsWith('/app/') ? path.slice('/app/'.length) : null),
    evaluate: (path) => evaluateLiterals(inFolder[path] ?? ''),
  });
}

function answer(value: Value<unknown>): unknown {
  return value.kind === 'known' ? value.value : undefined;
}

function address(bind: Bind): unknown {
  if (bind.kind === 'tcp') return [bind.address, bind.port];
  return bind.kind === 'unix' ? bind.path : 3;
}

test.each(cases.map((one, index) => [`${index} ${one.argv.join(' ')}`, one] as const))('gunicorn: %s', (_name, one) => {
  const server = serverFor(one);
  const settings = one.result.settings ?? {};
  if (server === null) throw new Error('no server');
  const answers: Readonly<Record<string, unknown>> = {
    workers: answer(server.workers),
    threads: answer(server.threads),
    timeout: answer(server.timeout),
    max_requests: answer(server.maxRequests),
    max_requests_jitter: answer(server.maxRequestsJitter),
    forwarded_allow_ips: answer(server.forwardedAllowIps),
    preload_app: settings['preload_app'] === undefined ? undefined : answer(server.preload),
    accesslog: settings['accesslog'] === undefined ? undefined : answer(server.accessLog),
  };
  const given = Object.entries(answers).filter(([name, value]) => value !== undefined && name in settings);
  expect(Object.fromEntries(given)).toEqual(Object.fromEntries(given.map(([name]) => [name, settings[name]])));
  if (one.result.error !== undefined) return;
  const undecided = /cpu_count/.test(Object.values(one.conf_text ?? {}).join()) ? 1 : 0;
  expect(given.length).toBeGreaterThanOrEqual(6 - undecided);
  expect(answer(server.workerClass)).toBe(one.result.worker_class_effective);
  expect(answer(server.app)).toBe(one.result.app);
  if (one.result.address === undefined) expect(server.binds.complete).not.toBe(true);
  else expect(server.binds.items.map(address)).toEqual(one.result.address);
});
