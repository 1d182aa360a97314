import { defineRule } from '../../src/rule.ts';
import { clientAddressReader } from '../shared/requests/client-address.ts';
import { django, unit } from '../shared/values/examples.ts';

const view = { 'mysite/views.py': "def health(request):\n    return request.META.get('REMOTE_ADDR')\n" };

export default defineRule({
  id: 'server/client-address-missing-over-socket',
  title: 'Client address is empty behind a unix socket',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'REMOTE_ADDR is an empty string over a unix socket: every client shares one throttle, or none is throttled, and access rules by address never match.',
  fix: 'Take the address from X-Forwarded-For in a middleware, or tell the app how many proxies stand in front.',
  autofix: 'none',
  links: ['https://docs.gunicorn.org/en/stable/deploy.html'],
  cross: true,
  examples: {
    bad: [{ ...django(), ...view, 'gunicorn.service': unit('RuntimeDirectory=mysite\n').replace('--workers 3', '--workers 3 # !') }],
    good: [
      { ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\n') },
      { ...django(), ...view, 'gunicorn.service': unit('', 'gunicorn mysite.wsgi --bind 127.0.0.1:8000') },
      {
        ...django(),
        ...view,
        'mysite/middleware.py':
          "def real_ip(get_response):\n    def run(request):\n        request.META['REMOTE_ADDR'] = request.META['HTTP_X_FORWARDED_FOR'].split(',')[0]\n        return get_response(request)\n    return run\n",
        'gunicorn.service': unit('RuntimeDirectory=mysite\n'),
      },
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const reader = clientAddressReader(repository);
    if (reader === null) return;
    for (const process of processes) {
      const bind = process.server?.binds.items.find((one) => one.kind === 'unix');
      if (bind === undefined || process.server?.binds.items.some((one) => one.kind === 'tcp')) continue;
      ctx.report({
        at: bind.at ?? process.commandAt,
        message: `\`${process.name}\` listens on a unix socket, so REMOTE_ADDR is empty for the code that reads it.`,
        subject: process.name,
        related: [{ at: reader, message: 'the address is read here' }],
      });
    }
  },
});
