/** Pieces for examples of programs that supervisor starts. */

const HEAD = '[supervisord]\nlogfile=/var/log/supervisor/supervisord.log\n\n';

/** A program of a machine's supervisor, with the lines that an example is about. */
export function program(name: string, command: string, lines = ''): string {
  return `[program:${name}]\ncommand=/srv/mysite/venv/bin/${command}\ndirectory=/srv/mysite\n${lines}`;
}

/** A configuration of a machine that holds these programs; `lines` go to the daemon itself. */
export function supervisor(programs: string, lines = ''): Record<string, string> {
  return { 'deploy/supervisord.conf': `${HEAD.trimEnd()}\n${lines}\n${programs}` };
}
