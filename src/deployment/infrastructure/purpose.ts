import { purposeOf, tellingWord } from '../project/naming.ts';

/** Why a file or folder of infrastructure is no production; null when nothing says so. */
export function asideBecause(path: string): string | null {
  if (path.includes('{{')) return 'it is a template of a project';
  if (purposeOf(path) === 'development') return `"${tellingWord(path) ?? ''}" names it for another purpose`;
  // Input of the tests of a scanner, which parse it and never apply it.
  const folder = /(?:^|\/)(unit-?tests?|testdata|test-?data|mocks?)\//i.exec(`${path}/`)?.[1];
  return folder === undefined ? null : `"${folder}" names it for another purpose`;
}
