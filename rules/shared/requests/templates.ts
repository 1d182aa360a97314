import { type Answer, casesOf, type Data, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { descends } from '../code/class-descent.ts';
import { anyItem, isMapping, isSequence } from '../values/data.ts';
import type { Code } from './middleware.ts';

export const DJANGO_TEMPLATES = 'django.template.backends.django.DjangoTemplates';
export const JINJA2 = 'django.template.backends.jinja2.Jinja2';

/** One entry of TEMPLATES. */
export interface Engine {
  readonly index: number;
  /** "TEMPLATES[0]": what findings are about. */
  readonly subject: string;
  get(...path: readonly string[]): Value<Data | undefined>;
}

/** The entries that TEMPLATES has in some case, in order. */
export function enginesOf(settings: SettingsFacts): readonly Engine[] {
  const lengths = casesOf(settings.get('TEMPLATES')).map(({ then }) =>
    then.kind === 'known' && isSequence(then.value) ? then.value.items.length : 0,
  );
  return Array.from({ length: Math.max(0, ...lengths) }, (_, index) => ({
    index,
    subject: `TEMPLATES[${index}]`,
    get: (...path) => settings.get('TEMPLATES', index, ...path),
  }));
}

/** Whether a BACKEND is Django's own template language. */
export function isDjangoTemplates(backend: Data | undefined, code: Code): Answer {
  if (typeof backend !== 'string') return backend === undefined ? 'no' : 'maybe';
  return descends(backend, DJANGO_TEMPLATES, code, (path) => (/jinja/i.test(path) ? 'no' : 'maybe'));
}

/** Whether a dict has a key at all: options whose mere presence counts. */
export function hasKey(data: Data | undefined, key: string): Answer {
  if (!isMapping(data)) return data === undefined || data === null ? 'no' : 'maybe';
  if (data.entries.some((entry) => entry.key === key)) return 'yes';
  return data.complete ? 'no' : 'maybe';
}

/** Apps that put their own loaders into TEMPLATES while Django starts, and take APP_DIRS out: what is written there does not hold. */
export function rewritesLoaders(apps: Data | undefined): Answer {
  const found = anyItem(apps, (app) => typeof app === 'string' && /^(template_partials|django_cotton)(\.|$)/.test(app));
  return found === 'no' ? 'no' : 'maybe';
}
