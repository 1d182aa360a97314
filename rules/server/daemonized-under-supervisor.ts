import { defineRule } from '../../src/rule.ts';
import { workerBy } from '../shared/processes/celery-start-example.ts';
import { byCompose, byConfig, byImage, byProcfile, byUnit, byUwsgi } from '../shared/processes/start-example.ts';
import { isFollowed, supervisorOf } from '../shared/processes/supervised.ts';

const LINE = 'gunicorn mysite.wsgi --bind 0.0.0.0:8000';

export default defineRule({
  id: 'server/daemonized-under-supervisor',
  title: 'Server daemonizes under a process manager',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'What was started ends at once while the server goes to the background: a container stops with it, and supervisor, systemd or the platform starts it again for ever.',
  fix: 'Drop the option: whoever starts the server keeps it in the background.',
  autofix: 'safe',
  links: ['https://gunicorn.org/deploy/#monitoring', 'https://gunicorn.org/reference/settings/#daemon'],
  examples: {
    bad: [
      byCompose(`${LINE} --daemon # !`),
      byImage(`${LINE} -D`, ' # !'),
      byProcfile(`${LINE} --daemon # !`),
      byUnit(`${LINE} --daemon # !`),
      byUnit('gunicorn mysite.wsgi -D # !', 'Type=notify\n'),
      byConfig('daemon = True # !\n'),
      byUwsgi('daemonize = /var/log/uwsgi.log # !\n'),
      workerBy('celery -A mysite worker --detach # !'),
    ],
    good: [
      byCompose(LINE),
      byUnit(`${LINE} --daemon --pid /run/mysite.pid`, 'Type=forking\nPIDFile=/run/mysite.pid\n'),
      workerBy('celery -A mysite worker'),
      {
        ...byCompose('sh start.sh'),
        'start.sh': '#!/bin/sh\nuwsgi --ini uwsgi.ini\ntail -f /var/log/uwsgi.log\n',
        'uwsgi.ini': '[uwsgi]\nmodule = mysite.wsgi\ndaemonize = /var/log/uwsgi.log\n',
      },
    ],
    undecided: [byProcfile('gunicorn mysite.wsgi')],
  },
  needs: ['processes', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    for (const process of processes) {
      const daemon = process.server?.daemon ?? process.taskQueue?.daemon;
      const supervisor = supervisorOf(process, deployment);
      if (daemon === undefined || supervisor === null || isFollowed(process, (path) => repository.read(path))) continue;
      ctx.expect(
        daemon,
        (on) => !on,
        (_on, decided) => ({
          at: decided,
          message: `\`${process.name}\` goes to the background, so ${supervisor} sees it end at once.`,
          subject: process.name,
        }),
      );
    }
  },
});
