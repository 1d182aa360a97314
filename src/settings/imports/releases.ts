import { compareRelease } from '../../core/guard.ts';
import type { Run } from '../run.ts';

/** Which release of a library the repository pins, where libraries changed what they do between releases. */

const PIN_FILES =
  /^(requirements.*\.(txt|in)|.*requirements\.txt|constraints.*\.txt|Pipfile\.lock|Pipfile|poetry\.lock|uv\.lock|pdm\.lock|pyproject\.toml)$/;
const FOLDERS = ['', 'requirements', 'reqs', 'deps'];

const found = new WeakMap<Run, readonly string[]>();

function pinTexts(run: Run): readonly string[] {
  const old = found.get(run);
  if (old !== undefined) return old;
  const texts: string[] = [];
  const folders = new Set(
    run.request.importRoots.flatMap((root) => FOLDERS.map((one) => (root === '' ? one : one === '' ? root : `${root}/${one}`))),
  );
  for (const folder of [...FOLDERS, ...folders]) {
    if (folder !== '' && run.request.tree.kindOf(folder) !== 'directory') continue;
    for (const name of run.request.tree.list(folder)) {
      const inFolder = folder !== '' && /\.(txt|in)$/.test(name) && FOLDERS.includes(folder.split('/').at(-1) ?? '');
      if (!PIN_FILES.test(name) && !inFolder) continue;
      const read = run.request.tree.read(folder === '' ? name : `${folder}/${name}`);
      if (read.ok) texts.push(read.text);
    }
  }
  found.set(run, texts);
  return texts;
}

/** Whether some file of the repository pins the package to a release below `from`: then what is modelled does not hold. */
export function pinsBelow(run: Run, dist: string, from: string): boolean {
  const name = dist.replace(/[-_.]/g, '[-_.]');
  const shapes = [
    new RegExp(`(?:^|["'\\s])${name}(?:\\[[^\\]]*\\])?\\s*(?:==|~=|<=|<)=?\\s*v?(\\d+(?:\\.\\d+)*)`, 'gim'),
    new RegExp(`^name\\s*=\\s*"${name}"\\s*\\r?\\n\\s*version\\s*=\\s*"(\\d+(?:\\.\\d+)*)`, 'gim'),
    new RegExp(`"?${name}"?\\s*[=:]\\s*(?:\\{[^}]*?version"?\\s*[=:]\\s*)?"[~^=<]*(\\d+(?:\\.\\d+)*)`, 'gim'),
  ];
  return pinTexts(run).some((text) =>
    shapes.some((shape) => [...text.matchAll(shape)].some((one) => one[1] !== undefined && compareRelease(one[1], from) < 0)),
  );
}
