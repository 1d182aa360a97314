export { djangoDefault } from './django/defaults.ts';
export { encodeSettled } from './encode.ts';
export { evaluateSettings } from './what-if.ts';
