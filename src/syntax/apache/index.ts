export type { ApacheArg, ApacheDirective, ApacheFile } from './directive.ts';
export { parseApache } from './parse.ts';
