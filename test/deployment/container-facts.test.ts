import { describe, expect, test } from 'vitest';
import { known, type Value } from '../../src/core/value.ts';
import { readCompose } from '../../src/deployment/compose/compose.ts';
import { healthProbe } from '../../src/deployment/image/health.ts';
import type { Probe, Process } from '../../src/deployment/model.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';

const syntaxes = await loadSyntaxes();
const AT = { file: 'compose.yml', start: 0, end: 0 };

function text(value: Value<unknown> | null | undefined): unknown {
  return value?.kind === 'known' ? value.value : value === null || value === undefined ? null : '?';
}

function web(service: string, files: Readonly<Record<string, string>> = {}, more: readonly string[] = []): Process {
  const tree = memoryTree({ 'compose.yml': `services:\n  web:\n${service}`, ...files });
  const found = readCompose(tree, ['compose.yml', ...more], syntaxes).processes.find((one) => one.name === 'web');
  if (found === undefined) throw new Error('no service');
  return found;
}

function probe(...test: readonly string[]): Probe | null {
  return healthProbe(
    test.map((word) => known(word, { step: 'text', at: AT })),
    AT,
  );
}

function asked(...test: readonly string[]): unknown {
  const { http, client } = probe(...test) ?? {};
  if (http == null) return null;
  return [text(http.host), text(http.port), text(http.path), http.scheme, client?.failsOnError, client?.followsRedirects];
}

describe('health checks', () => {
  test.each([
    [
      ['CMD', 'curl', '-f', 'http://localhost:8000/health/'],
      ['localhost', '8000', '/health/', 'http', true, false],
    ],
    [
      ['CMD', 'curl', '-sSfLo', '/dev/null', 'localhost:8000'],
      ['localhost', '8000', '/', 'http', true, true],
    ],
    [
      ['CMD', 'curl', '--max-time', '3', 'https://127.0.0.1/'],
      ['127.0.0.1', '443', '/', 'https', false, false],
    ],
    [
      ['CMD-SHELL', "curl -fs -H 'Host: example.com:8000' http://web:8000/ping || exit 1"],
      ['example.com', '8000', '/ping', 'http', true, false],
    ],
    [
      ['CMD-SHELL', 'wget -q --spider http://localhost:8000/'],
      ['localhost', '8000', '/', 'http', true, true],
    ],
    [
      ['CMD', 'wget', '--header=Host: example.com', '-qO-', 'http://[::1]:80/a?b=c'],
      ['example.com', '80', '/a?b=c', 'http', true, true],
    ],
    [
      ['CMD', 'python', '-c', "import urllib.request as u; u.urlopen('http://localhost:8000/health/', timeout=2)"],
      ['localhost', '8000', '/health/', 'http', true, true],
    ],
    [
      [
        'CMD',
        'python',
        '-c',
        "import urllib.request as u; u.urlopen(u.Request('http://localhost:8000/', headers={'Host': 'a.example', 'X-B': 'c'}))",
      ],
      ['a.example', '8000', '/', 'http', true, true],
    ],
    // A variable hides its own part only.
    [
      ['CMD-SHELL', 'curl -f http://localhost:${PORT}/'],
      ['localhost', '?', '/', 'http', true, false],
    ],
    // Nothing is claimed of what is not one plain question.
    [['CMD-SHELL', 'test -f /tmp/ok && curl -f http://localhost'], null],
    [['CMD', 'curl', '-f', 'http://a', 'http://b'], null],
    [['CMD', 'curl', '--unix-socket', '/run/app.sock', 'http://localhost/'], null],
    [['CMD-SHELL', "curl -s -o /dev/null -w '%{http_code}' http://localhost | grep 200"], null],
    [['CMD', 'python', '-c', "import requests; requests.get('http://localhost')"], null],
    [['CMD', 'python', '-c', "try:\n  urlopen('http://localhost')\nexcept Exception: pass"], null],
    [['CMD', 'python', '-c', "urlopen(Request('http://localhost/', headers={'Host': NAME}))"], null],
    [['CMD', 'pg_isready'], null],
    [['CMD-SHELL', "curl 'http://localhost"], null],
  ])('%j', (words, expected) => expect(asked(...words)).toEqual(expected));

  test('none is none', () => {
    expect(probe('NONE')).toBeNull();
    expect(web('    image: app\n    healthcheck:\n      test: ["NONE"]\n').probes).toEqual([]);
    expect(web('    image: app\n    healthcheck:\n      test: curl -f http://localhost\n      disable: true\n').probes).toEqual([]);
  });

  test('that of the image holds until the manifest asks another question', () => {
    const files = {
      Dockerfile: 'FROM python:3.12\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:8000/a\nCMD ["gunicorn", "a"]\n',
    };
    const path = (service: string) => web(service, files).probes.map(({ http }) => text(http?.path));
    expect(path('    build: .\n')).toEqual(['/a']);
    expect(path('    build: .\n    healthcheck:\n      interval: 9s\n')).toEqual(['/a']);
    expect(path('    build: .\n    healthcheck:\n      test: curl -f http://localhost:8000/b\n')).toEqual(['/b']);
  });
});

describe('how a container is run', () => {
  test.each([
    ['40s', 40],
    ['1m30s', 90],
    ['1h', 3600],
    ['500ms', 0.5],
    ['soon', '?'],
    ['${GRACE}', '?'],
    ['${GRACE:-20s}', 20],
  ])('stop_grace_period: %s', (written, seconds) => {
    expect(text(web(`    image: app\n    stop_grace_period: ${written}\n`).stopGrace)).toBe(seconds);
  });

  test('stop signal, ports and name, of the manifest and of the image', () => {
    const Dockerfile = 'FROM python:3.12\nARG PORT=9000\nEXPOSE 8000 $PORT 53/udp 70-71\nSTOPSIGNAL SIGINT\n';
    const found = web('    build: .\n    container_name: app\n    expose: ["8001"]\n', { Dockerfile });
    expect(text(found.stopSignal)).toBe('SIGINT');
    expect(text(found.containerName)).toBe('app');
    expect(found.exposed.map(({ port }) => text(port))).toEqual([8001, 8000, 9000, 53, 70, 71]);
    expect(text(web('    build: .\n    stop_signal: SIGQUIT\n', { Dockerfile }).stopSignal)).toBe('SIGQUIT');
  });

  test('the restart policy of deploy counts where restart says nothing', () => {
    const restart = (lines: string) => text(web(`    image: app\n${lines}`).restart);
    expect(restart('')).toBeNull();
    expect(restart('    restart: unless-stopped\n')).toBe('unless-stopped');
    expect(restart('    deploy:\n      restart_policy:\n        condition: on-failure\n')).toBe('on-failure');
    expect(restart('    deploy:\n      restart_policy:\n        delay: 5s\n')).toBe('always');
    expect(restart('    deploy:\n      restart_policy:\n        condition: none\n')).toBe('no');
    expect(restart('    restart: always\n    deploy:\n      restart_policy:\n        condition: none\n')).toBe('always');
  });

  test('privileges and logging, merged over files', () => {
    const more = 'services:\n  web:\n    cap_add: [CAP_NET_ADMIN]\n    logging:\n      options:\n        max-file: "3"\n';
    const found = web(
      '    image: app\n    privileged: true\n    cap_add: [sys_admin]\n    logging:\n      driver: json-file\n      options: {max-size: 10m}\n',
      { 'more.yml': more },
      ['more.yml'],
    );
    expect(found.privileges.map(({ name }) => name)).toEqual(['privileged', 'SYS_ADMIN', 'NET_ADMIN']);
    expect(text(found.logging?.driver)).toBe('json-file');
    expect([...(found.logging?.options ?? [])].map(([name, value]) => [name, text(value)])).toEqual([
      ['max-size', '10m'],
      ['max-file', '3'],
    ]);
    expect(web('    image: app\n    privileged: false\n').privileges).toEqual([]);
    expect(web('    image: app\n').logging).toBeNull();
  });

  test('keys that only a swarm heeds make it one', () => {
    const swarm = (lines: string) =>
      readCompose(memoryTree({ 'compose.yml': `services:\n  web:\n    image: app\n${lines}` }), ['compose.yml'], syntaxes).facts.swarm;
    expect(swarm('    deploy:\n      placement:\n        constraints: [node.role == manager]\n')).toBe(true);
    expect(swarm('    deploy:\n      resources:\n        limits: {memory: 1g}\n')).toBe(false);
  });

  test('a raw env file is taken word for word', () => {
    const files = { 'a.env': 'A="x" # y\nB=$HOME\nC\n' };
    const value = (format: string, name: string) =>
      text(web(`    image: app\n    env_file:\n      - path: a.env\n${format}`, files).environment.variables.get(name));
    expect(value('        format: raw\n', 'A')).toBe('"x" # y');
    expect(value('        format: raw\n', 'B')).toBe('$HOME');
    expect(value('', 'A')).toBe('x');
  });
});

test('what a Dockerfile keeps, of the stages that are shipped', () => {
  const Dockerfile =
    'FROM node AS assets\nENV TOKEN=a\nFROM python:3.12 AS base\nARG KEY\nENV A=1\nENV B=$A\nFROM base\nARG C=${B}x D=$HOME\n';
  const build = web('    build:\n      context: .\n      args: {KEY: given}\n', { Dockerfile }).image?.build;
  expect(build?.kept.map(({ kind, name, value }) => [kind, name, text(value)])).toEqual([
    ['ARG', 'KEY', 'given'],
    ['ENV', 'A', '1'],
    ['ENV', 'B', '1'],
    ['ARG', 'C', '1x'],
    ['ARG', 'D', '?'],
  ]);
  expect([text(build?.base?.reference), Dockerfile.slice(build?.base?.at.start, build?.base?.at.end)]).toEqual([
    'python:3.12',
    'python:3.12',
  ]);
});
