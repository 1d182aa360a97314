import { defineRule, type ProxyLocation } from '../../src/rule.ts';
import { listensLocally, locationName, type Route, routesOf } from '../shared/requests/proxy.ts';
import { APACHE_PASS, apacheHost } from '../shared/requests/proxy-programs.ts';
import { django, nginx, unit } from '../shared/values/examples.ts';

const TO_APP = 'proxy_pass http://unix:/run/mysite/app.sock;\n        proxy_set_header Host $host;';
const machine = (conf: string) => ({ ...django(), 'mysite.service': unit('RuntimeDirectory=mysite\n'), 'nginx.conf': conf });
const rooted = (folder: string, mark = '', inside = '') =>
  machine(
    nginx(
      `    root ${folder};${mark}\n    location / {\n        try_files $uri @app;\n${inside}    }\n    location @app {\n        ${TO_APP}\n    }`,
    ),
  );
const apache = (lines: string) => ({
  ...django(),
  'mysite.service': unit('RuntimeDirectory=mysite\n'),
  'apache/site.conf': apacheHost(`${lines}${APACHE_PASS.replaceAll('http://web:8000/', 'unix:/run/mysite/app.sock|http://localhost/')}`),
});
const GRANTED = (folder: string) => `    <Directory ${folder}>\n        Require all granted\n    </Directory>\n`;

export default defineRule({
  id: 'proxy/project-source-served',
  title: 'Web root contains the project source',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'The settings, .env and .git lie below the folder that is served: anyone downloads the source and the secrets in it.',
  fix: 'Serve STATIC_ROOT and MEDIA_ROOT only, from folders that hold nothing else.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/topics/security/#additional-security-topics'],
  cwe: ['CWE-538', 'CWE-552'],
  cross: true,
  examples: {
    bad: [
      rooted('/srv/mysite', ' # !'),
      rooted('/srv', ' # !'),
      machine(nginx(`    location /files/ {\n        alias /srv/mysite/; # !\n    }\n    location / {\n        ${TO_APP}\n    }`)),
      apache(`    Alias /files /srv/mysite # !\n    ProxyPass /files !\n${GRANTED('/srv/mysite')}`),
    ],
    good: [
      rooted('/srv/www'),
      machine(nginx(`    root /srv/mysite;\n    location / {\n        ${TO_APP}\n    }`)),
      machine(nginx(`    location /static/ {\n        root /srv/mysite;\n    }\n    location / {\n        ${TO_APP}\n    }`)),
      rooted('/srv/mysite', '', '        deny all;\n'),
      apache(`    Alias /static /srv/mysite/static\n    ProxyPass /static !\n${GRANTED('/srv/mysite/static')}`),
      apache('    DocumentRoot /srv/mysite\n'),
    ],
    undecided: [rooted('/srv/mysite', '', '        include snippets/access.conf;\n')],
  },
  needs: ['proxy', 'evaluations'],
  check({ proxy, evaluations }, ctx) {
    const seen = new Set<ProxyLocation['files']>();
    for (const route of routesOf(proxy)) {
      const { server, location } = route;
      const { files, pass, answers, internal, restricted } = location;
      const folder = servedFolder(location);
      if (
        folder === null ||
        files === null ||
        pass !== null ||
        answers !== null ||
        internal ||
        restricted === 'yes' ||
        listensLocally(server)
      )
        continue;
      for (const settings of evaluations) {
        const source = settings.processes.flatMap((process) => placeOf(settings.file, route, process) ?? [])[0];
        if (source === undefined || !contains(folder, source) || [...seen].some((one) => one?.at === files.at)) continue;
        seen.add(files);
        if (restricted === 'maybe') {
          ctx.undecided(`Whether \`${locationName(location)}\` lets everybody in is not settled.`, files.at);
          continue;
        }
        ctx.report({
          at: files.at,
          message: `\`${locationName(location)}\` serves \`${folder}\`, and the settings lie below it: \`${source}\` can be downloaded.`,
          subject: `${server.file} ${locationName(location)}`,
          related: [{ at: settings.top, message: 'the settings' }],
        });
      }
    }
  },
});

/** The folder whose files a location sends; null where it is not known or depends on a pattern. */
function servedFolder({ files, match }: ProxyLocation): string | null {
  if (files === null || files.path.kind !== 'known' || match.kind === 'regex' || match.kind === 'exact' || match.kind === 'named')
    return null;
  const { value } = files.path;
  if (!value.startsWith('/') || /[$%{]/.test(value)) return null;
  return (files.kind === 'root' ? `${value}/${match.path}` : value).replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
}

/** Where the proxy sees a file of the repository: by its own mounts and copies, else on the machine that both share. */
function placeOf(
  file: string,
  { server }: Route,
  process: { readonly host: string; readonly paths: { runtimePath(path: string): string | null } },
): string | null {
  if (server.process !== null) return server.process.paths.runtimePath(file);
  const path = process.host === 'machine' ? process.paths.runtimePath(file) : null;
  return path?.startsWith('/') === true ? path : null;
}

function contains(folder: string, path: string): boolean {
  return folder === '/' || path.startsWith(`${folder}/`);
}
