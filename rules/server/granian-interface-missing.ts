import { defineRule } from '../../src/rule.ts';
import { byCompose, byImage, byProcfile, byUnit } from '../shared/processes/start-example.ts';

const LINE = 'granian --host 0.0.0.0 --port 8000 mysite.wsgi:application';

export default defineRule({
  id: 'server/granian-interface-missing',
  title: 'Granian started without an interface for a Django app',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'Without `--interface` granian speaks RSGI, a protocol of its own that Django does not know: every request is answered 500.',
  fix: 'Add `--interface wsgi`, or `--interface asginl` for the asgi module.',
  autofix: 'unsafe',
  links: ['https://github.com/emmett-framework/granian#options'],
  examples: {
    bad: [
      byCompose(`${LINE} # !`),
      byUnit('granian mysite.asgi:application # !'),
      byCompose(`${LINE} --interface rsgi # !`),
      byCompose(`${LINE} # !`, '    environment:\n      GRANIAN_PORT: "8000"\n'),
    ],
    good: [
      byCompose(LINE.replace('granian', 'granian --interface wsgi')),
      byCompose(LINE, '    environment:\n      GRANIAN_INTERFACE: wsgi\n'),
      byProcfile(LINE.replace('granian', 'granian --interface asginl').replace('wsgi:', 'asgi:')),
      { ...byCompose('granian --host 0.0.0.0 mysite.edge:app'), 'mysite/edge.py': 'async def app(scope, proto):\n    ...\n' },
    ],
    undecided: [byProcfile(LINE), byImage(LINE)],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server } = process;
      if (server?.software !== 'granian') continue;
      const told = server.option('interface') ?? null;
      if (told !== null && told.kind !== 'known') {
        ctx.undecided('Which interface granian is told to speak is not known.', process.commandAt);
        continue;
      }
      if (told !== null && told.value.toLowerCase() !== 'rsgi') continue;
      ctx.expect(
        server.app,
        (app) => !/(^|\.)(wsgi|asgi)(:|$)/.test(app),
        (app, decided) => ({
          at: told === null ? decided : told.origin,
          message: `granian takes \`${app}\` for an application of its own protocol RSGI: every request is answered 500.`,
          subject: process.name,
        }),
      );
    }
  },
});
