import type { Answer, Data, Mapping, Sequence } from '../core/data.ts';
import { type Origin, placeOf, textOrigin } from '../core/origin.ts';
import { bindValue, byDefault, type Known, known, unknown, type Value } from '../core/value.ts';
import type { SettingsFacts } from '../rule.ts';
import type { EvaluatedSettings } from '../settings/model.ts';
import { nestedDefault } from './nested-defaults.ts';
import type { Evaluation, Stages } from './result.ts';

type Step = string | number;

/** The settings of one evaluation as rules ask for them. */
export function settingsFacts(evaluation: Omit<Evaluation, 'deployment'>, defaultOf: Stages['defaultOf']): SettingsFacts {
  const { evaluated, project, module, processes, presumed } = evaluation;
  const { top } = evaluated;
  const unset = (name: string): Value<Data | undefined> => {
    if (evaluated.stopped) return lost(evaluated);
    if (evaluated.complete !== true) return unknown('third-party', textOrigin(evaluated.complete.at, evaluated.complete.because));
    if (isClassBased(evaluation)) return unknown('third-party', textOrigin(top, 'a class that the environment names holds the settings'));
    return defaultOf(name, [], project.django);
  };
  const get = (name: string, ...path: readonly Step[]): Value<Data | undefined> => {
    let value: Value<Data | undefined> = evaluated.settings.get(name) ?? unset(name);
    path.forEach((step, depth) => {
      value = bindValue(value, (container) =>
        part(container, step, () => byDefault(nestedDefault(name, path.slice(0, depth + 1)), 'Django')),
      );
    });
    return value;
  };
  return {
    module,
    file: evaluated.file ?? top.file,
    processes,
    project,
    django: project.django,
    top,
    get,
    sets(name) {
      const value = evaluated.settings.get(name);
      if (value !== undefined) return value.kind === 'known' ? 'yes' : setsPerhaps(value);
      return evaluated.complete === true && !evaluated.stopped && !isClassBased(evaluation) ? 'no' : 'maybe';
    },
    names: [...evaluated.settings.keys()],
    placeOf: (name) => evaluated.assignments.get(name)?.at(-1) ?? top,
    reads: evaluated.reads,
    evaluated,
    presumed,
  };
}

/** Packages with which the settings are attributes of a class. */
const CLASS_BASED = ['django-configurations', 'django-environment-config', 'django-classy-settings'];

/** The settings are attributes of a class, and which one is not known: the module itself sets nothing that counts. */
function isClassBased({ evaluated, project }: Omit<Evaluation, 'deployment'>): boolean {
  const setsAny = ['INSTALLED_APPS', 'ROOT_URLCONF', 'DATABASES', 'MIDDLEWARE', 'SECRET_KEY'].some((name) => evaluated.settings.has(name));
  return !setsAny && CLASS_BASED.some((name) => project.packages.installs(name) === 'yes');
}

/** What would have come after the exception. A module of the project that is absent may be given to production only. */
function lost({ raised, top }: EvaluatedSettings): Value<Data | undefined> {
  return unknown(raised?.type === 'ModuleNotFoundError' ? 'missing-file' : 'raised', textOrigin(raised?.at ?? top));
}

/** A name that some case leaves out, or that cannot be followed, may be set. */
function setsPerhaps(value: Value<Data>): Answer {
  return value.kind === 'conditional' && value.cases.every((one) => one.then.kind === 'known') ? 'yes' : 'maybe';
}

/** One step into a container: what stands under a key or index, or what holds when nothing does. */
function part(container: Known<Data | undefined>, step: Step, absent: () => Value<Data | undefined>): Value<Data | undefined> {
  const { value, origin } = container;
  if (value === null || value === undefined) return known(undefined, origin);
  if (typeof value === 'object' && 'kind' in value) {
    if (value.kind === 'dict') return underKey(value, container, step, absent);
    if (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set') return atIndex(value, container, step);
  }
  return unknown('dynamic-call', origin);
}

function underKey(
  mapping: Mapping,
  { origin }: Known<Data | undefined>,
  step: Step,
  absent: () => Value<Data | undefined>,
): Value<Data | undefined> {
  // The last of two equal keys wins, as in Python.
  const found = mapping.entries.findLast((entry) => entry.key === step);
  if (found !== undefined) return found.value;
  if (!mapping.complete) return mapping.rest ?? unknown('dynamic-call', origin);
  return bindValue(absent(), (one) => known(one.value, absentUnder(origin, step, one.origin)));
}

function atIndex(sequence: Sequence, { origin }: Known<Data | undefined>, step: Step): Value<Data | undefined> {
  if (typeof step === 'string' || sequence.kind === 'set') return known(undefined, origin);
  const item = sequence.items[step];
  if (!sequence.complete) return unknown('dynamic-call', origin);
  return item ?? known(undefined, origin);
}

/** Where a missing key would be written is the container's place; the value is that of the default. */
function absentUnder(container: Origin, step: Step, byDefault: Origin): Origin {
  const at = placeOf(container);
  return at === undefined ? byDefault : textOrigin(at, `sets no ${step}`, byDefault);
}
