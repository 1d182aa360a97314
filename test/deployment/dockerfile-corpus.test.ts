import { createHash } from 'node:crypto';
import { test } from 'vitest';
import { lineIndex, positionAt, type Span } from '../../src/core/span.ts';
import type { Value } from '../../src/core/value.ts';
import { effective, type ImageConfig, type Instruction, parseDockerfile, type Setting } from '../../src/syntax/dockerfile/index.ts';
import { expectDefinite, judge, judgePlain, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';

type Row = Readonly<Record<string, unknown>>;
interface Stage {
  readonly name: string;
  readonly base: unknown;
  readonly platform?: string;
  readonly instructions: readonly Row[];
}
interface Truth {
  readonly files: Readonly<
    Record<
      string,
      { readonly error?: string; readonly stages?: readonly Stage[]; readonly effective?: readonly (Row & { readonly stage: number })[] }
    >
  >;
}

/** The corpus masks texts that look secret, and gives shell lines by their hash. */
function masked(ours: unknown, truth: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(truth)) return ours.map((one, index) => masked(one, truth[index]));
  if (typeof ours !== 'string' || typeof truth !== 'object' || truth === null) return ours;
  const hash: unknown = '$sha256' in truth ? truth.$sha256 : undefined;
  return hash === hashOf(ours) ? truth : ours;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function partsOf(one: Instruction): Row {
  switch (one.kind) {
    case 'ENV':
      return { env: one.entries.map((entry) => [entry.name, entry.value.text]) };
    case 'ARG':
      return { args: one.args.map((arg) => [arg.name, arg.default?.text ?? null]) };
    case 'RUN': {
      const { form, argv } = one.command;
      return form === 'shell' ? { form, sha256: hashOf(argv[0]?.text ?? '') } : { form };
    }
    case 'CMD':
    case 'ENTRYPOINT':
      return { form: one.command.form, argv: one.command.argv.map(({ text }) => text) };
    case 'COPY':
    case 'ADD':
      return { src: one.sources.map(({ text }) => text), dest: one.target.text, from: one.from?.text, chown: one.chown ?? undefined };
    case 'WORKDIR':
      return { path: one.path.text };
    case 'USER':
      return { user: one.user.text };
    case 'EXPOSE':
      return { ports: one.items.map(({ text }) => text).toSorted() };
    case 'STOPSIGNAL':
      return { signal: one.signal.text };
    default:
      return {};
  }
}

function compareStages(tally: Tally, where: string, text: string, truth: readonly Stage[]): void {
  const file = parseDockerfile(text, 'Dockerfile');
  const index = lineIndex(text);
  const lines = ({ start, end }: Span) => [positionAt(index, start).line, positionAt(index, end).line];
  judgePlain(tally, `${where} stages`, file.stages.length, truth.length);
  for (const [at, stage] of truth.entries()) {
    const ours = file.stages[at];
    const place = `${where} stage ${at}`;
    judgePlain(tally, place, [ours?.name ?? '', masked(ours?.base.text, stage.base)], [stage.name, stage.base]);
    const heads = (ours?.instructions ?? []).map((one) => [one.kind, lines(one.span)]);
    judgePlain(
      tally,
      `${place} lines`,
      heads,
      stage.instructions.map((one) => [one['i'], one['l']]),
    );
    for (const [number, one] of (ours?.instructions ?? []).entries()) {
      const real = stage.instructions[number] ?? {};
      for (const [key, value] of Object.entries(partsOf(one))) {
        judgePlain(
          tally,
          `${place} ${one.kind} ${number} ${key}`,
          masked(value, real[key] ?? (key === 'argv' ? [] : undefined)),
          real[key] ?? (key === 'argv' ? [] : undefined),
        );
      }
    }
  }
}

function judgeSetting<T>(tally: Tally, what: string, setting: Setting<T>, show: (value: T) => unknown, truth: unknown): void {
  judgePlain(tally, what, setting.set === 'here' ? masked(show(setting.value), truth) : undefined, truth);
}

function judgeValue(tally: Tally, what: string, setting: Setting<Value<string>>, truth: unknown): void {
  if (setting.set !== 'here') judgePlain(tally, what, undefined, truth);
  else if (setting.value.kind === 'known') judgePlain(tally, what, masked(setting.value.value, truth), truth);
  else tally.unknown++;
}

function compareEffective(tally: Tally, where: string, config: ImageConfig, truth: Row): void {
  const environment = Object.entries(typeof truth['env'] === 'object' && truth['env'] !== null ? truth['env'] : {});
  for (const [name, value] of environment) {
    const ours = config.environment.get(name)?.value;
    // A stage that depends on the machine is not chosen here.
    if (ours === undefined && config.externalBase?.reference.kind === 'unknown') tally.unknown++;
    else if (ours === undefined) judgePlain(tally, `${where} ENV ${name}`, undefined, value);
    else if (ours.kind === 'known') judgePlain(tally, `${where} ENV ${name}`, masked(ours.value, value), value);
    else tally.unknown++;
  }
  const filled = (argv: readonly string[]) => (argv.length === 0 ? undefined : argv);
  judgeSetting(tally, `${where} cmd`, config.cmd, (cmd) => filled(cmd.argv), truth['cmd']);
  judgeSetting(tally, `${where} entrypoint`, config.entrypoint, (one) => filled(one.argv), truth['entrypoint']);
  judgeValue(tally, `${where} user`, config.user, truth['user']);
  // The base image is taken as empty there, and may have a folder of its own here.
  if (config.workdir.set === 'here') judge(tally, `${where} workdir`, config.workdir.value, truth['workdir']);
  judgeSetting(
    tally,
    `${where} stopsignal`,
    config.stopsignal,
    (one) => (one.kind === 'known' ? one.value : undefined),
    truth['stopsignal'],
  );
  const health: unknown = truth['health'];
  judgeSetting(
    tally,
    `${where} health`,
    config.healthcheck,
    ({ test }) => test,
    typeof health === 'object' && health !== null && 'test' in health ? health.test : undefined,
  );
  const ports = [...new Set(config.expose.flatMap(({ port }) => (port.kind === 'known' ? [port.value] : [])))].toSorted();
  if (config.expose.every(({ port }) => port.kind === 'known')) judgePlain(tally, `${where} expose`, ports, truth['expose'] ?? []);
  else tally.unknown++;
}

test.skipIf(missing() !== null)(
  titleOf('real Dockerfiles against buildkit'),
  () => {
    const tally = newTally();
    for (const { name, tree, truth } of projectsOf('dockerfile', (text): Truth => JSON.parse(text))) {
      for (const [path, real] of Object.entries(truth.files)) {
        const read = tree.read(path);
        if (!read.ok || real.error !== undefined || real.stages === undefined) continue;
        const where = `${name} ${path}`;
        compareStages(tally, where, read.text, real.stages);
        const file = parseDockerfile(read.text, path);
        for (const one of real.effective ?? []) {
          const config = 'error' in one ? null : effective(file, String(one.stage));
          if (config !== null) compareEffective(tally, `${where} effective ${one.stage}`, config, one);
        }
      }
    }
    expectDefinite('dockerfile', tally);
  },
  120_000,
);
