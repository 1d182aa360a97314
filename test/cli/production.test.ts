import { describe, expect, it } from 'vitest';
import { prodcheck, projectOf, SMALL } from './terminal.ts';

const service = (port: number) =>
  `services:\n  web:\n    build: .\n    command: gunicorn mysite.wsgi:application --bind 0.0.0.0:${port} --workers 4\n    environment:\n      SECRET_KEY: "x"\n`;
const PROJECT = {
  ...SMALL,
  Dockerfile: 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n',
  'docker-compose.yml': service(8000),
  'docker-compose.prod.yml': service(8001),
  'docker-compose.dev.yml': service(8002),
};
const IDS = 'docker-compose.yml+docker-compose.prod.yml';

interface Found {
  readonly deployments: readonly { readonly id: string; readonly name: string | null }[];
  readonly setAside: readonly { readonly id: string; readonly because: string }[];
}

async function topology(config: string, ...more: readonly string[]): Promise<Found> {
  const folder = projectOf({ ...PROJECT, 'django-prodcheck.toml': config });
  const { out, err } = await prodcheck('topology', folder, '--format', 'json', ...more);
  expect(err).toBe('');
  return JSON.parse(out);
}

describe('what the configuration says of deployments', () => {
  it('is nothing by default: names decide', async () => {
    const { deployments, setAside } = await topology('');
    expect(deployments.map(({ id }) => id)).toEqual(['docker-compose.prod.yml']);
    expect(setAside.map(({ id }) => id)).toContain('docker-compose.dev.yml');
  });

  it('adds what is named for another purpose', async () => {
    const { deployments, setAside } = await topology('[deployments]\nadd = "docker-compose.dev.yml"\n');
    expect(deployments.map(({ id }) => id)).toEqual(['docker-compose.dev.yml', 'docker-compose.prod.yml']);
    expect(setAside.map(({ id }) => id)).not.toContain('docker-compose.dev.yml');
  });

  it('adds a set of files that no script names', async () => {
    const { deployments } = await topology(`[deployments]\nonly = ["${IDS}"]\n`);
    expect(deployments.map(({ id }) => id)).toEqual([IDS]);
  });

  it('leaves out what it excludes, so that what stands in second place counts', async () => {
    const { deployments, setAside } = await topology('[deployments]\nexclude = ["*.prod.yml"]\n');
    expect(deployments.map(({ id }) => id)).toEqual(['docker-compose.yml']);
    expect(setAside).toContainEqual({ id: 'docker-compose.prod.yml', because: 'the configuration excludes it' });
  });

  it('gives names, by which a deployment can be asked for', async () => {
    const config = '[deployments]\nnames = { shop = "docker-compose.prod.yml" }\n';
    const { deployments } = await topology(config, '--deployment', 'shop');
    expect(deployments).toMatchObject([{ id: 'docker-compose.prod.yml', name: 'shop' }]);
  });

  it.each(['only', 'add', 'exclude'])('must be about manifests that are there: %s', async (key) => {
    const folder = projectOf({ ...PROJECT, 'django-prodcheck.toml': `[deployments]\n${key} = ["docker-compose.prd.yml"]\n` });
    for (const command of ['topology', 'check']) {
      const { status, err } = await prodcheck(command, folder);
      expect(status).toBe(2);
      expect(err).toContain(`deployments.${key} names docker-compose.prd.yml`);
      expect(err).toContain('docker-compose.prod.yml');
    }
  });
});

describe('topology as Mermaid', () => {
  it('draws each deployment with what joins its parts', async () => {
    const { out } = await prodcheck('topology', 'fixtures/gold', '--format', 'mermaid');
    expect(out.split('\n')[0]).toBe('flowchart LR');
    expect(out).toContain('subgraph d1["docker-compose.yml"]');
    const id = (text: string) => new RegExp(`(d1_\\d+)\\S{1,3}${text}`).exec(out)?.[1];
    expect(out).toContain(`${id('proxy<br>nginx')} -->|"/"| ${id('web<br>')}`);
    expect(out).toMatch(new RegExp(`${id('web<br>')} -->\\|"DATABASES"\\| ${id('db<br>postgresql')}`));
    expect(out).toMatch(new RegExp(`${id('proxy<br>nginx')} -->\\|"/srv/static"\\| d1_`));
  });

  it('keeps signs of the files from being signs of the picture', async () => {
    const folder = projectOf({ ...PROJECT, 'docker-compose.prod.yml': service(8001).replace('  web:', '  "we\\"]b":') });
    const { out } = await prodcheck('topology', folder, '--format', 'mermaid');
    expect(out).toContain('we#34;]b');
    expect(out.match(/"/g)?.length ?? 0).toBe((out.match(/\["|"\]|\|"|"\|/g) ?? []).length);
  });
});
