import { defineRule } from '../../src/rule.ts';
import { django, unit } from '../shared/values/examples.ts';

export default defineRule({
  id: 'server/systemd-sandboxing-missing',
  title: 'No sandboxing options on a network service',
  severity: 'note',
  topic: 5,
  since: '0.1.0',
  why: 'An exploited application can write everywhere its user may and see the files of others: NoNewPrivileges, PrivateTmp and ProtectSystem limit that at no cost.',
  fix: 'Add NoNewPrivileges=true, PrivateTmp=true and ProtectSystem=full.',
  autofix: 'unsafe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Sandboxing'],
  cwe: ['CWE-250'],
  examples: {
    bad: [{ ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\n').replace('[Service]', '[Service] # !') }],
    good: [{ ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\nNoNewPrivileges=true\nPrivateTmp=true\n') }],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const { unit: one, settings } of processes) {
      if (one === null || settings === null || one.sandboxing.length > 0) continue;
      if (one.execLines.some((line) => line.words.some((word) => /(^|\/)(docker|podman)(-compose)?$/.test(word.text)))) continue;
      ctx.report({ at: one.at, message: `\`${one.file}\` sets none of systemd's sandboxing options.`, subject: one.file });
    }
  },
});
