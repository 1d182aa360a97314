import { describe, expect, test } from 'vitest';
import { known, type Value } from '../../src/core/value.ts';
import type { CommandContext, Started } from '../../src/deployment/command/command.ts';
import { EMPTY_ENVIRONMENT, layerOf, unknownEnvironment, withLayers } from '../../src/deployment/environment.ts';
import { runArgv, runScriptFile, runText } from '../../src/deployment/shell/run.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';

const syntaxes = await loadSyntaxes();
const origin = { step: 'default', of: 'test' } as const;

function contextOf(files: Readonly<Record<string, string>> = {}, variables: Readonly<Record<string, string>> = {}): CommandContext {
  const given = Object.entries(variables).map(([name, value]) => [name, known(value, origin)] as const);
  return {
    tree: memoryTree(files),
    syntaxes,
    environment: withLayers(EMPTY_ENVIRONMENT, [layerOf(given)]),
    workdir: known('/app', origin),
    locate: (path) => (path.startsWith('/app/') ? path.slice('/app/'.length) : null),
  };
}

function text(value: Value<string>): string {
  return value.kind === 'known' ? value.value : '?';
}

function lines(started: Started): readonly string[] {
  return started.commands.map((one) => one.argv.map(text).join(' '));
}

function run(script: string, context = contextOf()): Started {
  return runText(script, { file: 'run.sh', place: 0 }, context);
}

function mainOf(started: Started): string | null {
  return started.main === null ? null : started.main.argv.map(text).join(' ');
}

describe('words', () => {
  test.each([
    ['gunicorn -b 0.0.0.0:$PORT app', 'gunicorn -b 0.0.0.0:8000 app'],
    ['gunicorn -w ${WORKERS:-3} app', 'gunicorn -w 3 app'],
    ['gunicorn -w ${PORT:+9} app', 'gunicorn -w 9 app'],
    ['gunicorn $NOTHING app', 'gunicorn app'],
    ['gunicorn "$NOTHING" app', 'gunicorn  app'],
    ['gunicorn $OPTIONS app', 'gunicorn -w 2 app'],
    ['A=b; gunicorn $A', 'gunicorn b'],
    [': ${W:=7}; gunicorn -w $W', 'gunicorn -w 7'],
    ['gunicorn -w $(nproc) app', 'gunicorn -w ? app'],
  ])('%s', (script, expected) => {
    expect(mainOf(run(script, contextOf({}, { PORT: '8000', OPTIONS: '-w 2' })))).toBe(expected);
  });

  test('a variable of an environment that is not closed is not known', () => {
    const context = { ...contextOf(), environment: unknownEnvironment('a platform') };
    expect(mainOf(run('gunicorn --workers=${W:-3} app', context))).toBe('gunicorn --workers ? app');
  });
});

describe('wrappers', () => {
  test.each([
    ['exec gunicorn app', 'gunicorn app'],
    ['poetry run gunicorn app', 'gunicorn app'],
    ['uv run --no-dev gunicorn app', 'gunicorn app'],
    ['python -m gunicorn app', 'gunicorn app'],
    ['/venv/bin/python3.12 -u -m gunicorn app', 'gunicorn app'],
    ['tini -- gunicorn app', 'gunicorn app'],
    ['gosu django gunicorn app', 'gunicorn app'],
    ['sudo -u www-data gunicorn app', 'gunicorn app'],
    ['env A=b nice -n 5 gunicorn app', 'gunicorn app'],
    ['./wait-for-it.sh db:5432 -t 60 -- gunicorn app', 'gunicorn app'],
    ['newrelic-admin run-program gunicorn app', 'gunicorn app'],
    ['opentelemetry-instrument --traces_exporter console gunicorn app', 'gunicorn app'],
    ['su django -c "gunicorn app"', 'gunicorn app'],
    ['bash -lc "exec gunicorn app"', 'gunicorn app'],
  ])('%s', (script, expected) => expect(mainOf(run(script))).toBe(expected));

  test('gosu tells the user', () => {
    const { main } = run('exec gosu django gunicorn app');
    expect(main?.user).toMatchObject({ kind: 'known', value: 'django' });
  });

  test('a secret store may bring any variable', () => {
    expect(run('doppler run -- gunicorn app').main?.environment.closed).not.toBe(true);
  });
});

describe('what takes over', () => {
  test('an entrypoint passes its arguments on', () => {
    const files = { 'entrypoint.sh': '#!/bin/sh\nset -e\npython manage.py migrate\nexec "$@"\n' };
    const words = ['/app/entrypoint.sh', 'gunicorn', 'app'].map((word) => known(word, origin));
    const started = runArgv(words, { file: 'Dockerfile', start: 0, end: 1 }, contextOf(files));
    expect(lines(started)).toEqual(['python manage.py migrate', 'gunicorn app']);
    expect(mainOf(started)).toBe('gunicorn app');
    expect(started.commands[0]?.management?.name).toBe('migrate');
  });

  test('a script that is not in the tree hides what runs in the end', () => {
    expect(run('exec /opt/base/entrypoint.sh gunicorn app').main).toBeNull();
    expect(run('bash /opt/run gunicorn app').main).toBeNull();
    expect(mainOf(run('exec bash'))).toBe('bash');
  });

  test('`case` chooses by the argument', () => {
    const script = '#!/bin/sh\ncase "$1" in\n  web) exec gunicorn app ;;\n  work*) exec celery -A app worker ;;\n  *) exec "$@" ;;\nesac\n';
    const context = contextOf({ 'run.sh': script });
    const started = (arg: string) => runScriptFile('run.sh', '/app/run.sh', [known(arg, origin)], context);
    expect(mainOf(started('web') ?? run(''))).toBe('gunicorn app');
    expect(mainOf(started('worker') ?? run(''))).toBe('celery -A app worker');
    expect(mainOf(started('bash') ?? run(''))).toBe('bash');
  });

  test('`if` is decided where the variable is known', () => {
    const script =
      'if [ "$MODE" = "web" ]; then exec gunicorn app; elif [ "$MODE" = "beat" ]; then exec celery beat; else exec celery worker; fi';
    expect(mainOf(run(script, contextOf({}, { MODE: 'web' })))).toBe('gunicorn app');
    expect(mainOf(run(script, contextOf({}, { MODE: 'beat' })))).toBe('celery beat');
    expect(mainOf(run(script, contextOf({}, { MODE: '' })))).toBe('celery worker');
    const open = run(script, { ...contextOf(), environment: unknownEnvironment('a platform') });
    expect(open.main).toBeNull();
    expect(open.commands.every((one) => one.conditional)).toBe(true);
  });

  test('`[[ … ]]` is decided like `[ … ]` where both mean the same', () => {
    const script =
      '#!/bin/bash\nif [[ -n "$*" ]]; then\n  "$@"\nelif [[ "$DEV" == "1" ]]; then\n  python manage.py runserver\nelse\n  gunicorn app\nfi\n';
    const files = { 'run.sh': script };
    expect(mainOf(runScriptFile('run.sh', '/app/run.sh', [], contextOf(files)) ?? run(''))).toBe('gunicorn app');
    expect(mainOf(runScriptFile('run.sh', '/app/run.sh', [], contextOf(files, { DEV: '1' })) ?? run(''))).toBe(
      'python manage.py runserver',
    );
    expect(mainOf(runScriptFile('run.sh', '/app/run.sh', [known('sh', origin)], contextOf(files)) ?? run(''))).toBe('sh');
  });

  test('the first server in the foreground stays; what follows may never run', () => {
    const started = run('gunicorn one\ngunicorn two\n');
    expect(mainOf(started)).toBe('gunicorn one');
    expect(started.commands).toHaveLength(1);
  });

  test('a server behind `&` is what serves when nothing else does', () => {
    expect(mainOf(run('gunicorn app &\nwait'))).toBe('gunicorn app');
    expect(mainOf(run('gunicorn app &\nsleep infinity'))).toBe('gunicorn app');
    expect(mainOf(run('python manage.py migrate; sleep infinity'))).toBe('sleep infinity');
  });

  test('after `&&` a command runs, a test decides', () => {
    expect(mainOf(run('python manage.py migrate && gunicorn app'))).toBe('gunicorn app');
    expect(run('[ -n "$A" ] && python manage.py loaddata x; gunicorn app').commands).toHaveLength(1);
    expect(run('python manage.py migrate || true; gunicorn app').commands[0]?.failureIgnored).toBe(true);
  });
});

describe('surroundings', () => {
  test('exports, sourced files, `set -a` and `cd` reach the command', () => {
    const files = { '.env': 'A=1\nB="two words"\n' };
    const { main } = run('set -a; . ./.env; set +a; C=3; export D=4; cd sub && E=5 gunicorn app', contextOf(files));
    const given = [...(main?.environment.variables ?? [])].map(([name, value]) => `${name}=${text(value)}`);
    expect(given.sort()).toEqual(['A=1', 'B=two words', 'D=4', 'E=5']);
    expect(main?.workdir).toMatchObject({ value: '/app/sub' });
  });

  test('a sourced file that is not there opens the environment', () => {
    expect(run('. /run/secrets/env; gunicorn app').main?.environment.closed).not.toBe(true);
    expect(run('. venv/bin/activate; gunicorn app').main?.environment.closed).toBe(true);
  });

  test('an assignment that may not run leaves the variable unknown', () => {
    const { main } = run('A=1; if pg_isready; then A=2; fi; gunicorn $A');
    expect(main?.argv.map(text)).toEqual(['gunicorn', '?']);
  });

  test('the folder of the script is known', () => {
    const context = contextOf({ 'bin/run.sh': '#!/bin/bash\ncd "$(dirname "$0")/.."\nexec gunicorn app\n' });
    expect(runScriptFile('bin/run.sh', '/app/bin/run.sh', [], context)?.main?.workdir).toMatchObject({ value: '/app' });
  });
});

describe('other machines', () => {
  test('ssh runs its text there, knowing nothing of the environment', () => {
    const started = run('export A=1; ssh -p 22 deploy@host "cd /srv/app && python manage.py migrate"');
    const remote = started.commands.find((one) => one.remote);
    expect(remote?.management?.name).toBe('migrate');
    expect(remote?.workdir).toMatchObject({ value: '/srv/app' });
    expect(remote?.environment.variables.size).toBe(0);
    expect(remote?.environment.closed).not.toBe(true);
  });

  test('a here document is the remote script', () => {
    const started = run("ssh host <<'EOF'\ncd /srv\nsystemctl restart gunicorn\nEOF\n");
    expect(started.commands.filter((one) => one.remote).map((one) => one.argv.map(text).join(' '))).toEqual(['systemctl restart gunicorn']);
  });
});

test('spans point at the command inside a quoted text', () => {
  const script = 'bash -c "python manage.py migrate && gunicorn app"';
  const { main } = run(script);
  expect(script.slice(main?.at.start, main?.at.end)).toBe('gunicorn app');
});

test('scripts that call each other end', () => {
  const files = { 'a.sh': './b.sh\n./b.sh\n', 'b.sh': './a.sh\n./a.sh\n' };
  const started = runScriptFile('a.sh', '/app/a.sh', [], contextOf(files));
  expect(started?.main ?? null).toBeNull();
});
