import { defineRule } from '../../src/rule.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { django, unit } from '../shared/values/examples.ts';

const conf = (folder: string, mark = '') =>
  `server {\n    listen 80;\n    server_name example.com;\n    location /static/ {\n        alias ${folder};${mark}\n    }\n    location / {\n        proxy_pass http://unix:/run/mysite/app.sock;\n        proxy_set_header Host $host;\n    }\n}\n`;
const host = (folder: string, mark = '') => ({
  ...django(),
  'mysite.service': unit('RuntimeDirectory=mysite\n'),
  'nginx.conf': conf(folder, mark),
});

export default defineRule({
  id: 'static/location-unreadable-by-proxy',
  title: 'Proxy may not enter the directory it serves',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'Home directories are mode 0700 on current distributions: the proxy runs as another user, cannot enter, and answers 403 for every file.',
  fix: "Serve from /srv or /var/www, or give the proxy's group access to the path.",
  autofix: 'none',
  links: ['https://nginx.org/en/docs/ngx_core_module.html#user'],
  cross: true,
  examples: {
    bad: [host('/home/deploy/mysite/static/', ' # !')],
    undecided: [host('/home/mysite/static/')],
    good: [host('/srv/mysite/static/'), { ...host('/home/deploy/mysite/static/'), 'deploy.sh': '#!/bin/sh\nchmod 711 /home/deploy\n' }],
  },
  needs: ['proxy', 'deployment', 'repository'],
  check({ proxy, deployment, repository }, ctx) {
    if (deployment.kind === 'compose' || deployment.kind === 'image') return;
    const seen = new Set<string>();
    const users = deployment.processes.flatMap(({ user }) => (user.kind === 'known' ? [user.value] : []));
    for (const { server, location } of routesOf(proxy)) {
      const { files } = location;
      if (files === null || server.process?.host === 'container') continue;
      ctx.expect(
        files.path,
        (path) => {
          const home = /^(\/home\/[^/]+|\/root)(\/|$)/.exec(path)?.[1];
          if (home === undefined || seen.has(home) || opensHome(repository.files, (file) => repository.read(file), home)) return 'yes';
          // A folder below /home that belongs to no user of the deployment was made by hand, as open as any.
          return home === '/root' || users.includes(home.slice('/home/'.length)) ? 'no' : 'maybe';
        },
        (path) => {
          const home = /^(\/home\/[^/]+|\/root)/.exec(path)?.[1] ?? path;
          seen.add(home);
          return {
            at: files.at,
            message: `\`${locationName(location)}\` serves from \`${home}\`, which the user of the proxy may not enter: files answer 403.`,
            subject: `${server.file} ${home}`,
          };
        },
      );
    }
  },
});

/** A script, role or playbook of the repository that gives access to the home directory. */
function opensHome(files: readonly string[], read: (path: string) => string | null, home: string): boolean {
  const name = home.split('/').at(-1) ?? home;
  return files
    .filter((file) => /\.(sh|bash|ya?ml|mk)$|(^|\/)(Makefile|fabfile\.py)$/.test(file))
    .some((file) => new RegExp(`(chmod|chgrp|setfacl|usermod|adduser|gpasswd)\\b[^\\n]*(${name}|www-data|nginx)`).test(read(file) ?? ''));
}
