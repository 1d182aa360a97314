import { DEFAULTS, defineRule, usual } from '../../src/rule.ts';
import { byCompose, byConfig, byUnit } from '../shared/processes/start-example.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/ambiguous-header-mapping',
  title: 'Ambiguous header mapping re-enabled',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'X_Forwarded_Proto and X-Forwarded-Proto become one and the same for Django: a client sends the one with underscores, which no proxy sets or removes, and is believed.',
  fix: 'Keep the default (`drop`), and let the proxy send the header under a name with dashes.',
  autofix: 'unsafe',
  links: ['https://gunicorn.org/reference/settings/#header_map'],
  cwe: ['CWE-444'],
  examples: {
    bad: [
      byCompose(`${LINE} --header-map dangerous # !`),
      byUnit(`${LINE} --header-map=dangerous # !`),
      byConfig("header_map = 'dangerous' # !\n"),
      byCompose('gunicorn mysite.wsgi', '    environment:\n      GUNICORN_CMD_ARGS: --header-map=dangerous # !\n'),
    ],
    good: [byCompose(LINE), byCompose(`${LINE} --header-map refuse`), byConfig("header_map = 'drop'\n")],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      if (process.server?.software !== 'gunicorn') continue;
      ctx.expect(
        process.server.option('header_map') ?? usual(DEFAULTS.gunicorn, 'header_map'),
        (mapping) => mapping.toLowerCase() !== 'dangerous',
        (_mapping, decided) => ({
          at: decided,
          message: `\`${process.name}\` takes header names with underscores for those with dashes: clients can forge what the proxy sets.`,
          subject: process.name,
        }),
      );
    }
  },
});
