import type { Answer, Data, Probe, Process, RepositoryFacts, SettingsFacts, Span, Value } from '../../../src/rule.ts';
import { classText } from '../code/python-class.ts';
import { and, answer, not, or } from '../values/answer.ts';
import { anyItem, isSequence, textsIn, truth } from '../values/data.ts';
import { admits, whyNever } from './host-pattern.ts';
import { SECURITY } from './middleware.ts';
import { COMMON, holdsClass } from './middleware-places.ts';

/** A question over HTTP whether a process is alive: a probe of Kubernetes, a health check of a load balancer or of a container. */
export interface HealthRequest {
  readonly process: Process;
  readonly probe: Probe;
  readonly at: Span;
  readonly path: Value<string>;
  /** The name in the Host header, without port; null: the address of the container, which nobody knows before it runs. */
  readonly host: Value<string> | null;
  readonly headers: ReadonlyMap<string, Value<string>>;
}

/** The questions that reach Django itself, in the processes that load these settings. */
export function healthRequests(settings: SettingsFacts, asks: (probe: Probe) => boolean): readonly HealthRequest[] {
  return settings.processes.flatMap((process) =>
    process.probes.flatMap((probe): readonly HealthRequest[] => {
      const { http } = probe;
      if (http === null || http.scheme === 'https' || !asks(probe) || !isOfServer(process, http.port)) return [];
      return [{ process, probe, at: probe.at, path: http.path, host: http.host, headers: http.headers }];
    }),
  );
}

/** Who asks, in words, at the beginning of a sentence or inside of one. */
export function askerOf({ probe }: Pick<HealthRequest, 'probe'>, where: 'beginning' | 'inside' = 'beginning'): string {
  const words = probe.kind === 'health' ? 'health check of the load balancer' : `${probe.kind} probe`;
  return `${where === 'beginning' ? 'The' : 'the'} ${words}`;
}

/** Asked by Kubernetes or a load balancer from outside of the container, not by a command within. */
export function isAskedFromOutside(probe: Probe): boolean {
  return probe.argv === null;
}

/** Whether a port is one that the server of the process listens on; another program of the container may hold any other. */
function isOfServer(process: Process, port: Value<string>): boolean {
  if (process.server === null || process.server.software === 'runserver') return false;
  const number = portNumber(process, port);
  const { items, complete } = process.server.binds;
  if (number === null || complete !== true) return number === null && items.length <= 1;
  return items.some((bind) => bind.kind === 'tcp' && bind.port === number);
}

function portNumber(process: Process, port: Value<string>): number | null {
  if (port.kind !== 'known') return null;
  if (/^\d+$/.test(port.value)) return Number(port.value);
  const named = process.exposed.find((one) => one.name === port.value)?.port;
  return named?.kind === 'known' ? named.value : null;
}

/** Whether Django takes a request under a Host header: null is an address of the cluster's network. */
export function admitsHost(hosts: Data | undefined, host: string | null, debug: Data | undefined): Answer {
  if (!isSequence(hosts)) return 'maybe';
  const name = host === null ? null : host.toLowerCase().replace(/:\d+$/, '');
  const local = name !== null && /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/.test(name);
  const byDebug = and(truth(debug), not(truth(hosts)), answer(local));
  const listed = anyItem(hosts, (one) => typeof one === 'string' && whyNever(one) === null && fits(one, name));
  return or(byDebug, listed);
}

/** Nobody lists the addresses that pods are going to have; who lists one at all may run on a network where they are fixed. */
function fits(entry: string, name: string | null): boolean | Answer {
  if (entry === '*') return true;
  if (name !== null) return admits(entry, name);
  return /^\d+(\.\d+){3}$/.test(entry) && !/^(127\.|0\.0\.0\.0$)/.test(entry) ? 'maybe' : false;
}

/** Middleware that is known to pass every request on to the next. */
const PASSES_ON =
  /^(django\.|whitenoise\.|corsheaders\.|debug_toolbar\.|csp\.|django_prometheus\.|allauth\.|simple_history\.|axes\.|django_structlog\.|log_request_id\.|request_id\.|elasticapm\.|opencensus\.|hijack\.|waffle\.|django_htmx\.|auditlog\.|reversion\.|oauth2_provider\.|silk\.)/;

/** Whether something answers before Django looks at the Host header: middleware in front of CommonMiddleware, or code around the application. */
export function answersEarly(
  middleware: Data | undefined,
  path: string,
  settings: SettingsFacts,
  repository: Pick<RepositoryFacts, 'read' | 'files'>,
): Answer {
  const code = { settings, repository };
  if (!isSequence(middleware)) return 'maybe';
  // Nobody else asks for the host of a plain request.
  if (holdsClass(middleware, COMMON, code) !== 'yes') return 'maybe';
  if (!middleware.complete) return 'maybe';
  const listed = textsIn(middleware);
  const before = listed.slice(0, Math.max(0, listed.indexOf(COMMON.path)));
  if (before.some((one) => !PASSES_ON.test(one) && mayAnswer(classText(one, code), path))) return 'maybe';
  return wrapsApplication(path, settings, repository) ? 'maybe' : 'no';
}

/** A class whose code is not in view may do anything; one that is in view must at least speak of the path or of health. */
function mayAnswer(text: string | null, path: string): boolean {
  const word = path.replace(/^\/|\/$/g, '');
  return (
    text === null || /health|alive|ready|probe|ping|get_host|ALLOWED_HOSTS|HTTP_HOST/i.test(text) || (word !== '' && text.includes(word))
  );
}

function wrapsApplication(path: string, settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read' | 'files'>): boolean {
  const word = path.replace(/^\/|\/$/g, '');
  const { root } = settings.project;
  return repository.files.some((file) => {
    if (!/(^|\/)\w*[aw]sgi\w*\.py$/.test(file) || !(root === '' || file.startsWith(`${root}/`))) return false;
    const text = repository.read(file) ?? '';
    return /HTTP_HOST|health|b["']host["']|FastAPI|Starlette|\.mount\(/i.test(text) || (word !== '' && text.includes(word));
  });
}

/** Whether SecurityMiddleware sends a request over plain HTTP for a path to HTTPS, when its headers do not say that it came so. */
export function redirectsPlain(facts: RedirectFacts, request: Pick<HealthRequest, 'headers'>, path: string): Answer {
  const { redirect, exempt, header, middleware, code } = facts;
  const secured = isSequence(header)
    ? toldSecure(textsIn(header), request.headers)
    : header === null || header === undefined
      ? 'no'
      : 'maybe';
  const spared =
    isSequence(exempt) && textsIn(exempt).length === 0 && exempt.complete ? 'no' : anyItem(exempt, (one) => matches(one, path));
  return and(answer(redirect === true), holdsClass(middleware, SECURITY, code), not(secured), not(spared));
}

export interface RedirectFacts {
  readonly redirect: Data | undefined;
  readonly exempt: Data | undefined;
  /** SECURE_PROXY_SSL_HEADER. */
  readonly header: Data | undefined;
  readonly middleware: Data | undefined;
  readonly code: { readonly settings: SettingsFacts; readonly repository: Pick<RepositoryFacts, 'read'> };
}

function toldSecure([name = '', secure = '']: readonly string[], headers: HealthRequest['headers']): Answer {
  const sent = headers.get(
    name
      .replace(/^HTTP_/, '')
      .replaceAll('_', '-')
      .toLowerCase(),
  );
  if (sent === undefined) return name === '' ? 'maybe' : 'no';
  return sent.kind === 'known' ? answer(sent.value.split(',')[0]?.trim() === secure) : 'maybe';
}

/** SECURE_REDIRECT_EXEMPT is searched for in the path without its first slash; patterns that JavaScript may read otherwise are not judged. */
function matches(pattern: Data, path: string): boolean | Answer {
  const text = patternText(pattern);
  if (text === null || text.length > 200 || !/^[\w^$/.*+?|()\\-]*$/.test(text) || /\([^)]*[*+][^)]*\)[*+]/.test(text)) return 'maybe';
  try {
    return new RegExp(text).test(path.replace(/^\/+/, ''));
  } catch {
    return 'maybe';
  }
}

function patternText(pattern: Data): string | null {
  if (typeof pattern === 'string') return pattern;
  return typeof pattern === 'object' && pattern !== null && 'pattern' in pattern ? pattern.pattern : null;
}

/** Whether any middleware, or code around the application, may answer a request that no view is there for. */
export function mayAnswerItself(
  middleware: Data | undefined,
  path: string,
  settings: SettingsFacts,
  repository: Pick<RepositoryFacts, 'read' | 'files'>,
): Answer {
  if (!isSequence(middleware) || !middleware.complete) return 'maybe';
  const code = { settings, repository };
  const answering = textsIn(middleware).some(
    (one) => /^django\.contrib\.(flatpages|redirects)\./.test(one) || (!PASSES_ON.test(one) && mayAnswer(classText(one, code), path)),
  );
  return answering || wrapsApplication(path, settings, repository) ? 'maybe' : 'no';
}
