import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { HeaderSet, InfrastructureFacts, InfrastructureResource } from '../model.ts';
import type { LoadedProxy } from '../proxy/reader.ts';
import type { UnlinkedServer } from '../proxy/unlinked.ts';
import { numberOf, type TaskContainer, textOf } from './containers.ts';
import { targetsOf } from './services.ts';

const LISTENERS = new Set(['aws_lb_listener', 'aws_alb_listener', 'AWS::ElasticLoadBalancingV2::Listener']);
const BALANCERS = new Set(['aws_lb', 'aws_alb', 'AWS::ElasticLoadBalancingV2::LoadBalancer']);

const word = (one: InfrastructureResource, terraform: string, cloudformation: string) =>
  one.language === 'terraform' ? terraform : cloudformation;

/** A container with the name of its process. */
interface Reached extends TaskContainer {
  readonly host: string;
}

/** The load balancers in front of containers, as proxies; those of other services are not among them. */
export function balancerProxies(containers: readonly Reached[], facts: InfrastructureFacts): readonly LoadedProxy[] {
  const targets = containers.flatMap((container) => targetsOf(container, facts).map((target) => ({ container, ...target })));
  if (targets.length === 0) return [];
  const leading = facts.resources.items.filter(
    (one) => LISTENERS.has(one.type) && one.refersTo().some(({ address }) => targets.some(({ group }) => group.address === address)),
  );
  const names = new Set(leading.map(balancerOf));
  const all = facts.resources.items.filter((one) => LISTENERS.has(one.type) && names.has(balancerOf(one)));
  const servers = all.flatMap((listener) => {
    const named = listener.refersTo();
    const target = targets.find(({ group }) => named.some(({ address }) => address === group.address));
    return serverOf(listener, target === undefined ? null : { host: target.container.host, port: target.port }, facts) ?? [];
  });
  const [first] = servers;
  // A listener that is made by a module, or whose protocol nobody knows, may lead there as well.
  const complete =
    servers.length < all.length ? ({ because: 'a listener of the load balancer is not known' } as const) : facts.resources.complete;
  return first === undefined ? [] : [{ file: first.file, servers, complete }];
}

function balancerOf(listener: InfrastructureResource): string {
  return listener.refersTo(word(listener, 'load_balancer_arn', 'LoadBalancerArn'))[0]?.address ?? listener.address;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function serverOf(listener: InfrastructureResource, target: Address | null, facts: InfrastructureFacts): UnlinkedServer | null {
  const port = numberOf(listener.get(word(listener, 'port', 'Port')));
  const protocol = textOf(listener.get(word(listener, 'protocol', 'Protocol')));
  const action = textOf(
    listener.get(...(listener.language === 'terraform' ? ['default_action', 0, 'type'] : ['DefaultActions', 0, 'Type'])),
  );
  if (port?.kind !== 'known' || protocol?.kind !== 'known' || action?.kind !== 'known') return null;
  if (!/^HTTPS?$/.test(protocol.value)) return null;
  const tls = protocol.value === 'HTTPS';
  const { at } = listener;
  const redirect = action.value === 'redirect' ? { code: 301, target: 'https://$host$request_uri', at } : null;
  const side = { at, tls, plain: !tls };
  return {
    software: 'load-balancer',
    file: listener.file,
    at,
    wholeConfiguration: true,
    listens: [{ address: '', port: port.value, unix: null, ssl: tls, http2: false, defaultServer: true, at }],
    names: [],
    certificates: [],
    tlsProtocols: null,
    answersAll: redirect,
    locations: redirect !== null || target === null ? [] : [locationOf(side, target, idleTimeout(listener, facts))],
    headers: [],
    serverTokens: null,
    rejectsHandshake: false,
    stapling: null,
    sendsPlainAway: null,
  };
}

/** Seconds for which it keeps a connection that nothing goes over; 60 where nothing is said. */
function idleTimeout(listener: InfrastructureResource, facts: InfrastructureFacts): Value<number> {
  const balancer = facts.resources.items.find((one) => BALANCERS.has(one.type) && one.address === balancerOf(listener));
  if (balancer === undefined) return { kind: 'unknown', why: 'third-party', names: [], origin: textOrigin(listener.at) };
  const own = balancer.language === 'terraform' ? numberOf(balancer.get('idle_timeout')) : null;
  // CloudFormation keeps it in a list of attributes.
  const listed = balancer.language === 'cloudformation' && balancer.placeOf('LoadBalancerAttributes') !== balancer.at;
  if (listed) return { kind: 'unknown', why: 'unsupported-syntax', names: [], origin: textOrigin(balancer.at) };
  return own ?? usual(DEFAULTS.applicationLoadBalancer, 'idle_timeout');
}

/** It keeps the Host header and says itself from where and over what a request came. */
function locationOf(
  side: { readonly at: Span; readonly tls: boolean; readonly plain: boolean },
  { host, port }: Address,
  idle: Value<number>,
): UnlinkedServer['locations'][number] {
  const { at } = side;
  const header = (name: string, value: string): readonly [string, HeaderSet] => [name.toLowerCase(), { name, value, always: true, at }];
  return {
    match: { kind: 'prefix', path: '/' },
    name: 'the load balancer',
    at,
    server: side,
    pass: { scheme: 'http', target: known(`${host}:${port}`, textOrigin(at)), at },
    destinations: { items: [{ address: { kind: 'tcp', host, port }, at }], complete: true },
    requestHeaders: new Map([
      header('Host', '$http_host'),
      header('X-Forwarded-For', '$proxy_add_x_forwarded_for'),
      header('X-Forwarded-Proto', '$scheme'),
      header('X-Forwarded-Port', '$server_port'),
    ]),
    responseHeaders: [],
    shadowedHeaders: [],
    shadowedRequestHeaders: [],
    requestHeadersHidden: null,
    hiddenHeaders: new Set(),
    cookieFlags: [],
    files: null,
    listing: null,
    expires: null,
    answers: null,
    readTimeout: idle,
    idleTimeout: idle,
    bodyLimit: usual(DEFAULTS.applicationLoadBalancer, 'body_limit'),
    buffering: { responses: false, requests: false },
    compression: { on: false, types: [], precompressed: false, at: null },
    internal: false,
    upgrades: true,
    proxyProtocol: false,
    restricted: 'no',
    complete: true,
  };
}
