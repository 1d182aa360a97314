import { defineRule } from '../../src/rule.ts';
import { django, unit } from '../shared/values/examples.ts';

const OPERATORS = new Set(['|', '>', '>>', '<', '2>', '2>&1', '&>', '&', '&&', '||']);

export default defineRule({
  id: 'server/systemd-shell-syntax',
  title: 'Shell syntax in ExecStart',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'systemd starts the program itself, without a shell: pipes, redirections, && and backticks reach it as arguments or stop it.',
  fix: 'Split it into ExecStartPre lines, or run it through `/bin/sh -c`.',
  autofix: 'unsafe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines'],
  examples: {
    bad: [{ ...django(), 'gunicorn.service': unit('', 'python manage.py migrate && gunicorn mysite.wsgi # !') }],
    good: [
      { ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\n') },
      {
        ...django(),
        'gunicorn.service': unit('').replace(
          /ExecStart=.*/,
          'ExecStart=/bin/sh -c "python manage.py migrate && exec gunicorn mysite.wsgi"',
        ),
      },
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const { unit: one } of processes) {
      for (const line of one?.execLines ?? []) {
        const words = line.words.map((word) => word.text);
        if (/(^|\/)(ba|da|z)?sh$/.test(words[0]?.replace(/^[-@:+!]+/, '') ?? '') && words.some((word) => /^-\w*c$/.test(word))) continue;
        const culprit = line.words.find((word) => !word.quoted && (OPERATORS.has(word.text) || /`|\$\(/.test(word.text)));
        if (culprit === undefined) continue;
        ctx.report({
          at: culprit.at,
          message: `${line.key} holds \`${culprit.text}\`, which systemd does not understand: it is passed to the program as an argument.`,
          subject: `${one?.file} ${line.key}`,
        });
      }
    }
  },
});
