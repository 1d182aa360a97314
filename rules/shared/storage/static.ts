import {
  type Answer,
  bindValue,
  type Data,
  known,
  type Location,
  originOf,
  type Process,
  type ProxyFacts,
  type SettingsFacts,
  type Value,
} from '../../../src/rule.ts';
import { type Route, routesOf } from '../requests/proxy.ts';
import { anyItem, isSequence } from '../values/data.ts';
import { isAtLeast } from '../values/release.ts';

/** A path setting as text: strings and pathlib paths; null when it is not set. */
export function pathSetting(settings: SettingsFacts, name: string): Value<string | null> {
  return bindValue(settings.get(name), (one) => known(pathText(one.value), one.origin));
}

export function pathText(value: Data | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'path' ? value.value : null;
}

/** The path part of STATIC_URL or MEDIA_URL with slashes on both sides; null for another host or an empty URL. */
export function urlPath(value: Data | undefined): string | null {
  if (typeof value !== 'string' || value === '' || /^([a-z]+:)?\/\//i.test(value)) return null;
  const trimmed = value.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? null : `/${trimmed}/`;
}

/** Locations that serve files for a URL prefix. */
export function fileRoutes(proxy: ProxyFacts, prefix: string): readonly (Route & { readonly folder: Value<string> })[] {
  return routesOf(proxy).flatMap((route) => {
    const { match, files } = route.location;
    const isPrefix = match.kind === 'prefix' && `${match.path.replace(/\/+$/, '')}/` === prefix;
    if (!isPrefix || files === null || route.location.pass !== null) return [];
    const folder = bindValue(files.path, (one) =>
      known(files.kind === 'alias' ? one.value : `${one.value.replace(/\/+$/, '')}${prefix}`, one.origin),
    );
    return [{ ...route, folder }];
  });
}

const DEFAULT_BACKEND = {
  default: 'django.core.files.storage.FileSystemStorage',
  staticfiles: 'django.contrib.staticfiles.storage.StaticFilesStorage',
};

/** The same in every release. */
const BUILT_IN = {
  default: 'django.core.files.storage.FileSystemStorage',
  staticfiles: 'django.contrib.staticfiles.storage.StaticFilesStorage',
} as const;

/** The backend class of a storage alias, with STORAGES and the older settings resolved for the pinned release. */
export function storageBackend(settings: SettingsFacts, alias: 'default' | 'staticfiles'): Value<Data | undefined> {
  const old = alias === 'default' ? 'DEFAULT_FILE_STORAGE' : 'STATICFILES_STORAGE';
  const setsOld = settings.sets(old);
  if (setsOld === 'no' && settings.sets('STORAGES') === 'no') return known(BUILT_IN[alias], { step: 'default', of: 'Django' });
  const isIgnored = isAtLeast(settings.django, '5.1');
  // Up to Django 5.0 the older setting counts; beside STORAGES Django refuses to start.
  if (isAtLeast(settings.django, '4.2') === 'no' || (setsOld !== 'no' && isIgnored === 'no')) return settings.get(old);
  const current = settings.get('STORAGES', alias, 'BACKEND');
  // Nothing is chosen: every release takes the same class, under either name.
  if (setsOld === 'no' && settings.sets('STORAGES') === 'no') return known(DEFAULT_BACKEND[alias], originOf(current));
  if (setsOld === 'no' || isIgnored === 'yes') return current;
  return { kind: 'unknown', why: 'third-party', names: [old], origin: originOf(settings.get(old)) };
}

/** Whether files of that storage lie on a local disk under STATIC_ROOT or MEDIA_ROOT. */
export function isLocalStorage(backend: Data | undefined): Answer {
  if (typeof backend !== 'string') return 'maybe';
  if (/^django\.(contrib\.staticfiles\.storage|core\.files\.storage)\./.test(backend) || /^whitenoise\.storage\./.test(backend)) {
    return /InMemory/.test(backend) ? 'no' : 'yes';
  }
  return /s3|gcloud|google|azure|dropbox|cloudinary|boto|minio|sftp|b2/i.test(backend) ? 'no' : 'maybe';
}

/** Whether django.contrib.staticfiles is installed, under its own name or its AppConfig's. */
export function usesStaticFiles(settings: SettingsFacts): Answer {
  const apps = settings.get('INSTALLED_APPS');
  if (apps.kind !== 'known') return 'maybe';
  return anyItem(apps.value, (app) => typeof app === 'string' && /^django\.contrib\.staticfiles($|\.apps\.)/.test(app));
}

export function servesWithWhiteNoise(settings: SettingsFacts): Answer {
  const middleware = settings.get('MIDDLEWARE');
  if (middleware.kind !== 'known' || !isSequence(middleware.value)) return 'maybe';
  return anyItem(middleware.value, (item) => typeof item === 'string' && item.startsWith('whitenoise.'));
}

/** Whether two places hold the same folder: the one where the application writes and the one where the proxy reads. */
export function sameFolder(application: Location, proxy: Location): Answer {
  if (application.in === 'unknown' || proxy.in === 'unknown') return 'maybe';
  if (application.in === 'volume' && proxy.in === 'volume') {
    return application.volume === proxy.volume && clean(application.subpath) === clean(proxy.subpath) ? 'yes' : 'no';
  }
  if (application.in === 'machine' && proxy.in === 'machine') return clean(application.path) === clean(proxy.path) ? 'yes' : 'no';
  return 'no';
}

function clean(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/^\.?\/+|\/+$/g, '');
}

/** In words, for messages. */
export function locationInWords(location: Location): string {
  switch (location.in) {
    case 'volume':
      return location.kind === 'bind'
        ? `the mounted folder \`${[location.volume, clean(location.subpath)].filter((part) => part !== '').join('/') || '.'}\``
        : `the volume \`${location.volume}\`${clean(location.subpath) === '' ? '' : ` (${clean(location.subpath)})`}`;
    case 'container':
      return 'its own container layer';
    case 'machine':
      return `\`${location.path}\``;
    case 'unknown':
      return 'an unknown place';
  }
}

export function webProcesses(processes: readonly Process[]): readonly Process[] {
  return processes.filter((process) => process.server !== null);
}
