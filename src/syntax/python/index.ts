export type * from './ast.ts';
export { type ParsedPython, parsePython } from './parse.ts';
export { initPython } from './tree.ts';
