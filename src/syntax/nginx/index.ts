export type { NginxDirective } from './directive.ts';
export { parseNginx } from './parse.ts';
export { variablesOf } from './variables.ts';
