import type { Data } from '../core/data.ts';
import { Secret } from '../core/secret.ts';
import { casesOf, type Value } from '../core/value.ts';
import type { Deployment } from '../deployment/model.ts';
import type { Evaluation } from './result.ts';

/** A process that reaches a store of its deployment because a setting names it. */
export interface StoreLink {
  readonly process: string;
  readonly store: string;
  /** "DATABASES", "CELERY_BROKER_URL". */
  readonly setting: string;
  /** False when only some case of the setting names it. */
  readonly certain: boolean;
}

/** Settings whose texts name the hosts of stores. */
const NAMING =
  /^(DATABASES|CACHES|CHANNEL_LAYERS|(CELERY_)?(BROKER_URL|RESULT_BACKEND)|Q_CLUSTER|HUEY|RQ_QUEUES|DRAMATIQ_BROKER|ELASTICSEARCH_DSL|HAYSTACK_CONNECTIONS|REDIS_\w+)$/;
const MAX_DEPTH = 8;

/** Which processes of a deployment use which of its stores, by the host names in their settings. */
export function storeLinks(deployment: Deployment, evaluations: readonly Evaluation[]): readonly StoreLink[] {
  const names = new Set(deployment.stores.map((one) => one.name));
  const links = new Map<string, StoreLink>();
  for (const { evaluated, processes } of evaluations) {
    for (const [setting, value] of evaluated.settings) {
      if (!NAMING.test(setting)) continue;
      for (const { host, certain } of hostsIn(value, true, 0)) {
        if (!names.has(host)) continue;
        for (const { name } of processes) {
          const key = `${name}\n${host}\n${setting}`;
          links.set(key, { process: name, store: host, setting, certain: certain || links.get(key)?.certain === true });
        }
      }
    }
  }
  return [...links.values()];
}

interface Named {
  readonly host: string;
  readonly certain: boolean;
}

function hostsIn(value: Value<Data>, certain: boolean, depth: number): readonly Named[] {
  if (depth > MAX_DEPTH) return [];
  const cases = casesOf(value);
  const always = certain && cases.length === 1;
  return cases.flatMap(({ then }) => (then.kind === 'known' ? inData(then.value, always, depth) : []));
}

function inData(data: Data, certain: boolean, depth: number): readonly Named[] {
  if (data instanceof Secret) return fromText(data.reveal(), certain);
  if (typeof data === 'string') return fromText(data, certain);
  if (data === null || typeof data !== 'object') return [];
  if (data.kind === 'dict') return data.entries.flatMap((entry) => hostsIn(entry.value, certain, depth + 1));
  if (data.kind === 'list' || data.kind === 'tuple' || data.kind === 'set')
    return data.items.flatMap((item) => hostsIn(item, certain, depth + 1));
  return [];
}

/** The host of a URL, of `host:port`, or a plain host: nothing else of the text leaves this function. */
function fromText(text: string, certain: boolean): readonly Named[] {
  if (text.length > 2000) return [];
  return text.split(/[;,]/).flatMap((part) => {
    const host = /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?)?([A-Za-z0-9][A-Za-z0-9_.-]*)(?::\d+)?(?:\/.*)?$/i.exec(part.trim())?.[1];
    return host === undefined ? [] : [{ host, certain }];
  });
}
