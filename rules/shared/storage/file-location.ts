import {
  type Context,
  type Location,
  originOf,
  type Process,
  type ProxyFacts,
  placeOf,
  type Report,
  type RepositoryFacts,
  type SettingsFacts,
} from '../../../src/rule.ts';
import { locationName, type Route } from '../requests/proxy.ts';
import { escaped } from '../values/text.ts';
import { fileRoutes, locationInWords, pathSetting, sameFolder, urlPath, webProcesses } from './static.ts';

/** What is served, in the words of one of the two rules that share this judgement. */
export interface Served {
  readonly url: 'STATIC_URL' | 'MEDIA_URL';
  readonly root: 'STATIC_ROOT' | 'MEDIA_ROOT';
  /** "collected files", "uploads". */
  readonly what: string;
}

interface Facts {
  readonly settings: SettingsFacts;
  readonly proxy: ProxyFacts;
  readonly repository: Pick<RepositoryFacts, 'files' | 'read'>;
}

/** Reports every location for the URL whose folder is not the one that the application writes to. */
export function checkServedFolder(served: Served, { settings, proxy, repository }: Facts, ctx: Context): void {
  const url = settings.get(served.url);
  const prefix = url.kind === 'known' ? urlPath(url.value) : null;
  if (prefix === null) {
    if (url.kind !== 'known') ctx.undecided(`\`${served.url}\` is not known.`, originOf(url));
    return;
  }
  const root = pathSetting(settings, served.root);
  for (const route of fileRoutes(proxy, prefix)) {
    for (const application of webProcesses(settings.processes))
      judgeRoute(served, { settings, proxy, repository }, route, application, root, ctx);
  }
}

function judgeRoute(
  served: Served,
  { settings, repository }: Facts,
  route: ReturnType<typeof fileRoutes>[number],
  application: Process,
  root: ReturnType<typeof pathSetting>,
  ctx: Context,
): void {
  ctx.expectAll(
    [root, route.folder] as const,
    (written, read) => {
      if (written === null) return 'yes';
      const same = agree(route, application, written, read);
      const copied = same === 'no' && (isCopied(written, repository) || isKept(served, proxyPlace(route, application, read), repository));
      return copied ? 'maybe' : same;
    },
    ([written, read], [decided]) =>
      describe(served, route, application, written ?? '', read, placeOf(decided) ?? settings.placeOf(served.root), repository),
  );
}

function agree(route: Route, application: Process, written: string, read: string) {
  const there = application.paths.locate(written);
  const here = proxyPlace(route, application, read);
  if (here.in === 'unknown' && there.in === 'volume' && there.kind === 'bind') {
    return sameFolder(
      { in: 'machine', path: `${there.volume}/${there.subpath}`, repository: null },
      { in: 'machine', path: read, repository: null },
    ) === 'yes'
      ? 'yes'
      : 'maybe';
  }
  return sameFolder(there, here);
}

/** A script or pipeline names the folder and copies files of its kind: then they may well be where the proxy reads. */
function isCopied(written: string, { files, read }: Facts['repository']): boolean {
  const folder = written.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const name = escaped(folder);
  const copies = new RegExp(`\\b(cp|rsync|mv|ln)\\s[^\\n]*(static|media|${name})`, 'i');
  const scripts = files.filter((file) =>
    /\.(sh|bash|mk|ya?ml)$|(^|\/)(Makefile|justfile|fabfile\.py|[\w.-]*entrypoint[\w.-]*|[\w.-]*Dockerfile)$/.test(file),
  );
  return scripts.some((file) => {
    const text = read(file) ?? '';
    return text.includes(folder) && copies.test(text);
  });
}

/** Files of the repository that the proxy finds in the folder: a bind mount shows them without any collecting. */
function filesAt(place: Location, { files }: Facts['repository']): readonly string[] {
  if (place.in !== 'volume' || place.kind !== 'bind') return [];
  const folder = [place.volume, place.subpath]
    .map((part) => part.replace(/^\.?\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return files.filter((file) => file.startsWith(`${folder}/`));
}

/** The admin's own files among them: then what was collected is part of the repository. */
function isKept(served: Served, place: Location, repository: Facts['repository']): boolean {
  return served.root === 'STATIC_ROOT' && filesAt(place, repository).some((file) => file.includes('/admin/'));
}

function consequence({ root }: Served, here: Location, repository: Facts['repository']): string {
  if (root === 'MEDIA_ROOT') return 'every upload answers 404';
  const own = filesAt(here, repository).length > 0;
  return own ? "what packages bring, the admin's CSS and JavaScript first of all, answers 404" : 'every file answers 404';
}

/**
 * A proxy without a process of its own runs on the machine of the application, or in its container when the image puts the configuration
 * where nginx looks for it. In front of a container it may run anywhere.
 */
function proxyPlace({ server }: Route, application: Process, read: string): Location {
  if (server.process !== null) return server.process.paths.locate(read);
  const inside = application.host === 'machine' || application.paths.runtimePath(server.file)?.startsWith('/etc/') === true;
  return inside ? application.paths.locate(read) : { in: 'unknown', because: 'on which machine the proxy runs is not known' };
}

function describe(
  served: Served,
  route: Route,
  application: Process,
  written: string,
  read: string,
  setting: Report['at'] & object,
  repository: Facts['repository'],
): Report {
  const here = proxyPlace(route, application, read);
  const there = application.paths.locate(written);
  const blame = here.in === 'container' || here.in === 'machine' || there.in === 'volume';
  const files = route.location.files;
  return {
    at: blame && files !== null ? files.at : setting,
    message: `\`${locationName(route.location)}\` reads from ${locationInWords(here)}, but the ${served.what} of \`${application.name}\` go to ${locationInWords(there)} (\`${served.root}\` = \`${written}\`): ${consequence(served, here, repository)}.`,
    subject: `${served.root} ${route.server.file}`,
    related: [
      blame || files === null ? { at: setting, message: `${served.root} is set here` } : { at: files.at, message: 'the proxy reads here' },
      ...(route.server.process === null ? [] : [{ at: route.server.process.at, message: 'the proxy service and its mounts' }]),
      { at: application.at, message: 'the application service and its mounts' },
    ],
  };
}
