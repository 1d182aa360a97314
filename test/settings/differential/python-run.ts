import { spawn, spawnSync } from 'node:child_process';
import type { Program } from './program.ts';

/** What real Python makes of programs. `PRODCHECK_PYTHON` names the interpreter: libraries that it lacks are not generated. */

const PYTHON = process.env['PRODCHECK_PYTHON'] ?? 'python3';
const RUNNER = new URL('./run-programs.py', import.meta.url).pathname;
const LIBRARIES = ['decouple', 'environ', 'environs', 'dotenv', 'dj_database_url', 'split_settings', 'configurations'];

export interface Python {
  /** "3.11" */
  readonly version: string;
  readonly libraries: ReadonlySet<string>;
}

/** The Python at hand, null when there is none that is new enough for the grammar. */
export function pythonAtHand(): Python | null {
  const asked = spawnSync(PYTHON, [RUNNER, '--libraries', ...LIBRARIES], { encoding: 'utf8' });
  if (asked.status !== 0) return null;
  const answer: { version: string; libraries: string[] } = JSON.parse(asked.stdout);
  return Number(answer.version.split('.')[1]) >= 10 ? { version: answer.version, libraries: new Set(answer.libraries) } : null;
}

/** A value as `run-programs.py` writes it. */
export type Truth = null | boolean | string | TruthObject;
export interface TruthObject {
  readonly i?: string;
  readonly f?: string;
  readonly b?: string;
  readonly p?: string;
  readonly td?: number;
  readonly re?: string;
  readonly o?: readonly [string, string];
  readonly l?: readonly Truth[];
  readonly t?: readonly Truth[];
  readonly s?: readonly Truth[];
  readonly d?: readonly (readonly [Truth, Truth])[];
  readonly cycle?: true;
}

export interface TrueRun {
  readonly raised: { readonly type: string; readonly bases: readonly string[]; readonly text: string } | null;
  readonly names: Readonly<Record<string, Truth>>;
}

/** The runs of each program, one for each of its environments. */
export function truthsOf(programs: readonly Program[]): Promise<readonly (readonly TrueRun[])[]> {
  const input = JSON.stringify(
    programs.map(({ files, module, className, argv, environments }) => ({
      files,
      module,
      className,
      argv,
      environments: environments.runs,
    })),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, ['-W', 'ignore', RUNNER], { stdio: ['pipe', 'pipe', 'pipe'] });
    const parts: string[] = [];
    const errors: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (part: string) => parts.push(part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => errors.push(part));
    child.on('error', reject);
    child.on('close', () => {
      const lines = parts.join('').split('\n').filter(Boolean);
      if (lines.length === programs.length) resolve(lines.map((line) => JSON.parse(line)));
      else reject(new Error(`Python ended after ${lines.length} of ${programs.length} programs: ${errors.join('').slice(-2000)}`));
    });
    child.stdin.end(input);
  });
}
