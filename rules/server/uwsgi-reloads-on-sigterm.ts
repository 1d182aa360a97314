import { byDefault, DEFAULTS, defineRule, mapValue, type Process, usual } from '../../src/rule.ts';
import { byUnit, byUwsgi } from '../shared/processes/start-example.ts';

const EXEC = 'uwsgi --module mysite.wsgi --http 127.0.0.1:8000 --master';

export default defineRule({
  id: 'server/uwsgi-reloads-on-sigterm',
  title: 'uWSGI reloads on SIGTERM instead of stopping',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'docker stop, Kubernetes and systemd ask with SIGTERM, which the master of uWSGI 2.0 takes for a reload: it starts new workers until it is killed, and requests in flight are lost at each deployment.',
  fix: 'Set `die-on-term = true`.',
  autofix: 'safe',
  links: [
    'https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html',
    'https://uwsgi-docs.readthedocs.io/en/latest/Options.html#die-on-term',
  ],
  examples: {
    bad: [byUwsgi('master = true # !\n'), byUwsgi('master = true # !\ndie-on-term = false\n'), byUnit(`${EXEC} # !`)],
    good: [
      byUwsgi('master = true\ndie-on-term = true\n'),
      byUwsgi('master = true\nexit-on-reload = true\n'),
      byUwsgi('master = true\nhook-master-start = unix_signal:15 gracefully_kill_them_all\n'),
      byUwsgi('master = true\n', '    stop_signal: SIGINT\n'),
      byUwsgi(''),
      byUnit(EXEC, 'KillSignal=SIGQUIT\n'),
      byUnit(`${EXEC} --die-on-term`),
    ],
    undecided: [byUwsgi('master = true\n', '    env_file: web.env\n')],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    for (const process of processes) {
      const { server, stopSignal } = process;
      if (server?.software !== 'uwsgi' || (process.host !== 'container' && process.unit === null) || handlesTerm(process)) continue;
      const master = server.option('master') ?? mapValue(usual(DEFAULTS.uwsgi, 'master'), String);
      const dies = server.option('die-on-term') ?? mapValue(usual(DEFAULTS.uwsgi, 'die_on_term'), String);
      const leaves = server.option('exit-on-reload') ?? mapValue(usual(DEFAULTS.uwsgi, 'exit_on_reload'), String);
      ctx.expectAll(
        [master, dies, leaves, stopSignal ?? byDefault('SIGTERM', DEFAULTS.uwsgi.of)] as const,
        (on, ends, exits, signal) => !isOn(on) || isOn(ends) || isOn(exits) || !/^(SIG)?TERM$|^15$/.test(signal),
        (_values, [decided]) => ({
          at: decided,
          message: `uWSGI of \`${process.name}\` answers SIGTERM with a reload: it never stops by itself and is killed.`,
          subject: process.name,
        }),
      );
    }
  },
});

function isOn(text: string): boolean {
  return !/^(0|false|off|no)$/i.test(text);
}

function handlesTerm({ server }: Process): boolean {
  const hooks = server?.sources('hook-master-start') ?? [];
  return hooks.some(({ value }) => value.kind !== 'known' || /unix_signal:15\b/.test(value.value));
}
