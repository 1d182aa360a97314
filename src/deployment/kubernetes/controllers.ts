import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { HeaderSet, ProxyLocation } from '../model.ts';
import { entriesOfNode, type ManifestNode, nodeAt, opennessOf, textOfNode } from './node.ts';
import type { ManifestObject } from './object.ts';

/** Programs that serve an Ingress, as far as they are told apart. */
export type Controller = 'nginx' | 'alb' | 'gce' | 'traefik' | 'other';

/** The controller an Ingress is meant for, by its class or the annotations that only one understands. */
export function controllerOf({ root }: ManifestObject): Controller {
  const annotations = nodeAt(root, 'metadata', 'annotations');
  const name = textOfNode(nodeAt(root, 'spec', 'ingressClassName')) ?? textOfNode(nodeAt(annotations, 'kubernetes.io/ingress.class'));
  if (name !== null) {
    if (name === 'nginx' || /^(ingress-nginx|nginx-(internal|external|public|private))$/.test(name)) return 'nginx';
    if (/^(alb|aws-alb)/.test(name)) return 'alb';
    if (/^gce/.test(name)) return 'gce';
    return /traefik/.test(name) ? 'traefik' : 'other';
  }
  const keys = entriesOfNode(annotations).map(([key]) => key);
  if (keys.some((key) => key.startsWith('alb.ingress.kubernetes.io/'))) return 'alb';
  if (keys.some((key) => key.startsWith('nginx.ingress.kubernetes.io/'))) return 'nginx';
  return keys.some((key) => key.startsWith('networking.gke.io/') || key === 'kubernetes.io/ingress.global-static-ip-name')
    ? 'gce'
    : 'other';
}

const CERTIFICATES = [
  'alb.ingress.kubernetes.io/certificate-arn',
  'networking.gke.io/managed-certificates',
  'networking.gke.io/v1beta1.FrontendConfig',
  'ingress.gcp.kubernetes.io/pre-shared-cert',
  'service.beta.kubernetes.io/aws-load-balancer-ssl-cert',
  'appgw.ingress.kubernetes.io/appgw-ssl-certificate',
];

/** Where an Ingress says by an annotation that TLS ends before it; null when it does not. */
export function annotatedTls({ root }: ManifestObject): Span | null {
  const annotations = nodeAt(root, 'metadata', 'annotations');
  for (const key of CERTIFICATES) {
    const node = nodeAt(annotations, key);
    if (node !== null && entriesOfNode(annotations).some(([name]) => name === key)) return node.at;
  }
  return null;
}

export function annotationOf({ root }: ManifestObject, name: string): ManifestNode | null {
  const annotations = nodeAt(root, 'metadata', 'annotations');
  return opennessOf(annotations) === null ? nodeAt(annotations, name) : (nodeAt(annotations, name) ?? null);
}

/** Whether requests over plain HTTP are sent to HTTPS, and where that is said; `maybe` when the controller's own configuration decides. */
export function redirectOf(
  object: ManifestObject,
  controller: Controller,
  tls: Span | null,
): { readonly answer: 'yes' | 'no' | 'maybe'; readonly at: Span } {
  const at = tls ?? object.root.at;
  if (controller === 'nginx') {
    const forced = annotationOf(object, 'nginx.ingress.kubernetes.io/force-ssl-redirect');
    if (textOfNode(forced) === 'true') return { answer: 'yes', at: forced?.at ?? at };
    const own = annotationOf(object, 'nginx.ingress.kubernetes.io/ssl-redirect');
    if (tls === null) return { answer: 'no', at };
    if (own === null) return { answer: 'yes', at };
    const text = textOfNode(own);
    return { answer: text === 'false' ? 'no' : text === null ? 'maybe' : 'yes', at: own.at };
  }
  if (controller === 'alb') {
    const redirect =
      annotationOf(object, 'alb.ingress.kubernetes.io/ssl-redirect') ??
      annotationOf(object, 'alb.ingress.kubernetes.io/actions.ssl-redirect');
    if (redirect !== null) return { answer: 'yes', at: redirect.at };
    const ports = annotationOf(object, 'alb.ingress.kubernetes.io/listen-ports');
    const text = textOfNode(ports);
    return { answer: text !== null && !/"HTTP"/.test(text) ? 'yes' : 'maybe', at: ports?.at ?? at };
  }
  return { answer: 'maybe', at };
}

/** What every controller puts into the request: the Host header stays, the forwarded headers are its own. */
export function forwardedHeaders(at: Span): ReadonlyMap<string, HeaderSet> {
  const header = (name: string, value: string): readonly [string, HeaderSet] => [name.toLowerCase(), { name, value, always: true, at }];
  return new Map([
    header('Host', '$host'),
    header('X-Forwarded-For', '$remote_addr'),
    header('X-Forwarded-Proto', '$scheme'),
    header('X-Forwarded-Host', '$host'),
  ]);
}

/** ingress-nginx sends it on TLS unless its own configuration turns that off. */
export function securityHeaders(controller: Controller, tls: Span | null): readonly HeaderSet[] {
  if (controller !== 'nginx' || tls === null) return [];
  return [{ name: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains', always: true, at: tls }];
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Limits that annotations of ingress-nginx set, or its defaults; those of other controllers are not known. */
export function limitsOf(object: ManifestObject, controller: Controller): Pick<ProxyLocation, 'bodyLimit' | 'readTimeout' | 'buffering'> {
  const origin = textOrigin(object.root.at);
  if (controller !== 'nginx') {
    const hidden: Value<number> = unknown('host', origin, [], 'int');
    return { bodyLimit: hidden, readTimeout: hidden, buffering: { responses: true, requests: true } };
  }
  const size = annotationOf(object, 'nginx.ingress.kubernetes.io/proxy-body-size');
  const seconds = annotationOf(object, 'nginx.ingress.kubernetes.io/proxy-read-timeout');
  const [, number, unit = ''] = /^(\d+)([kmg]?)$/i.exec(textOfNode(size) ?? '') ?? [];
  const bytes = number === undefined ? null : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
  const hole = (node: ManifestNode): Value<number> => unknown('opaque-env', textOrigin(node.at), [], 'int');
  return {
    bodyLimit:
      size === null ? usual(DEFAULTS.ingressNginx, 'proxy_body_size') : bytes === null ? hole(size) : known(bytes, textOrigin(size.at)),
    readTimeout:
      seconds === null
        ? usual(DEFAULTS.ingressNginx, 'proxy_read_timeout')
        : /^\d+$/.test(textOfNode(seconds) ?? '')
          ? known(Number(textOfNode(seconds)), textOrigin(seconds.at))
          : hole(seconds),
    buffering: {
      responses: textOfNode(annotationOf(object, 'nginx.ingress.kubernetes.io/proxy-buffering')) === 'on',
      requests: textOfNode(annotationOf(object, 'nginx.ingress.kubernetes.io/proxy-request-buffering')) !== 'off',
    },
  };
}

/** Whether visitors are kept out by address, password or another service. */
export function restrictionOf({ root }: ManifestObject): ProxyLocation['restricted'] {
  const annotations = nodeAt(root, 'metadata', 'annotations');
  const keys = entriesOfNode(annotations).map(([key]) => key);
  const guards =
    /(whitelist-source-range|allowlist-source-range|auth-url|auth-type|auth-secret|inbound-cidrs|auth-tls-secret|router\.middlewares|scheme)$/;
  if (keys.some((key) => guards.test(key))) return 'maybe';
  return opennessOf(annotations) === null ? 'no' : 'maybe';
}
