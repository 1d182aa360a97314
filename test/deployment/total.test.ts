import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Span } from '../../src/core/span.ts';
import { readCompose } from '../../src/deployment/compose/compose.ts';
import { EMPTY_ENVIRONMENT } from '../../src/deployment/environment.ts';
import { readBuild } from '../../src/deployment/image/image.ts';
import type { Process } from '../../src/deployment/model.ts';
import { CHECKOUT_PATHS, repositoryFile } from '../../src/deployment/path-map.ts';
import { runScriptFile } from '../../src/deployment/shell/run.ts';
import { loadSyntaxes } from '../../src/deployment/syntaxes.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { damagedTexts, spansWithin } from '../helpers/damaged-text.ts';
import { MANIFESTS, type Manifest } from './damaged-manifests.ts';
import { build, DOCKERFILE, project } from './projects.ts';

const syntaxes = await loadSyntaxes();

const COMPOSE = [
  'services:\n',
  '  web:\n',
  '    build: .\n',
  '    build: {context: ., target: prod, args: [A, B=1]}\n',
  '    image: ${IMG:-x}:1\n',
  '    command: sh -c "exec gunicorn a:b -w $$W" && x\n',
  '    command: >\n      gunicorn\n        a:b\n',
  '    entrypoint: ["/entry.sh", 1, null]\n',
  '    env_file: [a.env, {path: b.env, required: false}]\n',
  '    environment: {A: 1, B: , C: [x]}\n',
  '    environment: [A=1, "B", {C: 1}]\n',
  '    ports: ["80:80", "${P}:80", {target: 1}, "1-9:2-3", ":::"]\n',
  '    volumes: [".:/app", "v:/v", {type: bind, target: /x}, "::", ""]\n',
  '    depends_on: {web: {condition: x}}\n',
  '    extends: web\n',
  '    extends: {file: compose.yaml, service: web}\n',
  '    deploy: {replicas: -1, resources: {limits: {cpus: "x"}}}\n',
  '    <<: *a\n',
  'include: [compose.yaml]\n',
  '{{ template }}\n',
  '\t',
  '"',
];
const SHELL = [
  'gunicorn ',
  'exec ',
  '"$@" ',
  '$A ',
  '; ',
  '&& ',
  '|| ',
  '\n',
  'if [ "$1" = a ]; then ',
  'fi\n',
  'case $1 in a) ',
  ';; esac\n',
  './a.sh ',
  '. ./a.sh ',
  'export A=$B ',
  'cd .. ',
  "ssh h 'x' ",
  'f() { ',
  '}\n',
  '$(',
  ')',
  'bash -c "',
  '"',
  '<<E\n',
  'E\n',
  'sudo -u ',
  'env ',
  '-- ',
  'shift ',
  'set -- ',
];
const DOCKER = [
  'FROM python:3.12\n',
  'FROM a AS b\n',
  'COPY --from=b /x /y\n',
  'COPY . .\n',
  'WORKDIR $A\n',
  'ENV A=b C=$A\n',
  'ARG A\n',
  'RUN a && b \\\n',
  'RUN <<E\n',
  'E\n',
  'CMD ["a", "b"]\n',
  'ENTRYPOINT a\n',
  'USER $U\n',
  '"',
];

function texts(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join('')),
  );
}

function spansOf(process: Process): readonly Span[] {
  return [
    process.at,
    process.commandAt,
    ...process.steps.map((one) => one.at),
    ...process.ports.map((one) => one.at),
    ...process.mounts.items.map((one) => one.at),
  ];
}

test('whatever the files hold, reading them ends and every place lies inside its file', () => {
  fc.assert(
    fc.property(texts(COMPOSE), texts(DOCKER), texts(SHELL), (compose, dockerfile, script) => {
      const files: Readonly<Record<string, string>> = {
        'compose.yaml': compose,
        Dockerfile: dockerfile,
        'a.sh': script,
        'entry.sh': script,
      };
      const tree = memoryTree(files);
      const set = readCompose(tree, ['compose.yaml'], syntaxes);
      readBuild(tree, { dockerfile: 'Dockerfile', context: '', target: null, args: new Map() }, syntaxes);
      const locate = (path: string) => repositoryFile(CHECKOUT_PATHS, path);
      const workdir = { kind: 'known', value: '<ROOT>', origin: { step: 'default', of: 'test' } } as const;
      const started = runScriptFile('a.sh', '<ROOT>/a.sh', [], { tree, syntaxes, environment: EMPTY_ENVIRONMENT, workdir, locate });
      const spans = [...set.processes.flatMap(spansOf), ...(started?.commands ?? []).map((one) => one.at)];
      for (const { file, start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(files[file]?.length ?? -1);
      }
    }),
    { numRuns: 400 },
  );
}, 60_000);

const SHARED = { ...project(), Dockerfile: DOCKERFILE };

/** The others of its system stand whole beside the damaged one: a template needs its values, a proxy what it leads to. */
function besideOf({ path, container, needs }: Manifest): Readonly<Record<string, string>> {
  const folder = path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path;
  const own = MANIFESTS.flatMap((one) => (one.path.startsWith(folder) || one.path === needs ? [[one.path, one.sample] as const] : []));
  const proxy =
    container === undefined
      ? ''
      : `  proxy:\n    image: ${container.image}\n    volumes: ["./${path}:${container.file}"]\n    command: ["${container.command ?? ''}"]\n`;
  return {
    ...SHARED,
    ...Object.fromEntries(own),
    ...(folder === 'chart/' ? { 'chart/Chart.yaml': 'apiVersion: v2\nname: mysite\nversion: 1.0.0\n' } : {}),
    ...(proxy === '' ? {} : { 'docker-compose.yml': `services:\n  web:\n    build: .\n${proxy}` }),
  };
}

test.each(MANIFESTS.map((one) => [one.path, one] as const))(
  'a damaged %s leaves a model whose places lie inside its files',
  async (path, manifest) => {
    const { sample, pieces } = manifest;
    const around = besideOf(manifest);
    expect(spansWithin(await build(around)).map((one) => one.file)).toContain(path);
    await fc.assert(
      fc.asyncProperty(damagedTexts({ samples: [sample], pieces, most: 25 }), async (text) => {
        const files: Readonly<Record<string, string>> = { ...around, [path]: text };
        const { deployments, pipelines, infrastructure, playbooks } = await build(files);
        for (const { file, start, end } of spansWithin([deployments, pipelines, infrastructure, playbooks])) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          if (files[file] !== undefined) expect(end, `${file} of ${JSON.stringify(text)}`).toBeLessThanOrEqual(files[file].length);
        }
      }),
      { numRuns: 60 },
    );
  },
  60_000,
);

test('files that extend and include each other end', () => {
  const tree = memoryTree({
    'a.yml': 'include: [b.yml]\nservices: {web: {extends: {file: b.yml, service: web}}}\n',
    'b.yml': 'include: [a.yml]\nservices: {web: {extends: {file: a.yml, service: web}, image: x}}\n',
  });
  expect(readCompose(tree, ['a.yml'], syntaxes).processes.map((one) => one.name)).toEqual(['web']);
});
