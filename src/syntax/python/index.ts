export type * from './ast.ts';
export { type ParsedPython, parsePython } from './parse.ts';
export { initPython, type PythonBackend } from './tree.ts';
