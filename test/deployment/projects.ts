import { buildModel, type ModelOptions } from '../../src/deployment/index.ts';
import type { Deployment, Process } from '../../src/deployment/model.ts';
import { memoryTree } from '../../src/files/memory.ts';

/** An entry file that selects a module. */
export const entry = (module: string, more = '') =>
  `import os\n${more}os.environ.setdefault('DJANGO_SETTINGS_MODULE', '${module}')\nimport django\n`;
/** The least that a settings module sets. */
export const SETTINGS = "INSTALLED_APPS = []\nROOT_URLCONF = 'site.urls'\n";

/** A project whose entry files all select one module. */
export function project(module = 'mysite.settings'): Record<string, string> {
  return {
    'manage.py': entry(module),
    'mysite/__init__.py': '',
    'mysite/wsgi.py': entry(module),
    'mysite/settings.py': SETTINGS,
  };
}

/** The manifests of a project of one server. */
export const DOCKERFILE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n';
export const COMPOSE = 'services:\n  web:\n    build: .\n';
export const UNIT = `[Service]
WorkingDirectory=/srv/mysite
Environment=DJANGO_SETTINGS_MODULE=mysite.settings
ExecStart=/srv/mysite/venv/bin/gunicorn mysite.wsgi --bind unix:/run/mysite/app.sock
`;

/** How a repository of these files is put into production. */
export async function build(files: Record<string, string>, options: Partial<ModelOptions> = {}) {
  const { model } = await buildModel(memoryTree(files), { environment: new Map(), ...options });
  return model;
}

/** The ids of its deployments. */
export async function ids(files: Record<string, string>): Promise<readonly string[]> {
  return (await build(files)).deployments.map((one) => one.id);
}

/** One of its deployments; throws when there is none of that id. */
export async function deployment(files: Record<string, string>, id: string, options: Partial<ModelOptions> = {}): Promise<Deployment> {
  const model = await build(files, options);
  const found = model.deployments.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${model.deployments.map((one) => one.id).join(', ')}`);
  return found;
}

/** The first process of a deployment that loads Django. */
export function only(found: Deployment): Process {
  const [process] = found.processes.filter((one) => one.settings !== null);
  if (process === undefined) throw new Error('no process loads Django');
  return process;
}

/** The settings module of a process, or why it is not known. */
export const module = (process: Process) =>
  process.settings?.module.kind === 'known' ? process.settings.module.value : process.settings?.module.kind;
