import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HOME = new URL('../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'prodcheck-package-'));
const place = join(folder, 'user');
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

beforeAll(() => {
  execFileSync(process.execPath, [join(HOME, 'scripts/build.mjs')], { stdio: 'ignore' });
  npm(['pack', '--pack-destination', folder], HOME);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "name": "user", "private": true }\n');
  npm(['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], place);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function installed(): { readonly [key: string]: unknown } {
  return JSON.parse(readFileSync(join(place, 'node_modules/django-prodcheck/package.json'), 'utf8'));
}

test('it is alone: no dependencies and no install scripts', () => {
  expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['django-prodcheck']);
  const { dependencies, optionalDependencies, peerDependencies, scripts } = installed();
  expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined]);
  const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
  expect(Object.keys(scripts ?? {}).filter((name) => atInstall.includes(name))).toEqual([]);
});

test('it holds what it runs and nothing of the workshop', () => {
  const files = readdirSync(join(place, 'node_modules/django-prodcheck'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining(['dist/cli.mjs', 'dist/tree-sitter.wasm', 'dist/tree-sitter-python.wasm', 'THIRD-PARTY-NOTICES']),
  );
  expect(files.filter((name) => /\.ts$|^(src|rules|test|scripts|fixtures)\b|\.map$/.test(name))).toEqual([]);
});

test('the notices name every package whose code is inside', () => {
  const notices = readFileSync(join(place, 'node_modules/django-prodcheck/THIRD-PARTY-NOTICES'), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8'));
  const bundled = [...importedPackages(), 'tree-sitter', 'tree-sitter-python'];
  expect(bundled.length).toBeGreaterThan(5);
  for (const name of bundled) expect(notices).toContain(`${name} ${devDependencies[name]} (`);
  expect(notices).not.toMatch(/^(vitest|typescript|rolldown|@biomejs)/m);
});

test('it runs where it is installed', () => {
  const project = join(place, 'project');
  mkdirSync(join(project, 'mysite'), { recursive: true });
  writeFileSync(join(project, 'Procfile'), 'web: gunicorn mysite.wsgi\n');
  writeFileSync(join(project, 'manage.py'), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n");
  writeFileSync(join(project, 'mysite/wsgi.py'), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n");
  writeFileSync(join(project, 'mysite/settings.py'), "DEBUG = True\nINSTALLED_APPS = []\nROOT_URLCONF = 'mysite.urls'\n");
  const run = spawnSync('npx', ['--no-install', 'django-prodcheck', 'project', '--format', 'json'], { cwd: place, encoding: 'utf8' });
  expect(run.stderr.replace(/^npm (warn|notice).*\n/gm, '')).toBe('');
  expect(run.status).toBe(1);
  const report = JSON.parse(run.stdout);
  expect(report.deployments.map((one: { id: string }) => one.id)).toEqual(['Procfile']);
  expect(report.findings.map((one: { rule: string }) => one.rule)).toContain('settings/debug-enabled');
});

test('explain and rules find their prose in the package', () => {
  const explained = spawnSync('npx', ['--no-install', 'django-prodcheck', 'explain', 'settings/debug-enabled'], {
    cwd: place,
    encoding: 'utf8',
  });
  expect(explained.stdout).toContain('DEBUG');
  const listed = spawnSync('npx', ['--no-install', 'django-prodcheck', 'rules', '--format', 'json'], { cwd: place, encoding: 'utf8' });
  expect(JSON.parse(listed.stdout).length).toBeGreaterThan(50);
});

/** Names of the packages that the sources import. */
function importedPackages(): readonly string[] {
  const files = readdirSync(join(HOME, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const imports = files.flatMap((name) => [
    ...readFileSync(join(HOME, 'src', name), 'utf8').matchAll(/^(?:import (?!type)[^;]* from|.*\bimport\()\s*'([^.:'][^:']*)'/gm),
  ]);
  return [...new Set(imports.map((match) => match[1] ?? ''))].sort();
}
