import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { ApacheDirective } from '../../syntax/apache/index.ts';
import { type ApacheContext, argumentValue, last, named, textOf } from '../apache/scope.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import type { Server } from '../model.ts';
import { plainServer } from '../server/parts.ts';

/** Where a script runs: in a group of daemon processes, or in the processes of httpd itself. */
export type Group =
  | { readonly kind: 'daemon'; readonly directive: ApacheDirective }
  | { readonly kind: 'embedded' }
  /** The name is computed, or the group is declared in a file that is not in view. */
  | { readonly kind: 'unknown' };

/** `WSGIProcessGroup` or the option of the script, and the `WSGIDaemonProcess` of that name. `hidden`: more may stand elsewhere. */
export function groupOf(option: string | null, directives: readonly ApacheDirective[], hidden: boolean, context: ApacheContext): Group {
  const name =
    option ??
    named(directives, 'wsgiprocessgroup')
      .map((one) => textOf(one.args[0], context))
      .at(-1) ??
    null;
  if (name === null) return hidden ? { kind: 'unknown' } : { kind: 'embedded' };
  if (name === '%{GLOBAL}' || name === '') return { kind: 'embedded' };
  if (/[%$]\{/.test(name)) return { kind: 'unknown' };
  const directive = named(directives, 'wsgidaemonprocess').find((one) => textOf(one.args[0], context) === name);
  return directive === undefined ? { kind: 'unknown' } : { kind: 'daemon', directive };
}

/** Where a script is named, with the directives that hold there. */
export interface Served {
  readonly script: string;
  readonly at: Span;
  readonly directives: readonly ApacheDirective[];
  /** More directives may hold there than are in view. */
  readonly hidden: boolean;
}

/** What runs a script; the defaults are those of mod_wsgi 5: one process of 15 threads that is never replaced. */
export function modWsgiServer(
  app: Value<string>,
  { script, at, directives, hidden }: Served,
  group: Group,
  context: ApacheContext,
): Server {
  const options = new Map(group.kind === 'daemon' ? optionsOf(group.directive, context) : []);
  const passes = passesAuthorization(directives, hidden, at);
  if (passes !== null) options.set('WSGIPassAuthorization', passes);
  const number = (name: string, otherwise: Value<number>): Value<number> => {
    const value = options.get(name);
    if (value === undefined) return group.kind === 'daemon' ? otherwise : unknown('host', textOrigin(at));
    if (value.kind !== 'known') return unknown('host', textOrigin(at));
    return /^\d+$/.test(value.value) ? known(Number(value.value), value.origin) : unknown('unsupported-syntax', value.origin);
  };
  const mode = group.kind === 'unknown' ? unknown('missing-file', textOrigin(at), [], 'str') : known<string>(group.kind, textOrigin(at));
  return {
    ...plainServer('mod_wsgi', app),
    interface: 'wsgi',
    binds: { items: [{ kind: 'script', path: script, at }], complete: true },
    workers: number('processes', usual(DEFAULTS.mod_wsgi, 'processes')),
    threads: number('threads', usual(DEFAULTS.mod_wsgi, 'threads')),
    workerClass: mode,
    timeout: number('request-timeout', usual(DEFAULTS.mod_wsgi, 'request_timeout')),
    maxRequests: number('maximum-requests', usual(DEFAULTS.mod_wsgi, 'maximum_requests')),
    option: (name) => options.get(name) ?? null,
    configFile: at.file,
  };
}

/** Whether the application sees the Authorization header: an option of httpd beside those of the process group. */
function passesAuthorization(directives: readonly ApacheDirective[], hidden: boolean, at: Span): Value<string> | null {
  const found = last(directives, 'wsgipassauthorization');
  if (found !== null) return known(found.args[0]?.text ?? '', textOrigin(found.span));
  return hidden ? unknown('missing-file', textOrigin(at), [], 'str') : null;
}

/** `WSGIDaemonProcess site python-home=/srv/venv processes=2`. */
function optionsOf({ args }: ApacheDirective, context: ApacheContext): ReadonlyMap<string, Value<string>> {
  const options = new Map<string, Value<string>>();
  for (const arg of args.slice(1)) {
    const found = /^([\w-]+)=(.*)$/s.exec(arg.text);
    if (found === null) continue;
    const text = (found[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    options.set((found[1] ?? '').toLowerCase(), argumentValue({ ...arg, text }, context));
  }
  return options;
}
