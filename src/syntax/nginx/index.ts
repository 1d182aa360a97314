export type { NginxArg, NginxComment, NginxDirective, NginxFile, NginxVariable } from './directive.ts';
export { parseNginx } from './parse.ts';
export { variablesOf } from './variables.ts';
