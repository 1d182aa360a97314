import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildModel } from '../../src/deployment/index.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { build, COMPOSE, DOCKERFILE, deployment, only, project, UNIT } from './projects.ts';

describe('options', () => {
  test('--settings replaces discovery', async () => {
    const model = await build(
      { ...project(), Dockerfile: DOCKERFILE },
      { settings: ['mysite.settings'], environment: new Map([['A', '1']]) },
    );
    expect(model.deployments.map((one) => one.id)).toEqual(['--settings']);
    const process = only(await deployment(project(), '--settings', { settings: ['mysite.settings'], environment: new Map([['A', '1']]) }));
    expect(process).toMatchObject({ settings: { file: 'mysite/settings.py', fault: null }, environment: { closed: true } });
    expect(process.environment.variables.get('A')).toMatchObject({ kind: 'known', value: '1' });
    expect(only(await deployment(project(), '--settings', { settings: ['mysite.nowhere'] })).settings?.fault).toBe('missing');
  });

  test('--env lies over every environment, --hermetic leaves nothing else', async () => {
    const files = { ...project(), Dockerfile: `${DOCKERFILE}ENV A=image B=image\n`, 'docker-compose.yml': COMPOSE };
    const given = only(await deployment(files, 'docker-compose.yml', { environment: new Map([['A', 'given']]) }));
    expect(given.environment.variables.get('A')).toMatchObject({ value: 'given' });
    expect(given.environment.variables.get('B')).toMatchObject({ value: 'image' });
    const alone = only(await deployment(files, 'docker-compose.yml', { environment: new Map([['A', 'given']]), hermetic: true }));
    expect([...alone.environment.variables.keys()]).toEqual(['A']);
  });

  test('--deployment keeps one, --django and --python override', async () => {
    const files = { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': COMPOSE, 'app.service': UNIT };
    const model = await build(files, { deployment: ['app.service'], django: '5.2', python: '3.12' });
    expect(model.deployments.map((one) => one.id)).toEqual(['app.service']);
    expect(model.projects[0]).toMatchObject({ django: { from: '5.2', before: '5.3', exact: null }, python: '3.12' });
  });
});

test('any damage to the manifests gives a model whose places stay inside the texts', async () => {
  const whole: Record<string, string> = {
    ...project(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': `${COMPOSE}    env_file: .env\n  nginx:\n    image: nginx\n    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]\n`,
    'nginx.conf': 'upstream app { server web:8000; } server { listen 443 ssl; location / { proxy_pass http://app; } }\n',
    'app.service': UNIT,
    Procfile: 'web: gunicorn mysite.wsgi\n',
    'run.sh': 'gunicorn mysite.wsgi\n',
    '.github/workflows/ci.yml':
      'jobs:\n  a:\n    steps:\n      - run: |\n          python manage.py migrate\n        env: {A: "${{ secrets.A }}"}\n',
  };
  const damage = fc.record({
    file: fc.constantFrom(...Object.keys(whole)),
    at: fc.nat(200),
    length: fc.nat(20),
    text: fc.string({ maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      const files = { ...whole };
      for (const { file, at, length, text } of damages) {
        const old = files[file] ?? '';
        files[file] = old.slice(0, at) + text + old.slice(at + length);
      }
      const model = await build(files);
      const places = [
        ...model.deployments.flatMap((one) => one.processes.flatMap((process) => [process.at, process.commandAt])),
        ...model.deployments.flatMap(
          (one) => one.proxy?.servers.flatMap((server) => server.locations.map((location) => location.at)) ?? [],
        ),
        ...model.pipelines.flatMap((one) =>
          one.jobs.flatMap((job) => job.steps.flatMap((step) => step.commands.map((command) => command.at))),
        ),
      ];
      for (const { file, start, end } of places) {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual((files[file] ?? '').length);
      }
    }),
    { numRuns: 60 },
  );
});

test('more deployments than are judged are told', async () => {
  const units = Object.fromEntries(Array.from({ length: 66 }, (_one, at) => [`deploy/${at}/app.service`, UNIT]));
  const { model, problems } = await buildModel(memoryTree({ ...project(), ...units }), { environment: new Map() });
  expect(model.deployments).toHaveLength(64);
  expect(problems).toMatchObject([{ id: 'input/limit', message: expect.stringMatching(/^66 deployments/) }]);
});

test('the order of files does not matter', async () => {
  const files = { ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': COMPOSE, 'app.service': UNIT };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(JSON.stringify(await build(files))).toBe(JSON.stringify(await build(reversed)));
});

describe('a compose command without files in a job that deploys', () => {
  const workflow =
    'jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ssh shop@example.com "cd /srv && docker compose up -d"\n';
  const files = {
    ...project(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': COMPOSE,
    'docker-compose.qa.yml': COMPOSE,
    '.github/workflows/deploy.yml': workflow,
  };

  test('starts the base file', async () => {
    const { deployments } = await build(files);
    expect(deployments[0]).toMatchObject({ id: 'docker-compose.yml', evidence: [{ text: 'a command of the repository starts it' }] });
  });

  test('proves nothing beside a file for production', async () => {
    const { deployments } = await build({ ...files, 'docker-compose.prod.yml': COMPOSE });
    expect(deployments.map((one) => one.id)).toEqual(['docker-compose.prod.yml']);
  });
});

test('a server that loads changed code from the mounted source is for development, behind a proxy as well', async () => {
  const compose = `services:
  web:
    build: .
    command: gunicorn mysite.wsgi:application --bind 0.0.0.0:8000 --reload
    volumes: [".:/app"]
  nginx:
    image: nginx:1.28
    ports: ["80:80"]
`;
  const { deployments, setAside } = await build({ ...project(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose });
  expect(deployments.map((one) => one.id)).not.toContain('docker-compose.yml');
  expect(setAside).toContainEqual({ id: 'docker-compose.yml', because: 'web loads changed code from the mounted source' });
});
