import { defineRule } from '../../src/rule.ts';
import { django, unit } from '../shared/values/examples.ts';

export default defineRule({
  id: 'server/systemd-reload-missing',
  title: 'Unit cannot reload without dropping requests',
  severity: 'note',
  topic: 2,
  since: '0.1.0',
  why: 'Without ExecReload every deployment becomes a restart, which refuses the requests that arrive meanwhile.',
  fix: 'Add `ExecReload=/bin/kill -s HUP $MAINPID` and deploy with `systemctl reload`.',
  autofix: 'safe',
  links: ['https://docs.gunicorn.org/en/stable/deploy.html#systemd'],
  examples: {
    bad: [{ ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\n').replace('[Service]', '[Service] # !') }],
    good: [
      { ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\nExecReload=/bin/kill -s HUP $MAINPID\n') },
      { ...django(), 'gunicorn.service': unit('Type=notify-reload\nRuntimeDirectory=mysite\n') },
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const { unit: one, server } of processes) {
      if (one === null || (server?.software !== 'gunicorn' && server?.software !== 'uwsgi')) continue;
      if (one.reload !== null || one.type === 'notify-reload' || one.socketActivated) continue;
      ctx.report({
        at: one.at,
        message: `\`${one.file}\` has no ExecReload: a new release can only restart the server and drop requests.`,
        subject: one.file,
      });
    }
  },
});
