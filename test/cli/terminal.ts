import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { runCli } from '../../src/cli/run.ts';

/** What one run of the program said, and its exit status. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export async function prodcheck(...argv: readonly string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await runCli(argv, {
    interactive: false,
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this machine with these files in it; removed after the tests of the file. */
export function projectOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'prodcheck-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The smallest project with a production: one settings module and a Procfile. */
export const SMALL = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
  'mysite/__init__.py': '',
  'mysite/settings.py':
    'import os\nDEBUG = True\nALLOWED_HOSTS = ["www.example.com"]\nSECRET_KEY = os.environ["SECRET_KEY"]\nROOT_URLCONF = "mysite.urls"\nINSTALLED_APPS = []\n',
  'mysite/wsgi.py':
    'import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\napplication = get_wsgi_application()\n',
  'requirements.txt': 'Django==5.2.19\ngunicorn==23.0.0\n',
} as const;
