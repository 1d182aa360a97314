import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectOf, SMALL } from './terminal.ts';

const HOME = fileURLToPath(new URL('../../', import.meta.url));
const text = (path: string) => readFileSync(join(HOME, path), 'utf8');

describe('the pre-commit hook', () => {
  const [hook] = parse(text('.pre-commit-hooks.yaml'));
  // Python's verbose syntax: blanks mean nothing.
  const files = new RegExp(hook.files.replace('(?x)', '').replace(/\s+/g, ''));
  const exclude = new RegExp(hook.exclude);
  const concerns = (path: string) => files.test(path) && !exclude.test(path);

  it('runs once, on the whole project', () => {
    expect(hook).toMatchObject({ pass_filenames: false, always_run: false, require_serial: true });
    expect(existsSync(join(HOME, hook.entry))).toBe(true);
  });

  it.each(
    `manage.py mysite/settings/production.py .env .env.example deploy/prod.env env.production Dockerfile deploy/Dockerfile.prod web.Dockerfile .dockerignore
    docker-compose.yml compose.prod.yaml nginx.conf nginx/default.conf.template sites-enabled/site deploy/gunicorn.service Procfile docker-entrypoint.sh
    .github/workflows/ci.yml requirements.txt requirements/prod.in pyproject.toml uv.lock Pipfile.lock gunicorn.ini django-prodcheck.toml .gitignore`.split(
      /\s+/,
    ),
  )('looks when %s changes', (path) => expect(concerns(path)).toBe(true));

  it.each(
    'README.md docs/index.rst static/app.js templates/base.html app/migrations/0001_initial.py app/tests/test_views.py LICENSE package.json'.split(
      ' ',
    ),
  )('does not look when only %s changes', (path) => expect(concerns(path)).toBe(false));
});

describe('the action', () => {
  const action = parse(text('action.yml'));
  const scripts: string[] = action.runs.steps.flatMap((step: { run?: string }) => step.run ?? []);

  it('lets no input become part of a script', () => {
    expect(scripts.length).toBe(2);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  it('hands every input on', () => {
    const given = JSON.stringify(action.runs.steps);
    for (const name of Object.keys(action.inputs)) expect(given).toContain(`inputs.${name}`);
  });

  const folder = projectOf({ ...Object.fromEntries(Object.entries(SMALL).map(([path, one]) => [`site/${path}`, one])), out: '' });
  const step = (what: string, more: Record<string, string>) => {
    const ran = spawnSync('bash', [join(HOME, 'scripts/action.sh'), what], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        PRODCHECK_HOME: HOME,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: join(folder, 'out'),
        GITHUB_WORKSPACE: folder,
        ...more,
      },
    });
    return { ...ran, outputs: readFileSync(join(folder, 'out'), 'utf8') };
  };

  it('checks, keeps the status, and writes SARIF with paths from the repository', () => {
    const ran = step('check', {
      PRODCHECK_PATH: 'site',
      PRODCHECK_FAIL_ON: 'error',
      PRODCHECK_ARGS: '--select=settings/debug-enabled\n--settings=mysite.settings\n--env=SECRET_KEY=x',
    });
    expect(ran.stderr).toBe('');
    expect(ran).toMatchObject({ status: 0, outputs: expect.stringContaining('status=1\n') });
    const log = JSON.parse(readFileSync(join(folder, 'django-prodcheck.sarif'), 'utf8'));
    const [one] = log.runs[0].results;
    expect(one.locations[0].physicalLocation.artifactLocation.uri).toBe('site/mysite/settings.py');
  });

  it.each([
    ['0', 0],
    ['1', 1],
    ['2', 2],
    ['', 2],
  ])('ends with the status %j as %i', (kept, status) => {
    expect(step('verdict', { PRODCHECK_STATUS: kept }).status).toBe(status);
  });

  it('runs nothing that stands in an input', () => {
    const evil = '$(touch pwned) `touch pwned`; touch pwned';
    for (const name of ['PRODCHECK_PATH', 'PRODCHECK_FAIL_ON', 'PRODCHECK_ARGS']) step('check', { [name]: evil });
    step('verdict', { PRODCHECK_STATUS: evil });
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('tells of a check that did not run to its end', () => {
    const ran = step('check', { PRODCHECK_PATH: 'absent' });
    expect(ran.outputs).toMatch(/status=2\n$/);
    expect(ran.stderr).toContain('There is no folder absent.');
  });
});
