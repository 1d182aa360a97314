import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown } from '../../core/value.ts';
import type { Listen, ProxyLocation } from '../model.ts';
import type { LoadedProxy } from '../proxy/reader.ts';
import type { Destinations, UnlinkedLocation, UnlinkedServer } from '../proxy/unlinked.ts';
import {
  annotatedTls,
  annotationOf,
  type Controller,
  controllerOf,
  forwardedHeaders,
  limitsOf,
  redirectOf,
  restrictionOf,
  securityHeaders,
} from './controllers.ts';
import { itemsOfNode, type ManifestNode, nameOfNode, nodeAt, opennessOf, textOfNode } from './node.ts';
import { headOf, type ManifestObject } from './object.ts';

/** Every Ingress as a proxy in front of the services that it names. */
export function ingressProxies(objects: readonly ManifestObject[]): readonly LoadedProxy[] {
  return objects.flatMap((one) => (one.kind === 'Ingress' ? [ingress(one)] : []));
}

function ingress(object: ManifestObject): LoadedProxy {
  const controller = controllerOf(object);
  const rules = nodeAt(object.root, 'spec', 'rules');
  const fallback = nodeAt(object.root, 'spec', 'defaultBackend') ?? nodeAt(object.root, 'spec', 'backend');
  const servers = itemsOfNode(rules).map((rule) => server(object, controller, rule));
  const whole = fallback === null ? [] : [server(object, controller, null)];
  const hidden = object.conditional || opennessOf(rules) !== null || opennessOf(nodeAt(object.root, 'spec')) !== null;
  const own = controller === 'nginx' && !hidden;
  return {
    file: object.root.at.file,
    servers: [...servers, ...whole],
    complete: own ? true : { because: 'the controller of the Ingress has a configuration of its own' },
  };
}

/** One host of an Ingress. */
function server(object: ManifestObject, controller: Controller, rule: ManifestNode | null): UnlinkedServer {
  const at = rule?.at ?? headOf(object.root);
  const host = nodeAt(rule, 'host');
  const tls = tlsFor(object, nameOfNode(host));
  const redirect = redirectOf(object, controller, tls);
  const listens = listensOf(tls, redirect.answer, at);
  const facts = { object, controller, at, tls, listens };
  const paths = rule === null ? [] : itemsOfNode(nodeAt(rule, 'http', 'paths'));
  const fallback = nodeAt(object.root, 'spec', 'defaultBackend') ?? nodeAt(object.root, 'spec', 'backend');
  const locations = paths.map((path) => location(facts, path));
  return {
    software: 'ingress',
    file: at.file,
    at,
    wholeConfiguration: false,
    listens,
    names: host === null ? [] : [{ text: nameOfNode(host) ?? '', at: host.at }],
    certificates: [],
    tlsProtocols: null,
    answersAll: null,
    locations: rule === null && fallback !== null ? [defaultLocation(facts, fallback)] : locations,
    headers: securityHeaders(controller, tls),
    serverTokens: null,
    stapling: null,
    rejectsHandshake: false,
    sendsPlainAway: redirect.answer === 'yes' ? redirect.at : null,
  };
}

/** Where TLS for a host is set up: an entry of `spec.tls` that names it (or no host at all), or an annotation. */
export function tlsFor(object: ManifestObject, host: string | null): Span | null {
  for (const one of itemsOfNode(nodeAt(object.root, 'spec', 'tls'))) {
    const hosts = itemsOfNode(nodeAt(one, 'hosts'));
    if (hosts.length === 0 || opennessOf(nodeAt(one, 'hosts')) !== null || hosts.some((name) => covers(nameOfNode(name), host)))
      return one.at;
  }
  const hidden = nodeAt(object.root, 'spec', 'tls');
  return annotatedTls(object) ?? (opennessOf(hidden) === null ? null : (hidden?.at ?? null));
}

function covers(pattern: string | null, host: string | null): boolean {
  if (pattern === null) return false;
  if (host === null || pattern === host || /[{}$]/.test(pattern)) return true;
  return pattern.startsWith('*.') && host.slice(host.indexOf('.')) === pattern.slice(1);
}

function listensOf(tls: Span | null, redirect: 'yes' | 'no' | 'maybe', at: Span): readonly Listen[] {
  const one = (port: number, ssl: boolean, place: Span): Listen => ({
    address: '',
    port,
    unix: null,
    ssl,
    http2: false,
    defaultServer: false,
    at: place,
  });
  const secure = tls === null ? [] : [one(443, true, tls)];
  // What a controller does with plain requests is its own affair: nothing is said of port 80 then.
  return tls !== null && redirect === 'maybe' ? secure : [one(80, false, at), ...secure];
}

interface ServerFacts {
  readonly object: ManifestObject;
  readonly controller: Controller;
  readonly at: Span;
  readonly tls: Span | null;
  readonly listens: readonly Listen[];
}

type Route = UnlinkedLocation & { readonly destinations: Destinations };

function location(facts: ServerFacts, node: ManifestNode): Route {
  const path = textOfNode(nodeAt(node, 'path')) ?? '/';
  const type = textOfNode(nodeAt(node, 'pathType'));
  const rewrites = rewriteOf(facts.object) !== null;
  const regex =
    rewrites || textOfNode(annotationOf(facts.object, 'nginx.ingress.kubernetes.io/use-regex')) === 'true' || /[()*?]/.test(path);
  const kind = type === 'Exact' && !rewrites ? 'exact' : regex ? 'regex' : 'prefix';
  return route(facts, { kind, path: kind === 'regex' ? path : path.replace(/\/\*$/, '/') }, nodeAt(node, 'backend'), node.at);
}

/** What makes the application see other paths than visitors ask for; ingress-nginx then takes every path of the host for a pattern. */
function rewriteOf(object: ManifestObject): ManifestNode | null {
  return annotationOf(object, 'nginx.ingress.kubernetes.io/rewrite-target');
}

function defaultLocation(facts: ServerFacts, backend: ManifestNode): Route {
  return route(facts, { kind: 'prefix', path: '/' }, backend, backend.at);
}

/** The service and port of a backend, in the words of the current and of the old API. */
export function backendOf(node: ManifestNode | null): { readonly service: string; readonly port: string; readonly at: Span } | null {
  const service = nodeAt(node, 'service');
  const name = nameOfNode(nodeAt(service, 'name') ?? nodeAt(node, 'serviceName'));
  const port = nameOfNode(nodeAt(service, 'port', 'number') ?? nodeAt(service, 'port', 'name') ?? nodeAt(node, 'servicePort'));
  return name === null || port === null || node === null ? null : { service: name, port, at: node.at };
}

/** A named port of a service stands as a number that no service uses: only the router reads it. */
function route(facts: ServerFacts, match: ProxyLocation['match'], backend: ManifestNode | null, at: Span): Route {
  const { object, controller, tls, listens } = facts;
  const target = backendOf(backend);
  const headers = securityHeaders(controller, tls);
  const snippet = annotationOf(object, 'nginx.ingress.kubernetes.io/configuration-snippet');
  const destinations: Destinations =
    target === null
      ? { items: [], complete: { because: 'the backend of the Ingress is not known' } }
      : { items: [{ address: { kind: 'tcp', host: target.service, port: portNumber(target.port) }, at: target.at }], complete: true };
  return {
    match,
    at,
    server: { at: facts.at, tls: tls !== null, plain: listens.some((one) => !one.ssl) },
    pass: {
      scheme: backendScheme(object),
      target:
        target === null
          ? unknown('opaque-env', textOrigin(at), [], 'str')
          : known(`${target.service}:${target.port}`, textOrigin(target.at)),
      at: target?.at ?? at,
    },
    destinations,
    requestHeaders: forwardedHeaders(at),
    responseHeaders: headers,
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: snippet === null ? null : 'the configuration snippet of the Ingress',
    hiddenHeaders: new Set(),
    cookieFlags: [],
    files: null,
    expires: null,
    answers: null,
    ...limitsOf(object, controller),
    compression: { on: true, types: [], precompressed: false, at: null },
    internal: false,
    upgrades: true,
    listing: null,
    proxyProtocol: false,
    restricted: restrictionOf(object),
    complete:
      rewriteOf(object) !== null
        ? { because: 'the Ingress rewrites the paths' }
        : snippet === null && controller === 'nginx'
          ? true
          : { because: 'the controller of the Ingress has a configuration of its own' },
  };
}

function backendScheme(object: ManifestObject): string {
  const protocol = textOfNode(annotationOf(object, 'nginx.ingress.kubernetes.io/backend-protocol')) ?? 'HTTP';
  return /^HTTPS$/i.test(protocol) ? 'https' : /^GRPCS?$/i.test(protocol) ? 'grpc' : 'http';
}

function portNumber(port: string): number {
  return /^\d+$/.test(port) ? Number(port) : -1;
}
