import {
  compareRelease,
  defineRule,
  endOfLife,
  endOfLifeSource,
  isEnded,
  placeOf,
  type ReleaseRange,
  supportedReleases,
} from '../../src/rule.ts';
import { productionProjects } from '../shared/processes/production-images.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const project = (requirements: string, more: Record<string, string> = {}) => ({
  ...django(),
  'requirements.txt': requirements,
  Dockerfile: DOCKERFILE,
  ...more,
});

export default defineRule({
  id: 'dependencies/django-end-of-life',
  title: 'Unsupported Django release deployed',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Holes that are found in Django from now on stay open in this series: no security release is made for it.',
  fix: 'Upgrade to a supported series, the long-term one first.',
  autofix: 'none',
  links: ['https://www.djangoproject.com/download/#supported-versions', endOfLifeSource('django').source],
  cwe: ['CWE-1104'],
  cross: true,
  examples: {
    bad: [
      project('Django==4.2.20 # !\n'),
      project('gunicorn==23.0.0\ndjango>=3.2,<4.0 # !\n'),
      project('Django~=5.1.0 # !\n'),
      project('', { 'poetry.lock': '[[package]]\nname = "django"\nversion = "4.1.13" # !\n' }),
    ],
    good: [
      project('Django==5.2.8\n'),
      // Newer than the table.
      project('Django==7.1\n'),
      // What will be installed is not settled.
      project('Django>=4.2\n'),
      project('Django>=4.2,<6\n'),
      project('Django\n'),
      project('Django>=3.2\n', { 'poetry.lock': '[[package]]\nname = "django"\nversion = "5.2.8"\n' }),
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const told = new Set<string>();
    for (const { django } of productionProjects(repository.model)) {
      const series = newestSeries(django);
      const at = placeOf(django.origin);
      if (series === null || at === undefined || !isEnded('django', series, ctx.today) || told.has(at.file)) continue;
      told.add(at.file);
      ctx.report({
        at,
        message: `Django ${series} has had no security fixes since ${endOfLife('django', series)}.`,
        subject: 'Django',
        fix: `Upgrade to a supported series (${supportedReleases('django', ctx.today).join(', ')}), the long-term one first.`,
      });
    }
  },
});

/** Series of Django that came one after the other. */
const SERIES = [
  '1.8',
  '1.9',
  '1.10',
  '1.11',
  '2.0',
  '2.1',
  '2.2',
  '3.0',
  '3.1',
  '3.2',
  '4.0',
  '4.1',
  '4.2',
  '5.0',
  '5.1',
  '5.2',
  '6.0',
  '6.1',
];

/** The newest series that a range with an end admits; null without an end. */
function newestSeries({ exact, before }: ReleaseRange): string | null {
  if (exact !== null) return exact.split('.').slice(0, 2).join('.');
  if (before === null) return null;
  return SERIES.findLast((series) => compareRelease(series, before) < 0) ?? null;
}
