import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../rules/', import.meta.url);

/** Paths of all rule files under rules/, sorted, without the ending: what their ids must be. */
export function rulePaths(): readonly string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && readFileSync(new URL(path, ROOT), 'utf8').includes('export default defineRule('))
    .map((path) => path.slice(0, -'.ts'.length))
    .sort();
}
