import { defineRule } from '../../src/rule.ts';
import { literalOf } from '../shared/code/python-call.ts';
import { isRun, sentryInits } from '../shared/logs/sentry.ts';

function project(options: string, top = ''): Record<string, string> {
  return {
    'settings.py': `import os\n\nimport sentry_sdk\n\nDEBUG = False\n${top}sentry_sdk.init(\n    dsn=os.environ['SENTRY_DSN'],\n${options})\n`,
  };
}

export default defineRule({
  id: 'logging/sentry-sends-personal-data',
  title: 'Personal data sent to Sentry',
  severity: 'note',
  topic: 8,
  since: '0.1.0',
  why: 'With send_default_pii every event carries the user, the address, cookies and headers of the request to another company; newer releases of the SDK replace the option by data_collection.',
  fix: 'Drop the option, or say with data_collection, before_send or an EventScrubber what may leave.',
  autofix: 'unsafe',
  links: [
    'https://docs.sentry.io/platforms/python/data-management/data-collected/',
    'https://docs.sentry.io/platforms/python/data-management/sensitive-data/',
  ],
  cwe: ['CWE-359'],
  examples: {
    bad: [
      project('    send_default_pii=True, # !\n'),
      project('    send_default_pii=SENTRY_PII, # !\n', 'SENTRY_PII = True\n'),
      {
        'settings.py':
          "import os\nimport sentry_sdk\n\nSENTRY_DSN = os.environ['SENTRY_DSN']\nif SENTRY_DSN:\n    sentry_sdk.init(dsn=SENTRY_DSN, integrations=[a(b, c=1)],\n        send_default_pii=True) # !\n",
      },
    ],
    good: [
      project(''),
      project('    send_default_pii=False,\n'),
      project('    send_default_pii=True,\n    before_send=scrub,\n'),
      project('    # send_default_pii=True,\n'),
      project('    send_default_pii=True,\n    event_scrubber=EventScrubber(recursive=True),\n'),
      { 'settings.py': 'import sentry_sdk\n\nDEBUG = False\nif DEBUG:\n    sentry_sdk.init(send_default_pii=True)\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      project("    send_default_pii=os.environ.get('PII') == '1',\n"),
      { 'settings.py': "import os\nimport sentry_sdk\n\nif os.environ['STAGE'] == 'live':\n    sentry_sdk.init(send_default_pii=True)\n" },
      project('    send_default_pii=True,\n    **more,\n'),
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    for (const call of sentryInits(repository)) {
      const option = call.argument('send_default_pii');
      const runs = isRun(call, settings, repository);
      if (option === null || runs === 'no' || GUARDS.some((name) => call.argument(name) !== null)) continue;
      const value = literalOf(option.text, settings);
      if (value === false || value === 0) continue;
      if (value === null || runs === 'maybe' || !call.complete)
        ctx.undecided('Whether Sentry is sent personal data is not known.', option.at);
      else
        ctx.report({
          at: option.at,
          message: '`send_default_pii` sends users, addresses, cookies and headers of requests to Sentry.',
          subject: 'sentry_sdk.init',
        });
    }
  },
});

/** Options that decide what leaves. */
const GUARDS = ['before_send', 'event_scrubber', 'data_collection', 'before_send_transaction'];
