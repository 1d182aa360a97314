export { heredocAt } from './cursor.ts';
export type { HclAttribute, HclBlock, HclBody, HclEntry, HclExpression, HclFile, HclStep } from './document.ts';
export { parseHcl, parseHclTemplate } from './parse.ts';
