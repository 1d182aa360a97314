import { fileURLToPath } from 'node:url';

/** The repository's folder, and a path within it. */
export const HOME = fileURLToPath(new URL('../../', import.meta.url));
export const inHome = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
