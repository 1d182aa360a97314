import { type Data, defineRule, type ProxyFacts, placeOf, type SettingsFacts, type Span, type Value } from '../../src/rule.ts';
import { loggingText } from '../shared/logs/log-example.ts';
import { isDevice, type LogFile, serverLogFiles, settingsLogFiles } from '../shared/logs/log-files.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { pathText } from '../shared/storage/static.ts';
import { isSequence } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const USED = "'root': {'handlers': ['file']}";
const handler = (path: string) => `'file': {'class': 'logging.FileHandler', 'filename': ${path}},`;
const BESIDE = 'from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n';

function project(settings: string): Record<string, string> {
  return { ...django(BESIDE + settings), Dockerfile: DOCKERFILE, 'media/.gitkeep': '', 'logs/.gitkeep': '' };
}

export default defineRule({
  id: 'logging/log-file-publicly-served',
  title: 'Log file inside a served directory',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Anyone can download the log, with addresses, URLs and the values in its tracebacks.',
  fix: 'Log to stdout, or to a directory outside of MEDIA_ROOT, STATIC_ROOT and what the proxy serves.',
  autofix: 'unsafe',
  links: [
    'https://owasp.org/www-project-top-ten/2017/A3_2017-Sensitive_Data_Exposure',
    'https://docs.djangoproject.com/en/stable/ref/settings/#media-root',
  ],
  cwe: ['CWE-538', 'CWE-532'],
  cross: true,
  examples: {
    bad: [
      project(`MEDIA_ROOT = BASE_DIR / 'media'\n${loggingText([`${handler("BASE_DIR / 'media' / 'app.log'")} # !`], USED)}`),
      project(`STATIC_ROOT = '/srv/static/'\n${loggingText([`${handler("'/srv/static/logs/app.log'")} # !`], USED)}`),
      project(
        `STATICFILES_DIRS = [BASE_DIR / 'media', ('docs', BASE_DIR / 'logs')]\n${loggingText([`${handler("BASE_DIR / 'logs/app.log'")} # !`], USED)}`,
      ),
      {
        ...django(loggingText([`${handler("'/srv/files/app.log'")} # !`], USED)),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({
          web: '    volumes: ["files:/srv/files"]\n',
          nginx: '      - files:/data/files\n',
          volumes: 'volumes:\n  files:\n',
        }),
        'nginx.conf': nginx(`${PASS}\n    location /files/ { alias /data/files/; }`),
      },
    ],
    good: [
      project(`MEDIA_ROOT = BASE_DIR / 'media'\n${loggingText([handler("BASE_DIR / 'logs/app.log'")], USED)}`),
      project(`MEDIA_ROOT = '/srv/media'\n${loggingText([handler("'/srv/media-logs/app.log'")], USED)}`),
      project(`MEDIA_ROOT = ''\n${loggingText([handler("'/dev/stdout'")], USED)}`),
      {
        ...django(loggingText([handler("'/srv/files/app.log'")], USED)),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({
          web: '    volumes: ["files:/srv/files"]\n',
          nginx: '      - files:/data/files\n',
          volumes: 'volumes:\n  files:\n',
        }),
        'nginx.conf': nginx(`${PASS}\n    location /files/ { internal; alias /data/files/; }`),
      },
    ],
    undecided: [project(`from elsewhere import folder\n\nMEDIA_ROOT = folder()\n${loggingText([handler("'/srv/media/app.log'")], USED)}`)],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    const told = new Set<string>();
    const processes = new Set(settings.processes);
    const files = [...settingsLogFiles(settings), ...serverLogFiles(deployment.processes.filter((one) => processes.has(one)))];
    for (const file of files) {
      if (isDevice(file.path) || told.has(file.path)) continue;
      const folder = servedFolder(file, settings) ?? (deployment.proxy === null ? null : servedByProxy(file, deployment.proxy));
      if (folder === null) continue;
      told.add(file.path);
      if (folder === 'open') ctx.undecided('Part of what is served is not known.', settings.placeOf('MEDIA_ROOT'));
      else
        ctx.report({
          at: file.at,
          message: `The log file \`${file.path.replace('<ROOT>/', '')}\` lies in ${folder.name}, which is served: anyone can download it.`,
          subject: file.path,
          ...(folder.at === undefined ? {} : { related: [{ at: folder.at, message: `${folder.name} is set here` }] }),
        });
    }
  },
});

interface Folder {
  readonly name: string;
  readonly at: Span | undefined;
}

const ROOTS = ['MEDIA_ROOT', 'STATIC_ROOT'] as const;

function servedFolder(file: LogFile, settings: SettingsFacts): Folder | 'open' | null {
  let open = false;
  for (const name of ROOTS) {
    const value = settings.get(name);
    const path = value.kind === 'known' ? pathText(value.value) : null;
    open ||= value.kind !== 'known';
    if (path !== null && value.kind === 'known' && holds(path, file)) return { name: `\`${name}\``, at: placeOf(value.origin) };
  }
  const folders = settings.get('STATICFILES_DIRS');
  open ||= folders.kind !== 'known';
  for (const { path, at } of folders.kind === 'known' ? listed(folders.value) : [])
    if (holds(path, file)) return { name: '`STATICFILES_DIRS`', at };
  return open ? 'open' : null;
}

function listed(folders: Data | undefined): readonly { readonly path: string; readonly at: Span | undefined }[] {
  if (!isSequence(folders)) return [];
  return folders.items.flatMap((item) => {
    const path = item.kind === 'known' ? pathText(pathOf(item)) : null;
    return path === null || item.kind !== 'known' ? [] : [{ path, at: placeOf(item.origin) }];
  });
}

/** An entry may be a pair of prefix and folder. */
function pathOf(item: Value<Data>): Data | undefined {
  if (item.kind !== 'known') return undefined;
  const second = isSequence(item.value) ? item.value.items[1] : item;
  return second?.kind === 'known' ? second.value : undefined;
}

/** Both as the settings name them, or both as the process sees them. */
function holds(folder: string, { path, process }: LogFile): boolean {
  const seen = folder.startsWith('<ROOT>') ? (process.paths.runtimePath(folder) ?? folder) : folder;
  return isBelow(path, folder) || isBelow(path, seen);
}

function isBelow(path: string, folder: string): boolean {
  const clean = folder.replace(/\/+$/, '');
  return clean !== '' && clean !== '<ROOT>' && path.startsWith(`${clean}/`);
}

/** A location whose files are those of the folder that the process logs to. */
function servedByProxy({ path, process }: LogFile, proxy: ProxyFacts): Folder | null {
  const place = process.paths.locate(path);
  if (place.in !== 'volume' && place.in !== 'machine') return null;
  for (const { server, location } of routesOf(proxy)) {
    const { files, internal, pass, match } = location;
    if (files === null || internal || pass !== null || files.path.kind !== 'known' || match.kind === 'regex' || match.kind === 'exact')
      continue;
    const root = files.kind === 'alias' ? files.path.value : `${files.path.value.replace(/\/+$/, '')}${match.path}`;
    const there = server.process === null ? null : server.process.paths.locate(root);
    const same =
      there?.in === 'volume' && place.in === 'volume'
        ? there.volume === place.volume &&
          `/${place.subpath}`.replace(/\/+/g, '/').startsWith(`/${there.subpath}`.replace(/\/+$|\/+/g, '/'))
        : there === null && place.in === 'machine' && isBelow(place.path, root);
    if (same) return { name: `the folder of \`${locationName(location)}\``, at: files.at };
  }
  return null;
}
