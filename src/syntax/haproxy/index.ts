export { parseHaproxy } from './parse.ts';
export type { HaproxyFile, HaproxyLine, HaproxySection, HaproxyWord } from './section.ts';
