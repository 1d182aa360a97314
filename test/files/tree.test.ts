import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES, MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../../src/core/limits.ts';
import { decode } from '../../src/files/decode.ts';
import { diskTree, matchingPaths } from '../../src/files/disk.ts';
import { parseGitIndex } from '../../src/files/git-index.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { normalPath } from '../../src/files/paths.ts';
import { walk } from '../../src/files/walk.ts';

const made: string[] = [];

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'prodcheck-'));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
});

const paths = (tree: { files: readonly { path: string }[] }) => tree.files.map(({ path }) => path);

const PROJECT = {
  '.gitignore': '.env\nmedia/\n*.log\n!keep.log\n/build\n',
  '.env': 'A=1\n',
  'manage.py': 'x',
  'media/a.txt': 'x',
  'app/.gitignore': 'local_*.py\n!local_ok.py\n',
  'app/local_settings.py': 'x',
  'app/local_ok.py': 'x',
  'app/build/x.txt': 'x',
  'app/keep.log': 'x',
  'app/other.log': 'x',
  'node_modules/x/index.js': 'x',
  'env39/pyvenv.cfg': 'home = /usr',
  'env39/lib/x.py': 'x',
  'build/out.js': 'x',
};

describe.each([
  ['disk', (files: Readonly<Record<string, string>>) => diskTree(folderWith(files))],
  ['memory', (files: Readonly<Record<string, string>>) => memoryTree(files)],
])('a tree in %s', (_name, treeOf) => {
  it('lists the project and not what tools put there', () => {
    expect(paths(treeOf(PROJECT))).toEqual([
      '.env',
      '.gitignore',
      'app/.gitignore',
      'app/build/x.txt',
      'app/keep.log',
      'app/local_ok.py',
      'app/local_settings.py',
      'app/other.log',
      'manage.py',
    ]);
  });

  it('knows what is ignored, also of what was not walked or does not exist', () => {
    const { git } = treeOf(PROJECT);
    const ignored = [
      '.env',
      'media',
      'media/a.txt',
      'media/',
      'app/other.log',
      'app/local_settings.py',
      'app/.env',
      'app/media/',
      'build/out.js',
    ];
    expect(ignored.filter((path) => !git.ignores(path))).toEqual([]);
    const kept = ['manage.py', 'app', 'app/keep.log', 'app/local_ok.py', 'local_x.py', 'app/build', '', '../x', '/x', 'app/media'];
    expect(kept.filter((path) => git.ignores(path))).toEqual([]);
  });

  it('answers about paths under the root and no others', () => {
    const tree = treeOf(PROJECT);
    expect(tree.read('media/a.txt')).toEqual({ ok: true, text: 'x' });
    expect(tree.read('./app/../manage.py')).toEqual({ ok: true, text: 'x' });
    expect([tree.kindOf('media'), tree.kindOf('manage.py'), tree.kindOf(''), tree.kindOf('nope')]).toEqual([
      'directory',
      'file',
      'directory',
      null,
    ]);
    for (const path of ['../manage.py', '/etc/passwd', 'app/../../x', 'a\0b', 'nope', 'app', '']) expect(tree.read(path).ok).toBe(false);
    expect(tree.kindOf('..')).toBeNull();
    expect(tree.list('app')).toEqual(['.gitignore', 'build', 'keep.log', 'local_ok.py', 'local_settings.py', 'other.log']);
    expect([tree.list('manage.py'), tree.list('nope'), tree.list('..')]).toEqual([[], [], []]);
    expect(tree.files.find(({ path }) => path === '.env')?.bytes).toBe(4);
  });

  it('takes the byte order mark off the text and says so', () => {
    expect(treeOf({ 'a.env': '\ufeffA=1' }).read('a.env')).toEqual({ ok: true, text: 'A=1', bom: true });
  });
});

describe('the disk', () => {
  it('follows no link out of the root and none to a folder', () => {
    const outside = folderWith({ 'secret.txt': 's', 'sub/x.txt': 's' });
    const root = folderWith({ 'real/a.txt': 'a' });
    symlinkSync(join(outside, 'secret.txt'), join(root, 'out.txt'));
    symlinkSync(outside, join(root, 'outdir'));
    symlinkSync('..', join(root, 'real', 'loop'));
    symlinkSync('real/a.txt', join(root, 'in.txt'));
    symlinkSync('nowhere', join(root, 'dangling'));
    const tree = diskTree(root);
    expect(paths(tree)).toEqual(['in.txt', 'real/a.txt']);
    expect([tree.read('out.txt').ok, tree.read('outdir/secret.txt').ok, tree.kindOf('outdir'), tree.list('outdir')]).toEqual([
      false,
      false,
      null,
      [],
    ]);
    expect(tree.read('real/loop/real/a.txt')).toEqual({ ok: true, text: 'a' });
  });

  it('reports what is too large or cannot be decoded, and reads each file once', () => {
    const root = folderWith({ big: new Uint8Array(MAX_FILE_BYTES + 1), 'bad.yml': Uint8Array.of(0x61, 0xff), 'a.txt': 'one' });
    const tree = diskTree(root);
    const problemOf = (path: string) => {
      const result = tree.read(path);
      return result.ok ? null : result.problem.id;
    };
    expect([problemOf('big'), problemOf('bad.yml'), problemOf('gone')]).toEqual(['input/too-large', 'input/encoding', 'input/unreadable']);
    expect(tree.read('a.txt')).toEqual({ ok: true, text: 'one' });
    writeFileSync(join(root, 'a.txt'), 'two');
    expect(tree.read('a.txt')).toEqual({ ok: true, text: 'one' });
  });

  it('refuses a root that is no folder', () => {
    expect(() => diskTree(join(folderWith({}), 'nope'))).toThrow();
    expect(() => diskTree(join(folderWith({ a: '' }), 'a'))).toThrow();
  });

  it('turns patterns into paths', async () => {
    const root = folderWith({ 'a/x.yml': '', 'a/y.py': '', '.github/w.yml': '', 'node_modules/z.yml': '' });
    expect([...(await matchingPaths(root, ['**/*.yml'], ['a/**']))]).toEqual(['.github/w.yml']);
  });
});

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd, stdio: 'pipe' });
const hasGit = spawnSync('git', ['--version']).status === 0;

describe.runIf(hasGit)('git facts (needs git to make repositories)', () => {
  const answers = (root: string, names: readonly string[]) => names.map((name) => diskTree(root).git.tracks(name));

  it.each(['2', '3', '4'])('reads index version %s', (version) => {
    const root = folderWith({ 'a.txt': 'a', 'deep/er/b.txt': 'b', 'deep/er/bc.txt': 'b', 'ñ.txt': 'n', 'new.txt': 'x', 'later.txt': 'y' });
    git(root, 'init', '-q');
    git(root, 'config', 'index.version', version);
    git(root, 'add', 'a.txt', 'deep', 'ñ.txt');
    if (version !== '2') git(root, 'add', '-N', 'later.txt');
    git(root, 'update-index', '--index-version', version);
    const tree = diskTree(root);
    expect(tree.git.present).toBe(true);
    expect(answers(root, ['a.txt', './deep/er/b.txt', 'deep/er/bc.txt', 'ñ.txt', 'new.txt', 'deep'])).toEqual([
      'yes',
      'yes',
      'yes',
      'yes',
      'no',
      'no',
    ]);
    expect(tree.git.tracks('later.txt')).toBe(version === '2' ? 'no' : 'yes');
  });

  it('walks an ignored folder that holds tracked files', () => {
    const root = folderWith({ '.gitignore': 'conf/\nlogs/\n', 'conf/prod.conf': 'x', 'logs/a.log': 'x' });
    git(root, 'init', '-q');
    git(root, 'add', '-f', 'conf/prod.conf');
    expect(paths(diskTree(root))).toEqual(['.gitignore', 'conf/prod.conf']);
  });

  it('finds the work tree above the root, and its exclude file', () => {
    const root = folderWith({ 'back/end/a.txt': 'a', 'back/end/b.txt': 'b', 'back/end/out/c.txt': 'c' });
    git(root, 'init', '-q');
    git(root, 'add', 'back/end/a.txt');
    writeFileSync(join(root, '.git/info/exclude'), '/back/end/out/\n');
    const tree = diskTree(join(root, 'back/end'));
    expect([tree.git.tracks('a.txt'), tree.git.tracks('b.txt')]).toEqual(['yes', 'no']);
    expect(tree.git.ignores('out/c.txt')).toBe(true);
    expect(paths(tree)).toEqual(['a.txt', 'b.txt']);
  });

  it('follows the .git file of a linked work tree', () => {
    const root = folderWith({ 'main/a.txt': 'a', 'other/.keep': '' });
    const main = join(root, 'main');
    git(main, 'init', '-q');
    git(main, 'add', 'a.txt');
    git(main, 'commit', '-qm', 'x');
    git(main, 'worktree', 'add', '-q', join(root, 'linked'));
    const tree = diskTree(join(root, 'linked'));
    expect([tree.git.present, tree.git.tracks('a.txt'), tree.git.tracks('b.txt')]).toEqual([true, 'yes', 'no']);
  });

  it('does not settle what lies in a submodule or a split index', () => {
    const root = folderWith({ 'a.txt': 'a', 'sub/b.txt': 'b' });
    git(root, 'init', '-q');
    git(join(root, 'sub'), 'init', '-q');
    git(join(root, 'sub'), 'add', 'b.txt');
    git(join(root, 'sub'), 'commit', '-qm', 'x');
    git(root, 'add', 'a.txt', 'sub');
    expect(answers(root, ['a.txt', 'sub/b.txt', 'c.txt'])).toEqual(['yes', 'maybe', 'no']);
    git(root, 'update-index', '--split-index');
    expect(answers(root, ['c.txt'])).toEqual(['maybe']);
  });

  it('does not settle anything with an index that is absent or broken', () => {
    const root = folderWith({ 'a.txt': 'a' });
    git(root, 'init', '-q');
    expect(answers(root, ['a.txt'])).toEqual(['maybe']);
    writeFileSync(join(root, '.git/index'), 'DIRC broken');
    expect(answers(root, ['a.txt'])).toEqual(['maybe']);
  });
});

describe('reading bytes', () => {
  const ok = (path: string, bytes: readonly number[]) => decode(path, Uint8Array.from(bytes));

  it('decodes what is UTF-8, UTF-16 or declared by Python', () => {
    expect(ok('a', [0xff, 0xfe, 0x41, 0, 0xf1, 0])).toEqual({ ok: true, text: 'Añ', bom: true });
    expect(ok('a', [0xfe, 0xff, 0, 0x41, 0, 0xf1])).toEqual({ ok: true, text: 'Añ', bom: true });
    const latin = [...Buffer.from('#!x\n# -*- coding: latin-1 -*-\nA = "'), 0xf1];
    expect(ok('a.py', latin)).toEqual({ ok: true, text: '#!x\n# -*- coding: latin-1 -*-\nA = "ñ' });
    expect(ok('a.yml', latin).ok).toBe(false);
    expect(ok('a.py', [...Buffer.from('# coding: koi8-r\n'), 0xf1]).ok).toBe(false);
    expect(ok('a.py', [...Buffer.from('# coding: koi8-r\nx')]).ok).toBe(true);
  });

  it('is total', () => {
    fc.assert(fc.property(fc.uint8Array(), fc.constantFrom('a', 'a.py'), (bytes, path) => void decode(path, bytes)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseGitIndex(bytes)));
    const head = Uint8Array.of(68, 73, 82, 67, 0, 0, 0);
    fc.assert(
      fc.property(fc.constantFrom(2, 3, 4), fc.uint8Array({ maxLength: 300 }), (version, bytes) => {
        parseGitIndex(Uint8Array.from([...head, version, 0, 0, 0, 3, ...bytes]));
      }),
    );
  });

  it('keeps paths in the root', () => {
    expect(['a//b/./c', 'a/../b', '', '.', './', '..', 'a/../..', '/a', 'a\\b'].map(normalPath)).toEqual([
      'a/b/c',
      'b',
      '',
      '',
      '',
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('limits', () => {
  const source = (entries: (folder: string) => readonly { name: string; type: 'file' | 'folder' }[] | null) => ({
    entries,
    linksToFile: () => false,
    skips: () => false,
    enters: () => {},
  });

  it('stops after a number of entries', () => {
    const names = Array.from({ length: 1000 }, (_, i) => ({ name: `f${i}`, type: 'folder' as const }));
    const { problems } = walk(source(() => names));
    const last = problems.at(-1);
    expect([last?.id, last?.message.includes(String(MAX_TREE_ENTRIES))]).toEqual(['input/limit', true]);
  });

  it('stops at a depth', () => {
    const { problems } = walk(source(() => [{ name: 'd', type: 'folder' }]));
    expect(problems.map(({ id, file }) => [id, file.split('/').length])).toEqual([['input/limit', MAX_TREE_DEPTH + 1]]);
  });

  it('reports a folder that cannot be read', () => {
    const { problems } = walk(source((folder) => (folder === '' ? [{ name: 'd', type: 'folder' }] : null)));
    expect(problems).toEqual([{ id: 'input/unreadable', file: 'd', at: 0, message: 'The folder cannot be read.' }]);
  });
});
