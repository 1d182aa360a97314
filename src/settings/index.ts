export { djangoDefault, djangoDefaultNames } from './django/defaults.ts';
export { type RemovedSetting, removedSetting } from './django/removed.ts';
export { type EncodeOptions, encodeModule, encodeSettled, encodeValue } from './encode.ts';
export { type EntryRequest, type EvaluatedNames, evaluateNames, moduleName, settingsModuleFor, settingsModuleOf } from './entry-point.ts';
export { evaluateSettings } from './evaluate-settings.ts';
export type * from './model.ts';
