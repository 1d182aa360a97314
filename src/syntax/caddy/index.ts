export type { CaddyBlock, CaddyDirective, CaddyFile, CaddySite, CaddyWord } from './document.ts';
export { parseCaddy, parseCaddyLines } from './parse.ts';
