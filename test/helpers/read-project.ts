import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ExampleFiles } from '../../src/rule.ts';

const HOME = new URL('../../', import.meta.url);

/** Every file of a fixture, by its path from the fixture's folder. */
export function readProject(folder: string): ExampleFiles {
  const root = new URL(`${folder}/`, HOME);
  const files: Record<string, string> = {};
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const name = path.replaceAll('\\', '/');
    if (statSync(new URL(name, root)).isFile()) files[name] = readFileSync(new URL(name, root), 'utf8');
  }
  return files;
}
