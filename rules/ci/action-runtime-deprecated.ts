import { defineRule, type Span } from '../../src/rule.ts';
import { actionOf, NODE_RELEASES, NODE20_FORCED } from '../shared/pipelines/action-releases.ts';
import { github, job, project } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';
import { named } from '../shared/values/listed-texts.ts';

const uses = (action: string, mark = '') => project(github(job('test', `      - uses: ${action}${mark}\n`)));

export default defineRule({
  id: 'ci/action-runtime-deprecated',
  title: 'Action targets a deprecated Node runtime',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'Runners no longer have the Node.js that the action was made for: they run it on another one and warn, until one day it stops.',
  fix: 'Use a release that was made for Node.js 24: actions/checkout from v5 on, actions/setup-python from v6 on.',
  autofix: 'safe',
  links: [
    'https://github.blog/changelog/2025-09-19-deprecation-of-node-20-on-github-actions-runners/',
    'https://github.com/actions/checkout/releases/tag/v5.0.0',
  ],
  examples: {
    bad: [
      uses('actions/checkout@v4', ' # !'),
      uses('actions/setup-python@v2', ' # !'),
      uses('docker/build-push-action@v6.18.0', ' # !'),
      // The runner warns of all of them in one sentence as well.
      project(github(job('test', '      - uses: actions/checkout@v4 # !\n      - uses: actions/setup-python@v5\n'))),
      project(github(job('test', '      - uses: actions/checkout@v4 # !\n      - uses: actions/setup-python@v2 # !\n'))),
      uses('actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2', ' # !'),
    ],
    good: [
      uses('actions/checkout@v5'),
      uses('actions/setup-python@v6'),
      uses('actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683'),
      uses('actions/checkout@main'),
      uses('example/deploy@v1'),
      // GitHub refuses it: told as such.
      uses('actions/cache@v2'),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const outdated = new Map<string, Outdated>();
    for (const { step } of stepsOnce(pipelines.filter(({ system }) => system === 'github'))) {
      const action = actionOf(step, repository);
      const releases = action === null ? undefined : NODE_RELEASES.get(action.name);
      const major = action?.version?.[0];
      if (action === null || releases === undefined || major === undefined || isRefused(action.name, major)) continue;
      const isOld = major < releases.node20;
      const name = `${action.name} v${major}`;
      if (outdated.has(name) || !(isOld || (major < releases.node24 && ctx.today >= NODE20_FORCED))) continue;
      outdated.set(name, { name, at: action.at, isOld, instead: `${action.name} v${releases.node24}` });
    }
    for (const isOld of [true, false]) {
      const [first, ...others] = [...outdated.values()].filter((one) => one.isOld === isOld);
      if (first === undefined) continue;
      const all = [first, ...others];
      ctx.report({
        at: first.at,
        message: `${named(all.map(({ name }) => name))} ${others.length === 0 ? 'was' : 'were'} made for Node.js ${isOld ? '16 or older' : '20'}, which runners no longer have.`,
        subject: isOld ? 'node16' : 'node20',
        fix: `Use these or later: ${[...new Set(all.map(({ instead }) => instead))].join(', ')}.`,
        related: others.map(({ name, at }) => ({ at, message: `\`${name}\`` })),
        ...(isOld ? ({ severity: 'warning' } as const) : {}),
      });
    }
  },
});

interface Outdated {
  readonly name: string;
  readonly at: Span;
  readonly isOld: boolean;
  readonly instead: string;
}

/** What `ci/action-retired` tells. */
function isRefused(name: string, major: number): boolean {
  return (name === 'actions/cache' && major < 3) || (/artifact$/.test(name) && major < 4);
}
