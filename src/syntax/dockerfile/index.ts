export type * from './document.ts';
export { effective } from './effective.ts';
export type * from './image.ts';
export { parseDockerfile } from './parse.ts';
export { placeOfShell } from './place.ts';
