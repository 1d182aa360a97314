import { defineRule, type Process, type RepositoryFacts, type Unit } from '../../src/rule.ts';
import { django, unit } from '../shared/values/examples.ts';

export default defineRule({
  id: 'server/systemd-runtime-directory-missing',
  title: 'Socket path under /run without a directory owner',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: '/run is empty at every boot and belongs to root: the service cannot create its folder there, the bind fails and the unit restarts for ever.',
  fix: 'Add `RuntimeDirectory=` with the name of the folder to [Service].',
  autofix: 'safe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory='],
  examples: {
    bad: [
      { ...django(), 'gunicorn.service': unit().replace('--workers 3', '--workers 3 # !') },
      {
        ...django(),
        'gunicorn.service': unit().replace('--workers 3', '--workers 3 # !'),
        'deploy/setup.sh': '#!/bin/sh\nmkdir -p /var/log/gunicorn /run/mysite\n',
      },
    ],
    good: [
      { ...django(), 'gunicorn.service': unit('RuntimeDirectory=mysite\n') },
      {
        ...django(),
        'gunicorn.service': unit('', 'gunicorn mysite.wsgi --bind unix:/run/mysite.sock').replace('User=deploy', 'User=root'),
      },
      { ...django(), 'gunicorn.service': unit('', 'gunicorn mysite.wsgi --bind 127.0.0.1:8000') },
      { ...django(), 'gunicorn.service': unit('ExecStartPre=+/usr/bin/install -d -o deploy /run/mysite\n') },
    ],
  },
  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    for (const process of processes) {
      const { unit: one, server } = process;
      if (one === null || server === null || one.socketActivated) continue;
      for (const bind of server.binds.items) {
        const folder = bind.kind === 'unix' ? /^\/(?:var\/)?run\/([^/]+)\/.+/.exec(bind.path)?.[1] : undefined;
        if (bind.kind !== 'unix' || folder === undefined || provides(one, folder, bind.path)) continue;
        ctx.expect(
          process.user,
          (user) => isRoot(user) && makesFolder(process),
          () => ({
            at: bind.at ?? process.commandAt,
            message: messageFor(folder, bind.path, madeOnceBy(folder, repository)),
            subject: `${one.file} ${bind.path}`,
            related: [{ at: one.at, message: `RuntimeDirectory=${folder} belongs here` }],
          }),
        );
      }
    }
  },
});

/** /run is kept in memory: what an installation script makes there is gone after the next boot. */
function messageFor(folder: string, socket: string, script: string | null): string {
  return script === null
    ? `Nothing creates \`/run/${folder}\` for the socket \`${socket}\`: the server cannot bind and the unit never starts.`
    : `\`/run/${folder}\` for the socket \`${socket}\` is made once by \`${script}\`: after the next boot it is gone, and the unit never starts.`;
}

function madeOnceBy(folder: string, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): string | null {
  const makes = new RegExp(`\\b(mkdir|install)\\b[^\\n]*/run/${folder.replace(/[^\w-]/g, '.')}(?![\\w-])`);
  return files.find((file) => /\.(sh|bash|ya?ml)$|(^|\/)(Makefile|fabfile\.py)$/.test(file) && makes.test(read(file) ?? '')) ?? null;
}

function isRoot(user: string): boolean {
  return user === '' || user === 'root' || user === '0';
}

/** gunicorn itself creates no folder, not even as root; only a step before it can. */
function makesFolder(process: Process): boolean {
  return process.steps.some((step) => step.name === 'mkdir' || step.name === 'install');
}

function provides(unit: Unit, folder: string, path: string): boolean {
  if (unit.runtimeDirectories.some((name) => name === folder || name.startsWith(`${folder}/`))) return true;
  if (unit.socketPaths.some((one) => one === path || path.startsWith(`${one.replace(/\/+$/, '')}/`))) return true;
  return unit.execLines.some((line) => line.key === 'ExecStartPre' && line.words.some((word) => word.text.includes(folder)));
}
