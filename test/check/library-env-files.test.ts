import { expect, test } from 'vitest';
import { withLibraryEnvFiles } from '../../src/check/library-env-files.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { choice, deployment, environment, model, process } from './fakes.ts';

const READS = "from decouple import config\n\nDEBUG = config('DEBUG')\n";

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly given?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly hermetic?: boolean;
}

/** The variables of the only process, as "NAME=value" or "NAME?", and whether there may be more. */
function after({ files, given = {}, id = 'Procfile', hermetic = false }: Case): readonly string[] {
  const web = process('web', { settings: choice('site.settings', { file: 'site/settings.py' }), environment: environment(given) });
  const tree = memoryTree({ 'site/settings.py': READS, ...files });
  const { model: linked } = withLibraryEnvFiles({ model: model([deployment(id, [web])]), problems: [] }, tree, { hermetic });
  const result = linked.deployments[0]?.processes[0]?.environment;
  const names = [...(result?.variables ?? [])].map(([name, value]) => `${name}${value.kind === 'known' ? `=${value.value}` : '?'}`);
  return result?.closed === true ? names : [...names, 'and more'];
}

const EXAMPLE = { '.env.example': 'DEBUG=1\nSECRET_KEY=\n' };

test('an absent .env of a library gives the names of its example', () => {
  expect(after({ files: EXAMPLE })).toEqual(['DEBUG?', 'SECRET_KEY?']);
  expect(after({ files: { 'site/.env.example': 'DEBUG=1\n' } })).toEqual(['DEBUG?']);
});

test('what the environment gives already wins', () => {
  expect(after({ files: EXAMPLE, given: { DEBUG: '0' } })).toEqual(['DEBUG=0', 'SECRET_KEY?']);
});

test('without an example the file is expected only where git ignores it', () => {
  expect(after({ files: {} })).toEqual([]);
  expect(after({ files: { '.gitignore': '.env\n' } })).toEqual(['and more']);
});

test('a .env that is there is read by the settings themselves', () => {
  expect(after({ files: { ...EXAMPLE, '.env': 'DEBUG=0\n' } })).toEqual([]);
});

test('settings that look for no file get none', () => {
  expect(after({ files: { ...EXAMPLE, 'site/settings.py': 'DEBUG = False\n' } })).toEqual([]);
  expect(after({ files: { ...EXAMPLE, 'other/tool.py': READS, 'site/settings.py': 'DEBUG = False\n' } })).toEqual([]);
  expect(after({ files: { ...EXAMPLE, 'manage.py': READS, 'site/settings.py': 'DEBUG = False\n' } })).toEqual(['DEBUG?', 'SECRET_KEY?']);
});

test('nothing is added to --settings and --hermetic', () => {
  expect(after({ files: EXAMPLE, id: '--settings' })).toEqual([]);
  expect(after({ files: EXAMPLE, hermetic: true })).toEqual([]);
});
