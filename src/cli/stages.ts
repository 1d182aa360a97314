import { nestedDefault } from '../check/nested-defaults.ts';
import type { CheckOptions, Stages } from '../check/result.ts';
import type { Data } from '../core/data.ts';
import { byDefault, type Value } from '../core/value.ts';
import { buildModel, type ModelOptions } from '../deployment/index.ts';
import type { SourceTree } from '../files/tree.ts';
import { djangoDefault, evaluateSettings } from '../settings/index.ts';
import type { ReleaseRange, SettingsRequest } from '../settings/model.ts';
import { givenVariables } from './given.ts';
import { startPython } from './python.ts';
import { pythonTools } from './python-tools.ts';

/** The real stages before the rules. The Python parser is loaded when the first settings module is evaluated. */
export async function stagesFor(tree: SourceTree, more: Pick<SettingsRequest, 'counterfactuals'> = {}): Promise<Stages> {
  return {
    link: (linked, options) => buildModel(linked, modelOptions(linked, options), pythonTools(linked)),
    async evaluate(request) {
      await startPython(tree);
      return evaluateSettings({ ...request, ...more });
    },
    defaultOf,
  };
}

/** What Django takes for a setting, or for a key within one, that nothing sets; known undefined where it has no default. */
export function defaultOf(name: string, path: readonly (string | number)[], django: ReleaseRange): Value<Data | undefined> {
  if (path.length > 0) return byDefault(nestedDefault(name, path), 'Django');
  return djangoDefault(name, django) ?? byDefault(undefined, 'Django');
}

/** --deployment is not passed on: the caller knows what to say when no deployment is called so. */
function modelOptions(tree: SourceTree, options: CheckOptions): ModelOptions {
  return {
    settings: options.settings,
    paths: options.paths,
    hermetic: options.hermetic,
    environment: givenVariables(tree, options),
    production: options.production,
    ...(options.django === null ? {} : { django: options.django }),
    ...(options.python === null ? {} : { python: options.python }),
    ...(options.className === null ? {} : { className: options.className }),
  };
}
