import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, type Value } from '../../core/value.ts';
import type { Process } from '../model.ts';
import type { Destination, Destinations } from '../proxy/unlinked.ts';
import type { Middlewares } from './middleware.ts';
import { children, list, type Option, option, optionTree, spanOf, text, type Written } from './options.ts';

/** One router with the service it leads to. */
export interface Router {
  readonly name: string;
  readonly at: Span;
  /** The rule as written; null when there is none in view. */
  readonly rule: string | null;
  readonly ruleAt: Span;
  /** Names in small letters; null: those that are so by default. */
  readonly entryPoints: readonly string[] | null;
  readonly tls: boolean;
  readonly middlewares: readonly string[];
  readonly target: { readonly value: Value<string> | null; readonly scheme: string; readonly keepsHost: boolean; readonly at: Span } | null;
  readonly destinations: Destinations;
  /** Why not all that it says is known. */
  readonly doubt: string | null;
}

/** What all providers together define. */
export interface Dynamic {
  readonly routers: readonly Router[];
  readonly middlewares: Middlewares;
}

type ReadText = (at: Span) => string;

/** Routes of a file: `http` is the part below that key. */
export function fileRouters(http: Option | null, readText: ReadText): Dynamic {
  const services = new Map(children(http, 'services').map((one) => [one.name.toLowerCase(), one]));
  const routers = children(http, 'routers').map((one) => router(one, serviceInFile(text(one, 'service'), services), readText));
  return { routers, middlewares: middlewaresOf(http) };
}

function middlewaresOf(http: Option | null): Middlewares {
  return new Map(children(http, 'middlewares').map((one) => [one.name.toLowerCase(), one]));
}

interface Service {
  readonly target: Router['target'];
  readonly destinations: Destinations;
}

const INTERNAL: Service = { target: null, destinations: { items: [], complete: true } };

function serviceInFile(name: string | null, services: ReadonlyMap<string, Option>): Service {
  if (name?.includes('@internal')) return INTERNAL;
  const found = services.get((name ?? '').toLowerCase().replace(/@.*$/, ''));
  const urls = children(found, 'loadbalancer', 'servers').flatMap((one) => option(one, 'url') ?? []);
  const items: Destination[] = [];
  let complete: Destinations['complete'] = urls.length > 0 ? true : { because: `the service "${name ?? ''}" is not in view` };
  let scheme = 'http';
  for (const url of urls) {
    const parts = /^(https?|h2c):\/\/(\[[0-9a-fA-F:.]+\]|[^/:]+)(?::(\d+))?(?:\/.*)?$/.exec(text(url) ?? '');
    if (parts?.[2] === undefined) complete = { because: 'the address of a server is not a plain text' };
    else {
      scheme = parts[1] ?? 'http';
      const port = parts[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(parts[3]);
      items.push({ address: { kind: 'tcp', host: parts[2].replace(/^\[|\]$/g, ''), port }, at: url.at });
    }
  }
  const [first] = urls;
  const keepsHost = text(found, 'loadbalancer', 'passhostheader') !== 'false';
  return {
    target: first === undefined ? null : { value: first.value, scheme, keepsHost, at: first.at },
    destinations: { items, complete },
  };
}

/** The `traefik.…` labels of a process as options. */
export function labelOptions({ labels, at }: Process): Option {
  const written = [...labels].flatMap(([name, value]): readonly Written[] =>
    name.toLowerCase().startsWith('traefik.') ? [{ path: name.split('.').slice(1), value, at: spanOf(value) ?? at }] : [],
  );
  return optionTree(written, at);
}

/** Routes that the labels of one container define; one service without a router gets a router by its name. */
export function labelRouters(process: Process, tree: Option, readText: ReadText): Dynamic {
  const http = option(tree, 'http');
  const services = children(http, 'services');
  const routers = children(http, 'routers');
  const only = services.length === 1 ? services[0] : undefined;
  const serviceOf = (one: Option): Service => {
    const name = text(one, 'service');
    if (name === null) return containerService(process, only);
    if (name.includes('@')) return name.includes('@internal') ? INTERNAL : elsewhere(name);
    const found = services.find((service) => service.name.toLowerCase() === name.toLowerCase());
    return found === undefined ? elsewhere(name) : containerService(process, found);
  };
  const [first] = services;
  const own = routers.length > 0 || first === undefined ? [] : [first];
  return {
    routers: [
      ...routers.map((one) => router(one, serviceOf(one), readText)),
      ...own.map((one) => router({ ...one, children: new Map() }, containerService(process, one), readText)),
    ],
    middlewares: middlewaresOf(http),
  };
}

function elsewhere(name: string): Service {
  return { target: null, destinations: { items: [], complete: { because: `the service "${name}" is not in view` } } };
}

/** The port that a label names, else the only or lowest one that the container declares. */
function containerService(process: Process, service: Option | undefined): Service {
  const labelled = option(service, 'loadbalancer', 'server', 'port');
  const named = labelled === null ? null : Number(text(labelled)) || null;
  const declared = process.exposed.flatMap(({ port }) => (port.kind === 'known' ? [port.value] : []));
  const port = labelled === null ? (declared.length > 0 ? Math.min(...declared) : onlyBind(process)) : named;
  const at = labelled?.at ?? service?.at ?? process.at;
  const scheme = text(service, 'loadbalancer', 'server', 'scheme') ?? 'http';
  const keepsHost = text(service, 'loadbalancer', 'passhostheader') !== 'false';
  return {
    target: {
      value: port === null ? (labelled?.value ?? null) : known(`${scheme}://${process.name}:${port}`, textOrigin(at)),
      scheme,
      keepsHost,
      at,
    },
    destinations:
      port === null
        ? { items: [], complete: { because: `which port of ${process.name} is meant is not known` } }
        : { items: [{ address: { kind: 'tcp', host: process.name, port }, at }], complete: true },
  };
}

/** An image may declare the port that its server listens on. */
function onlyBind({ server }: Process): number | null {
  const ports = server?.binds.items.flatMap((one) => (one.kind === 'tcp' ? [one.port] : [])) ?? [];
  return ports.length === 1 ? (ports[0] ?? null) : null;
}

function router(tree: Option, service: Service, readText: ReadText): Router {
  const rule = option(tree, 'rule');
  const points = list(tree, 'entrypoints').map((one) => one.toLowerCase());
  const tls = option(tree, 'tls');
  const value = rule?.value ?? null;
  const at = rule?.at ?? tree.at;
  return {
    name: tree.name,
    at: tree.at,
    rule: value === null ? null : value.kind === 'known' ? value.value : readText(spanOf(value) ?? at),
    ruleAt: at,
    entryPoints: option(tree, 'entrypoints') === null ? null : points,
    tls: tls !== null && text(tls) !== 'false',
    middlewares: list(tree, 'middlewares'),
    target: service.target,
    destinations: service.destinations,
    doubt: [option(tree, 'entrypoints'), tls].some((one) => one?.value?.kind === 'unknown')
      ? `what router ${tree.name} listens on is not known`
      : null,
  };
}
