import { type Answer, type Origin, Secret, type SettingsFacts, type Store } from '../../../src/rule.ts';
import { isMapping, textsIn } from '../values/data.ts';
import { escaped, matchesText } from '../values/text.ts';

/** A setting that names the server of a task queue. */
export interface Broker {
  readonly setting: string;
  readonly origin: Origin;
  /** Whether it names a host of that name. */
  reaches(host: string): Answer;
}

/** Settings of Celery (with any namespace), RQ, Huey, django-q and dramatiq that hold a broker whose address is known. */
export function brokersOf(settings: SettingsFacts): readonly Broker[] {
  return [...urls(settings), ...queues(settings)];
}

function urls(settings: SettingsFacts): readonly Broker[] {
  return settings.names
    .filter((name) => /(^|_)BROKER_URL$/.test(name))
    .flatMap((name): Broker[] => {
      const value = settings.get(name);
      if (value.kind !== 'known') return [];
      const { value: url, origin } = value;
      const lists = typeof url === 'string' || url instanceof Secret ? [url] : textsIn(url);
      return lists.map((one) => ({ setting: name, origin, reaches: (host) => (matches(one, host) ? 'yes' : 'no') }));
    });
}

function matches(url: string | Secret, host: string): boolean {
  const pattern = new RegExp(`^[a-z+]+://([^/@]*@)?${escaped(host)}(:|/|$)`);
  return matchesText(url, pattern);
}

/** RQ_QUEUES and the like name a host or a URL in a dict. */
function queues(settings: SettingsFacts): readonly Broker[] {
  const places: readonly (readonly [string, ...string[]])[] = [
    ['RQ_QUEUES', 'default'],
    ['HUEY', 'connection'],
    ['Q_CLUSTER', 'redis'],
  ];
  return places.flatMap(([name, ...path]): Broker[] => {
    const value = settings.get(name, ...path);
    if (value.kind !== 'known' || !isMapping(value.value)) return [];
    const fields = ['HOST', 'host', 'URL', 'url'].map((key) => settings.get(name, ...path, key));
    const reaches = (host: string): Answer => {
      const texts = fields.flatMap((field) =>
        field.kind === 'known' && (typeof field.value === 'string' || field.value instanceof Secret) ? [field.value] : [],
      );
      return texts.some((text) => (text instanceof Secret ? false : text === host) || matches(text, host)) ? 'yes' : 'no';
    };
    return [{ setting: name, origin: value.origin, reaches }];
  });
}

/** The first broker setting that leads to a store of the deployment. */
export function brokerOn(store: Store, evaluations: readonly SettingsFacts[]): Broker | null {
  for (const settings of evaluations) {
    const found = brokersOf(settings).find((broker) => broker.reaches(store.name) === 'yes');
    if (found !== undefined) return found;
  }
  return null;
}

/** Cache aliases of Django that a store holds, with their backend's class. */
export function cachesOn(store: Store, settings: SettingsFacts): readonly { readonly alias: string; readonly origin: Origin }[] {
  const caches = settings.get('CACHES');
  if (caches.kind !== 'known' || !isMapping(caches.value)) return [];
  return caches.value.entries.flatMap(({ key }) => {
    if (typeof key !== 'string') return [];
    const location = settings.get('CACHES', key, 'LOCATION');
    if (location.kind !== 'known') return [];
    const { value } = location;
    const urlsOfIt = typeof value === 'string' || value instanceof Secret ? [value] : textsIn(value);
    return urlsOfIt.some((url) => matches(url, store.name)) ? [{ alias: key, origin: location.origin }] : [];
  });
}
