import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING } from '../../src/core/limits.ts';
import { textOrigin } from '../../src/core/origin.ts';
import { lineIndex, positionAt, type Span } from '../../src/core/span.ts';
import { known, type Value } from '../../src/core/value.ts';
import {
  type CommandLine,
  type Dockerfile,
  effective,
  type Instruction,
  parseDockerfile,
  placeOfShell,
  type Setting,
} from '../../src/syntax/dockerfile/index.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';

interface Answer {
  readonly error?: string;
  readonly escape?: string;
  readonly meta_args?: readonly { readonly name: string; readonly default: string | null }[];
  readonly stages?: readonly {
    readonly name: string;
    readonly base: string;
    readonly platform?: string;
    readonly l: readonly number[];
    readonly instructions: readonly Row[];
  }[];
  readonly effective?: readonly Effective[];
}
type Row = Readonly<Record<string, unknown>>;
interface Effective extends Row {
  readonly stage: number;
  readonly env: readonly (readonly [string, string])[];
}
/** 47 small texts with what buildkit 0.26.0 makes of them, base images taken as empty. */
const CASES: readonly { readonly text: string; readonly result: Answer }[] = JSON.parse(
  readFileSync(new URL('../data/dockerfile_cases.json', import.meta.url), 'utf8'),
);

const UNKNOWN = { unknown: true };
const LINE_OF = (text: string) => {
  const index = lineIndex(text);
  return (span: Span) => [positionAt(index, span.start).line, positionAt(index, span.end).line];
};

function argvOf(command: CommandLine): readonly string[] {
  return command.argv.map((one) => one.text);
}

/** The parts of an instruction that the oracle tells, under the oracle's names. */
function row(one: Instruction): Row {
  switch (one.kind) {
    case 'ENV':
      return { env: one.entries.map((entry) => [entry.name, entry.value.text]) };
    case 'ARG':
      return { args: one.args.map((arg) => [arg.name, arg.default?.text ?? null]) };
    case 'CMD':
    case 'ENTRYPOINT':
    case 'RUN':
      return { form: one.command.form, argv: argvOf(one.command) };
    case 'COPY':
    case 'ADD':
      return { src: one.sources.map((source) => source.text), dest: one.target.text, from: one.from?.text, chown: one.chown ?? undefined };
    case 'WORKDIR':
      return { path: one.path.text };
    case 'USER':
      return { user: one.user.text };
    case 'EXPOSE':
      return { ports: one.items.map((item) => item.text).toSorted() };
    case 'VOLUME':
      return { volumes: one.items.map((item) => item.text) };
    case 'SHELL':
      return { shell: one.argv.map((item) => item.text) };
    case 'STOPSIGNAL':
      return { signal: one.signal.text };
    default:
      return {};
  }
}

function plain<T>(value: Value<T>): T | typeof UNKNOWN | undefined {
  return value.kind === 'known' ? value.value : UNKNOWN;
}

function here<T, U>(setting: Setting<T>, show: (value: T) => U): U | undefined {
  return setting.set === 'here' ? show(setting.value) : undefined;
}

function unlessEmpty(argv: readonly string[] | undefined): readonly string[] | undefined {
  return argv?.length === 0 ? undefined : argv;
}

/** What stays unknown because the base image may decide it. */
const LEFT_UNKNOWN: Readonly<Record<string, readonly string[]>> = {
  'ARG V=1\nFROM a:$V\nENV W=$V\nARG V\nENV X=$V\n': ['W'],
  'FROM a\nENV A=1 B=$A\nENV C=$B\n': ['B', 'C'],
  'FROM a\nENV A=${B:-x} C=${B:+y} D=\\$B\n': ['A', 'C'],
  'FROM a\nUSER root\nUSER 1000:1000\nUSER $U\n': ['user'],
};

describe('against buildkit', () => {
  it.each(CASES.map((one) => [JSON.stringify(one.text), one] as const))('%s', (_, { text, result }) => {
    const file = parseDockerfile(text, 'Dockerfile');
    expect(file.problems.length > 0).toBe(result.error !== undefined);
    if (result.error !== undefined) return;
    const lines = LINE_OF(text);
    expect(file.escape).toBe(result.escape);
    expect(file.metaArgs.flatMap((one) => one.args.map((arg) => ({ name: arg.name, default: arg.default?.text ?? null })))).toMatchObject(
      (result.meta_args ?? []).map((one) => ({ name: one.name, default: one.default })),
    );
    for (const [i, wanted] of (result.stages ?? []).entries()) {
      const stage = file.stages[i];
      expect([stage?.name ?? '', stage?.base.text, stage?.platform ?? undefined]).toEqual([wanted.name, wanted.base, wanted.platform]);
      expect(stage?.instructions.map((one) => [one.kind, lines(one.span)])).toEqual(wanted.instructions.map((one) => [one['i'], one['l']]));
      for (const [j, instruction] of (stage?.instructions ?? []).entries()) {
        const known = row(instruction);
        const expected = Object.fromEntries(Object.keys(known).map((key) => [key, wanted.instructions[j]?.[key]]));
        expect(known).toEqual('argv' in expected ? { ...expected, argv: expected['argv'] ?? [] } : expected);
      }
    }
    for (const wanted of result.effective ?? []) checkEffective(file, wanted, LEFT_UNKNOWN[text] ?? []);
  });
});

function checkEffective(file: Dockerfile, wanted: Effective, unknowns: readonly string[]): void {
  const config = effective(file, String(wanted.stage));
  if (config === null) throw new Error('no such stage');
  const variables = [...config.environment].map(([name, one]) => [name, plain(one.value)]);
  expect(variables.toSorted()).toEqual(wanted.env.map(([name, value]) => [name, unknowns.includes(name) ? UNKNOWN : value]));
  expect(unlessEmpty(here(config.cmd, (cmd) => cmd.argv))).toEqual(wanted['cmd']);
  expect(unlessEmpty(here(config.entrypoint, (one) => one.argv))).toEqual(wanted['entrypoint']);
  expect(here(config.user, plain)).toEqual(unknowns.includes('user') ? UNKNOWN : wanted['user']);
  if (config.workdir.set === 'here' && config.workdir.value.kind === 'known') expect(config.workdir.value.value).toBe(wanted['workdir']);
  expect([...new Set(config.expose.map((one) => plain(one.port)))].toSorted()).toEqual(wanted['expose'] ?? []);
  expect(config.volumes.map((one) => plain(one.path))).toEqual(wanted['volumes'] ?? []);
  expect(here(config.healthcheck, (one) => ({ test: one.test }))).toEqual(wanted['health'] && { test: Object(wanted['health']).test });
  expect(here(config.stopsignal, plain)).toEqual(wanted['stopsignal']);
  expect(here(config.shell, (one) => one)).toEqual(wanted['shell']);
}

function configOf(text: string, target?: string, buildArgs?: ReadonlyMap<string, Value<string>>) {
  const config = effective(parseDockerfile(text, 'Dockerfile'), target, buildArgs);
  if (config === null) throw new Error('no such stage');
  return config;
}

const AT = textOrigin({ file: 'compose.yml', start: 0, end: 0 });

describe('the base image', () => {
  it('may set what the file does not', () => {
    const config = configOf('FROM python:3.12\nENV PATH=/venv/bin:$PATH\n');
    expect([config.cmd.set, config.user.set, config.environmentComplete, config.environment.get('PATH')?.value.kind]).toEqual([
      'base',
      'base',
      false,
      'unknown',
    ]);
  });

  it('is nothing for scratch', () => {
    const config = configOf('FROM scratch\nENV A=x$B\n');
    expect([config.cmd.set, config.environmentComplete, config.externalBase]).toEqual(['nowhere', true, null]);
    expect(plain(config.environment.get('A')?.value ?? known('', AT))).toBe('x');
  });

  it('has an unknown name when its tag needs an argument', () => {
    const text = 'ARG V\nFROM python:$V\n';
    expect(configOf(text).externalBase?.reference.kind).toBe('unknown');
    expect(configOf(text, undefined, new Map([['V', known('3.12', AT)]])).externalBase?.reference).toMatchObject({ value: 'python:3.12' });
    expect(configOf('ARG V=3\nFROM python:${V}-slim AS a\nFROM a\n').externalBase?.reference).toMatchObject({ value: 'python:3-slim' });
  });

  it('loses its CMD to an ENTRYPOINT', () => {
    expect(configOf('FROM a\nENTRYPOINT ["x"]\n').cmd).toEqual({ set: 'nowhere' });
  });

  it('hides arguments that share a name with its own variables', () => {
    expect(configOf('FROM python\nARG PYTHON_VERSION=3\nENV V=$PYTHON_VERSION\n').environment.get('V')?.value.kind).toBe('unknown');
    expect(configOf('FROM python\nARG APP_HOME=/app\nWORKDIR $APP_HOME\n').workdir).toMatchObject({ value: { value: '/app' } });
  });
});

describe('scopes', () => {
  it('takes build arguments before defaults', () => {
    const given = new Map([['MODE', known('prod', AT)]]);
    expect(plain(configOf('FROM a\nARG MODE=dev\nENV M=$MODE\n', undefined, given).environment.get('M')?.value ?? known('', AT))).toBe(
      'prod',
    );
  });

  it('does not guess between ENV and a later ARG of the same name', () => {
    expect(configOf('FROM scratch\nENV A=1\nARG A=2\nENV B=$A\n').environment.get('B')?.value.kind).toBe('unknown');
  });

  it('finds a target by name in any case and by number', () => {
    const text = 'FROM a AS Web\nCMD ["w"]\nFROM a AS dev\nCMD ["d"]\n';
    for (const target of ['web', 'WEB', '0']) expect(configOf(text, target).cmd).toMatchObject({ value: { argv: ['w'] } });
    expect(effective(parseDockerfile(text, 'f'), 'none')).toBeNull();
  });

  it('tells what holds when an instruction runs', () => {
    const file = parseDockerfile('FROM a\nENV A=1\nRUN x\nENV A=2\nUSER u\n', 'f');
    const run = file.stages[0]?.instructions.find((one) => one.kind === 'RUN');
    const config = effective(file, undefined, new Map(), run);
    expect([config?.environment.get('A')?.value, config?.user.set]).toMatchObject([{ value: '1' }, 'base']);
  });

  it('is bounded for values that double', () => {
    const config = configOf(`FROM scratch\nENV A=xx\n${'ENV A=$A$A\n'.repeat(60)}`);
    expect(config.environment.get('A')?.value).toMatchObject({ kind: 'unknown', why: 'limit' });
  });

  it('is bounded for nested defaults', () => {
    const config = configOf(`FROM scratch\nENV A=${'${B:-'.repeat(MAX_NESTING + 1)}\n`);
    expect(config.environment.get('A')?.value).toMatchObject({ kind: 'unknown' });
    expect(configOf(`FROM scratch\nENV A=${'${B:-'.repeat(20)}x${'}'.repeat(20)}\n`).environment.get('A')?.value).toMatchObject({
      value: 'x',
    });
  });

  it('is bounded for long chains of stages', () => {
    const count = MAX_NESTING + 10;
    const text = Array.from({ length: count }, (_, i) => `FROM ${i === 0 ? 'scratch' : `s${i - 1}`} AS s${i}`).join('\n');
    expect(configOf(text).externalBase?.reference.kind).toBe('unknown');
  });
});

describe('places', () => {
  it('leads from a joined shell line back to the file', () => {
    const text = 'FROM a\nRUN one && \\\n  # why\n  two\n';
    const run = parseDockerfile(text, 'f').stages[0]?.instructions[0];
    if (run?.kind !== 'RUN') throw new Error('no RUN');
    const line = run.command.argv[0]?.text ?? '';
    expect(line).toBe('one &&   two');
    expect(placeOfShell(run.command)(line.indexOf('two'))).toBe(text.indexOf('two'));
    expect(parseDockerfile(text, 'f').comments).toMatchObject([{ text: ' why' }]);
  });

  it('spans words of exec form, ENV and flags', () => {
    const text = 'FROM a\nENV A="b c" D=e\nCOPY --from=x --chown=u:g a b /c/\nCMD ["g\\u0041", "h"]\n';
    const [env, copy, cmd] = parseDockerfile(text, 'f').stages[0]?.instructions ?? [];
    const cut = (span: Span | undefined) => text.slice(span?.start, span?.end);
    if (env?.kind !== 'ENV' || copy?.kind !== 'COPY' || cmd?.kind !== 'CMD') throw new Error('misread');
    expect(env.entries.map((one) => cut(one.value.span))).toEqual(['"b c"', 'e']);
    expect([cut(copy.from?.span), cut(copy.target.span), copy.from?.text]).toEqual(['--from=x', '/c/', 'x']);
    expect(cmd.command.argv.map((one) => [one.text, cut(one.span)])).toEqual([
      ['gA', '"g\\u0041"'],
      ['h', '"h"'],
    ]);
  });

  it('reads heredocs of RUN and COPY', () => {
    const text = 'FROM a\nRUN <<-EOF\n\techo 1\n\tEOF\nCOPY <<"A" <<B /d/\n$x\nA\ny\nB\nUSER u\n';
    const [run, copy, user] = parseDockerfile(text, 'f').stages[0]?.instructions ?? [];
    if (run?.kind !== 'RUN' || copy?.kind !== 'COPY') throw new Error('misread');
    expect(run.heredocs).toMatchObject([{ name: 'EOF', content: 'echo 1\n', expand: true }]);
    expect(copy.heredocs.map((one) => [one.content, one.expand, text.slice(one.span.start, one.span.end)])).toEqual([
      ['$x\n', false, '$x\n'],
      ['y\n', true, 'y\n'],
    ]);
    expect([copy.sources, user?.kind]).toEqual([[], 'USER']);
  });

  it('sees no heredoc in a line with an open quote, as buildkit does', () => {
    const file = parseDockerfile('FROM a\nCOPY <<E /x y"\nUSER u\n', 'f');
    expect([file.problems, file.stages[0]?.instructions.map((one) => one.kind)]).toEqual([[], ['COPY', 'USER']]);
    expect(parseDockerfile('FROM a\nCOPY <<E /x\nUSER u\n', 'f').problems).toHaveLength(1);
  });

  it('drops an escape at the end and refuses flags where there are none', () => {
    const env = parseDockerfile('FROM a\nENV A=b\\\\\\ \nUSER u', 'f').stages[0]?.instructions;
    expect(env).toMatchObject([{ kind: 'ENV', entries: [{ value: { text: 'b\\\\' } }] }, { kind: 'USER' }]);
    expect(parseDockerfile('FROM a\nCMD --x y\n', 'f').problems).toMatchObject([{ message: 'CMD takes no flags.' }]);
  });

  it('says that a template statement is none of its instructions', () => {
    expect(parseDockerfile('{% if x %}\nFROM a\nENV A={{ b }}\n{% endif %}\n', 'f').problems).toHaveLength(3);
    expect(configOf('FROM a\nENV A={{b}}\n').environment.get('A')?.value.kind).toBe('unknown');
  });
});

const PIECES = [
  'FROM a',
  ' AS b',
  'ENV ',
  'ARG A',
  'RUN ',
  'CMD ',
  'COPY ',
  '--from=x ',
  'HEALTHCHECK ',
  '["a"',
  ']',
  '\n',
  '\\\n',
  '`\n',
  '# escape=`\n',
  '#',
  '<<E',
  '\nE\n',
  '"',
  "'",
  '$',
  '${',
  '}',
  ':-',
  '=',
  ' ',
  '\r\n',
  '\t',
  'é',
  '😀',
  '\uFEFF',
  'x',
];

describe('totality', () => {
  it('never throws and keeps spans inside the text', () => {
    const texts = damagedTexts({ samples: CASES.map((one) => one.text), pieces: PIECES, most: 60, prefix: 'FROM a\n' });
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseDockerfile(text, 'f');
        for (const span of spansWithin([file.metaArgs, file.stages, file.comments]))
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
        for (const one of file.problems) expect(one.at >= 0 && one.at <= text.length).toBe(true);
        for (const stage of file.stages) expect(effective(file, String(stage.index))).not.toBeNull();
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('reads hostile text in linear time', () => {
    for (const unit of ['FROM a\n', 'RUN <<E\n', 'RUN \\\n', '# c\n', 'ENV A=$A$A\n', '"', '${', '[', '\\', 'ENV "']) {
      effective(parseDockerfile(`FROM a\n${unit.repeat(50_000)}`, 'f'));
    }
  }, 20_000);
});
