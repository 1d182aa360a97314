import { defineRule } from '../../src/rule.ts';
import { literalOf } from '../shared/code/python-call.ts';
import { isRun, sentryInits } from '../shared/logs/sentry.ts';

function project(options: string, top = ''): Record<string, string> {
  return {
    'settings.py': `import os\n\nimport sentry_sdk\n\nDEBUG = False\n${top}sentry_sdk.init(\n    dsn=os.environ['SENTRY_DSN'],\n${options})\n`,
  };
}

export default defineRule({
  id: 'logging/sentry-traces-every-request',
  title: 'Every request traced',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'Each request then costs the time of recording it and counts against the quota of the account, which a busy day uses up.',
  fix: 'Set a rate of 0.05 to 0.2, or a traces_sampler.',
  autofix: 'unsafe',
  links: ['https://docs.sentry.io/platforms/python/configuration/sampling/'],
  examples: {
    bad: [
      project('    traces_sample_rate=1.0, # !\n'),
      project('    traces_sample_rate=RATE, # !\n', 'RATE = 1.0\n'),
      project('    enable_tracing=True, # !\n'),
    ],
    good: [
      project(''),
      project('    profiles_sample_rate=1.0,\n'),
      project('    traces_sample_rate=0.1,\n    profiles_sample_rate=1.0,\n'),
      project('    traces_sample_rate=1.0,\n    traces_sampler=sampler,\n'),
      project('    enable_tracing=True,\n    traces_sample_rate=0.05,\n'),
      { 'settings.py': 'import sentry_sdk\n\nDEBUG = False\nif DEBUG:\n    sentry_sdk.init(traces_sample_rate=1.0)\n' },
    ],
    undecided: [project("    traces_sample_rate=float(os.environ['RATE']),\n")],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const call of sentryInits(repository)) {
      const traces = call.argument('traces_sample_rate');
      // Profiles are taken of traced requests only, so their rate alone records nothing.
      const option = traces ?? call.argument('enable_tracing');
      const runs = isRun(call, settings, repository);
      if (option === null || runs === 'no' || call.argument('traces_sampler') !== null) continue;
      const value = literalOf(option.text, settings);
      if (value === false || (typeof value === 'number' && value < 1)) continue;
      if (value === null || runs === 'maybe' || !call.complete) ctx.undecided('How many requests Sentry traces is not known.', option.at);
      else ctx.report({ at: option.at, message: 'Sentry traces every single request.', subject: 'sentry_sdk.init' });
    }
  },
});
