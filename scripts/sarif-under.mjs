// Puts a folder before every path of a SARIF file: the linter writes paths from the checked folder, code scanning wants them from the repository.
//   node sarif-under.mjs FILE FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';

const [file, folder] = process.argv.slice(2);
const below = relative(resolve(process.env.GITHUB_WORKSPACE ?? '.'), resolve(folder));
if (below !== '' && !below.startsWith('..') && !isAbsolute(below)) {
  const prefix = below.split(/[\\/]/).map(encodeURIComponent).join('/');
  const log = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
    key === 'artifactLocation' ? { ...value, uri: `${prefix}/${value.uri}` } : value,
  );
  writeFileSync(file, `${JSON.stringify(log, null, 2)}\n`);
}
