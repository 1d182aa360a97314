import { mapValue, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { EMPTY_ENVIRONMENT, layerOf, unknownEnvironment, withLayers, withoutVariable, withVariable } from '../environment.ts';
import { nameOf, textOf } from './command.ts';

/** A command line without the programs that only start another one. */
export interface Unwrapped {
  readonly argv: readonly Value<string>[];
  readonly environment: Environment;
  /** The user that a wrapper switches to; null when none does. */
  readonly user: Value<string> | null;
  /** A shell text to run instead of `argv`: `su app -c "…"`. */
  readonly text: Value<string> | null;
  /** The wrapper that starts it again when files change; null when none does. */
  readonly reloader: Value<string> | null;
}

/** How one wrapper reads its own command line. */
interface Wrapper {
  /** Word that must follow the name: `run` of `poetry run`. */
  readonly verb?: readonly string[];
  /** Options whose value is a word of its own. */
  readonly valued?: readonly string[];
  /** Words before the command that are no options. */
  readonly operands?: number;
  /** The command stands after `--` and nowhere else. */
  readonly dashes?: true;
  readonly assignments?: true;
  /** Where it names the user: an option, or its first operand. */
  readonly user?: readonly string[] | 'operand';
  /** It brings variables from a place that is not in the tree. */
  readonly brings?: string;
  /** It starts the command again when files change. */
  readonly reloads?: true;
}

const RUNNER: Wrapper = { verb: ['run'] };
const PLAIN: Wrapper = {};
const SECRETS: Wrapper = { verb: ['run', 'exec'], dashes: true, brings: 'a secret store' };

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['nohup', PLAIN],
  ['time', PLAIN],
  ['setsid', PLAIN],
  ['command', PLAIN],
  ['builtin', PLAIN],
  ['exec', PLAIN],
  ['unbuffer', PLAIN],
  ['eatmydata', PLAIN],
  ['ddtrace-run', PLAIN],
  ['catatonit', PLAIN],
  ['authbind', PLAIN],
  ['nice', { valued: ['-n', '--adjustment'] }],
  ['ionice', { valued: ['-c', '-n', '--class', '--classdata'] }],
  ['stdbuf', { valued: ['-i', '-o', '-e'] }],
  ['timeout', { valued: ['-s', '--signal', '-k', '--kill-after'], operands: 1 }],
  ['flock', { valued: ['-w', '--timeout', '-E'], operands: 1 }],
  ['dumb-init', { valued: ['-r', '--rewrite'] }],
  ['tini', { valued: ['-p', '-e'] }],
  ['docker-init', { valued: ['-p', '-e'] }],
  ['gosu', { operands: 1, user: 'operand' }],
  ['su-exec', { operands: 1, user: 'operand' }],
  ['s6-setuidgid', { operands: 1, user: 'operand' }],
  ['setuser', { operands: 1, user: 'operand' }],
  ['chpst', { valued: ['-u', '-U', '-b', '-e', '-d', '-n', '-l', '-m', '-o', '-p'], user: ['-u'] }],
  ['runuser', { valued: ['-u', '--user', '-g', '--group', '-G', '-s'], user: ['-u', '--user'] }],
  ['setpriv', { valued: ['--reuid', '--regid', '--groups'], user: ['--reuid'] }],
  [
    'dockerize',
    { valued: ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-retry-interval', '-wait-http-header', '-delims'] },
  ],
  ['newrelic-admin', { verb: ['run-program'] }],
  // Of Heroku's buildpack for nginx: https://github.com/heroku/heroku-buildpack-nginx
  ['start-nginx', PLAIN],
  ['poetry', RUNNER],
  ['pipenv', RUNNER],
  ['pdm', RUNNER],
  ['rye', RUNNER],
  ['hatch', RUNNER],
  ['pixi', RUNNER],
  [
    'uv',
    {
      verb: ['run'],
      valued: [
        '--with',
        '--extra',
        '--group',
        '--python',
        '-p',
        '--directory',
        '--project',
        '--package',
        '--env-file',
        '--index',
        '--only-group',
        '--no-group',
      ],
    },
  ],
  ['conda', { verb: ['run'], valued: ['-n', '--name', '-p', '--prefix', '--cwd'] }],
  ['mamba', { verb: ['run'], valued: ['-n', '--name', '-p', '--prefix', '--cwd'] }],
  ['micromamba', { verb: ['run'], valued: ['-n', '--name', '-p', '--prefix', '--cwd'] }],
  ['chamber', SECRETS],
  ['doppler', SECRETS],
  ['infisical', SECRETS],
  ['op', SECRETS],
  ['aws-vault', SECRETS],
  ['berglas', SECRETS],
  ['honcho', { verb: ['run'], brings: 'the .env file of honcho' }],
  ['dotenv', { valued: ['-f', '--file'], verb: ['run'], brings: 'the file that dotenv reads' }],
  ['watchmedo', { dashes: true, verb: ['auto-restart'], reloads: true }],
  ['nodemon', { valued: ['-w', '--watch', '-e', '--ext', '-i', '--ignore', '-d', '--delay', '-s', '--signal'], reloads: true }],
]);

const WAITING = /^(docker-)?(compose-)?wait[-_]?for([-_.].*)?$/;
const MAX_WRAPPERS = 16;

/** Takes off what only starts another program: exec, sudo, env, poetry run, tini, wait-for-it … -- and the like. */
export function unwrap(argv: readonly Value<string>[], environment: Environment): Unwrapped {
  let state: Unwrapped = { argv, environment, user: null, text: null, reloader: null };
  for (let i = 0; i < MAX_WRAPPERS; i++) {
    const next = peeled(state);
    if (next === null) break;
    state = next;
  }
  return state;
}

function peeled(state: Unwrapped): Unwrapped | null {
  const name = nameOf(state.argv);
  if (name === null || state.text !== null) return null;
  if (name === 'sudo') return withoutSudo(state);
  if (name === 'env') return withoutEnv(state);
  if (name === 'su') return withoutSu(state);
  if (name === 'watchfiles') return withoutWatchfiles(state);
  if (name === 'opentelemetry-instrument') return afterOptions(state, { valued: [] }, 1, true);
  if (isWaiting(state.argv, name)) return afterDashes(state);
  const wrapper = WRAPPERS.get(name);
  return wrapper === undefined ? null : withoutWrapper(state, wrapper);
}

function isWaiting(argv: readonly Value<string>[], name: string): boolean {
  const script = name === 'sh' || name === 'bash' ? nameOf(argv.slice(1)) : name;
  return script !== null && WAITING.test(script) && argv.some((word) => textOf(word) === '--');
}

function afterDashes(state: Unwrapped): Unwrapped | null {
  const at = state.argv.findIndex((word) => textOf(word) === '--');
  return at === -1 || at + 1 >= state.argv.length ? null : { ...state, argv: state.argv.slice(at + 1) };
}

function withoutWrapper(state: Unwrapped, wrapper: Wrapper): Unwrapped | null {
  let at = 1;
  if (wrapper.verb !== undefined) {
    at = state.argv.findIndex((word) => wrapper.verb?.includes(textOf(word) ?? '')) + 1;
    if (at === 0 || at > 4) return null;
  }
  const plain = wrapper.dashes ? afterDashes(state) : afterOptions(state, wrapper, at);
  const rest = plain === null || wrapper.reloads !== true ? plain : { ...plain, reloader: state.argv[0] ?? null };
  if (rest === null || wrapper.brings === undefined) return rest;
  const opaque = layerOf([], { because: `${wrapper.brings} brings variables that are not in the repository` });
  return { ...rest, environment: withLayers(rest.environment, [opaque]) };
}

/** Skips options (and the operands of the wrapper itself) from `at`; the rest is the command. */
function afterOptions(state: Unwrapped, wrapper: Wrapper, from: number, allValued = false): Unwrapped | null {
  const { argv } = state;
  let at = from;
  let user = state.user;
  for (; at < argv.length; at++) {
    const word = argv[at];
    const text = textOf(word);
    if (word === undefined || text === null || !text.startsWith('-') || text === '-') break;
    if (text === '--') {
      at++;
      break;
    }
    const [option = '', inline] = splitOption(text);
    const names = Array.isArray(wrapper.user) && wrapper.user.includes(option);
    if (names && inline !== null) user = mapValue(word, () => inline);
    const takesNext = inline === null && (allValued ? text.startsWith('--') : (wrapper.valued ?? []).includes(option));
    if (takesNext) {
      at++;
      if (names) user = argv[at] ?? user;
    }
  }
  if (wrapper.user === 'operand') user = argv[at] ?? user;
  at += wrapper.operands ?? 0;
  if (textOf(argv[at]) === '--') at++;
  return at >= argv.length ? null : { ...state, argv: argv.slice(at), user };
}

function splitOption(text: string): readonly [string, string | null] {
  const equals = text.startsWith('--') ? text.indexOf('=') : -1;
  return equals === -1 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;

/** Takes `NAME=value` words from the front. */
function withAssignments(state: Unwrapped): Unwrapped | null {
  let { argv, environment } = state;
  for (;;) {
    const [word] = argv;
    const found = word === undefined || word.kind !== 'known' ? null : ASSIGNMENT.exec(word.value);
    if (word === undefined || word.kind !== 'known' || found === null) break;
    environment = withVariable(environment, found[1] ?? '', { ...word, value: found[2] ?? '' });
    argv = argv.slice(1);
  }
  return argv.length === 0 ? null : { ...state, argv, environment };
}

const SUDO: Wrapper = {
  valued: ['-u', '--user', '-g', '--group', '-h', '-p', '-C', '-D', '--chdir', '-R', '-T', '-U', '-r', '-t'],
  user: ['-u', '--user'],
};

/** sudo makes the environment anew unless it is told to keep it; what its configuration keeps is not in the tree. */
function withoutSudo(state: Unwrapped): Unwrapped | null {
  const keeps = state.argv.some((word) => ['-E', '--preserve-env'].includes(textOf(word) ?? ''));
  const rest = afterOptions(state, SUDO, 1);
  if (rest === null) return null;
  const environment = keeps ? rest.environment : unknownEnvironment('sudo resets the environment');
  const [first] = state.argv;
  const root = first?.kind === 'known' ? { ...first, value: 'root' } : null;
  return withAssignments({ ...rest, environment, user: rest.user === state.user ? root : rest.user });
}

function withoutEnv(state: Unwrapped): Unwrapped | null {
  let { environment } = state;
  let at = 1;
  for (; at < state.argv.length; at++) {
    const text = textOf(state.argv[at]);
    if (text === null || !text.startsWith('-')) break;
    if (text === '-S' || text.startsWith('--split-string')) return null;
    if (text === '-' || text === '-i' || text === '--ignore-environment') environment = EMPTY_ENVIRONMENT;
    else if (text === '-u') environment = withoutVariable(environment, textOf(state.argv[++at]) ?? '');
    else if (text.startsWith('--unset=')) environment = withoutVariable(environment, text.slice('--unset='.length));
  }
  return withAssignments({ ...state, argv: state.argv.slice(at), environment });
}

/** `su user -c "text"`, `su - user -c "text"`: the text is run by a shell as that user. */
function withoutSu(state: Unwrapped): Unwrapped | null {
  const words = state.argv.slice(1);
  const flag = words.findIndex((word) => ['-c', '--command'].includes(textOf(word) ?? ''));
  const text = flag === -1 ? undefined : words[flag + 1];
  if (text === undefined) return null;
  const user = words.find((word, index) => index !== flag + 1 && !(textOf(word) ?? '-').startsWith('-')) ?? null;
  const login = words.some((word) => ['-', '-l', '--login'].includes(textOf(word) ?? ''));
  const environment = login ? unknownEnvironment('su starts a login shell') : state.environment;
  return { ...state, environment, user, text };
}

const WATCHFILES: Wrapper = {
  valued: ['--filter', '--args', '--target-type', '--ignore-paths', '--sigint-timeout', '--grace-period', '--sigkill-timeout'],
};

/** `watchfiles "celery -A app worker" src`: a command in one word, which it splits by itself; a Python function is none. */
function withoutWatchfiles(state: Unwrapped): Unwrapped | null {
  const rest = afterOptions(state, WATCHFILES, 1);
  const text = rest?.argv[0];
  if (text === undefined || !/\s/.test(textOf(text) ?? '')) return null;
  return { ...state, text, reloader: state.argv[0] ?? null };
}
