import { compose, DOCKERFILE, django, unit } from '../values/examples.ts';

/** One command line, started in each of the ways that name one: a fault of the server shows in all of them. */

export function byCompose(command: string, web = ''): Record<string, string> {
  return { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: `    command: ${command}\n${web}` }) };
}

/** `mark` goes behind the instruction. */
export function byImage(command: string, mark = ''): Record<string, string> {
  return { ...django(), Dockerfile: DOCKERFILE.replace(/CMD .*/, `CMD ${JSON.stringify(command.split(' '))}${mark}`) };
}

export function byProcfile(command: string): Record<string, string> {
  return { ...django(), Procfile: `web: ${command}\n` };
}

export function byUnit(exec: string, lines = ''): Record<string, string> {
  return { ...django(), 'mysite.service': unit(lines, exec) };
}

/** A compose service that starts uWSGI with a file of these options. */
export function byUwsgi(ini: string, web = ''): Record<string, string> {
  return { ...byCompose('uwsgi --ini uwsgi.ini', web), 'uwsgi.ini': `[uwsgi]\nmodule = mysite.wsgi\nhttp = 0.0.0.0:8000\n${ini}` };
}

/** A compose service that starts gunicorn with a configuration file of these lines. */
export function byConfig(lines: string, web = ''): Record<string, string> {
  return { ...byCompose('gunicorn mysite.wsgi', web), 'gunicorn.conf.py': `bind = '0.0.0.0:8000'\nworkers = 3\n${lines}` };
}
