import type { Span } from '../../core/span.ts';
import { bindValue, known, mapValue, unknown, type Value } from '../../core/value.ts';
import { asBoolean, asString, entriesOf, isNull, itemsOf } from '../../syntax/yaml/index.ts';
import { healthProbe } from '../image/health.ts';
import { portOf } from '../image/port.ts';
import type { ContainerLogging, Privilege, Probe, Process } from '../model.ts';
import { keySpanAt, lastAt, layersAt } from './layers.ts';
import { type ServiceReader, scalarText } from './scalar.ts';

/** What a service says of how its container is run, beside what it runs. */
export interface ServiceRuntime {
  readonly restart: Value<string> | null;
  /** Seconds. */
  readonly stopGrace: Value<number> | null;
  readonly stopSignal: Value<string> | null;
  readonly exposed: Process['exposed'];
  readonly healthcheck: { readonly at: Span; readonly disabled: boolean } | null;
  /** Null: what the image asks holds. */
  readonly probe: Probe | null;
  readonly privileges: readonly Privilege[];
  readonly logging: ContainerLogging | null;
  readonly containerName: Value<string> | null;
}

export function serviceRuntime(reader: ServiceReader): ServiceRuntime {
  const text = (...path: readonly string[]) => textAt(reader, ...path);
  return {
    restart: text('restart') ?? restartOfDeploy(reader),
    stopGrace: secondsOf(text('stop_grace_period')),
    stopSignal: text('stop_signal'),
    exposed: exposedOf(reader),
    healthcheck: healthcheckOf(reader),
    probe: probeOf(reader),
    privileges: privilegesOf(reader),
    logging: loggingOf(reader),
    containerName: text('container_name'),
  };
}

function textAt(reader: ServiceReader, ...path: readonly string[]): Value<string> | null {
  return scalarText(reader, lastAt(reader.service.layers, ...path), `services.${reader.service.name}.${path.join('.')}`);
}

const RESTARTS: Readonly<Record<string, string>> = { none: 'no', 'on-failure': 'on-failure', any: 'always' };

/** Where `restart` is absent Compose takes the policy of `deploy`, whose condition is any by default. */
function restartOfDeploy(reader: ServiceReader): Value<string> | null {
  const at = keySpanAt(layersAt(reader.service.layers, 'deploy'), 'restart_policy');
  if (at === undefined) return null;
  const condition = textAt(reader, 'deploy', 'restart_policy', 'condition');
  return mapValue(condition ?? known('any', { step: 'text', at }), (one) => RESTARTS[one] ?? one);
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** "1m30s" in seconds. */
function secondsOf(value: Value<string> | null): Value<number> | null {
  if (value === null) return null;
  return bindValue(value, ({ value: written, origin }) => {
    const parts = [...written.trim().matchAll(/([\d.]+)(us|ms|s|m|h)/g)];
    const whole = parts.map(([all]) => all).join('') === written.trim() && parts.length > 0;
    const seconds = parts.reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
    return whole && Number.isFinite(seconds) ? known(seconds, origin) : unknown('unsupported-syntax', origin);
  });
}

function exposedOf(reader: ServiceReader): Process['exposed'] {
  return layersAt(reader.service.layers, 'expose').flatMap((layer) =>
    itemsOf(layer).flatMap((item) => {
      const port = scalarText(reader, item, `services.${reader.service.name}.expose`);
      return port === null ? [] : [{ port: portOf(port), name: null, at: item.span }];
    }),
  );
}

/** Only `disable: true` and `["NONE"]` turn it off; `test: NONE` is a command of that name. */
function healthcheckOf(reader: ServiceReader): ServiceRuntime['healthcheck'] {
  const at = keySpanAt(reader.service.layers, 'healthcheck');
  const layers = layersAt(reader.service.layers, 'healthcheck').filter((one) => !isNull(one));
  if (at === undefined || layers.length === 0) return null;
  const test = lastAt(layers, 'test');
  const none = test?.kind === 'seq' && asString(test.items[0]) === 'NONE';
  return { at, disabled: none || asBoolean(lastAt(layers, 'disable')) === true };
}

function probeOf(reader: ServiceReader): Probe | null {
  const test = lastAt(layersAt(reader.service.layers, 'healthcheck'), 'test');
  if (test === undefined) return null;
  const feeds = `services.${reader.service.name}.healthcheck.test`;
  const origin = { step: 'text', at: test.span } as const;
  if (test.kind === 'scalar') {
    const text = scalarText(reader, test, feeds);
    return text === null ? null : healthProbe([known('CMD-SHELL', origin), text], test.span);
  }
  return healthProbe(
    itemsOf(test).map((item) => scalarText(reader, item, feeds) ?? known('', origin)),
    test.span,
  );
}

function privilegesOf(reader: ServiceReader): readonly Privilege[] {
  const privileged = lastAt(reader.service.layers, 'privileged');
  const added = layersAt(reader.service.layers, 'cap_add').flatMap((layer) => itemsOf(layer));
  return [
    ...(privileged !== undefined && asBoolean(privileged) === true ? [{ name: 'privileged', at: privileged.span }] : []),
    ...added.flatMap((item) => {
      const name = asString(item);
      return name === undefined ? [] : [{ name: name.replace(/^CAP_/i, '').toUpperCase(), at: item.span }];
    }),
  ];
}

/** Options are merged as long as the driver stays the same. */
function loggingOf(reader: ServiceReader): ContainerLogging | null {
  const layers = layersAt(reader.service.layers, 'logging').filter((one) => !isNull(one));
  const at = keySpanAt(reader.service.layers, 'logging');
  if (at === undefined || layers.length === 0) return null;
  const feeds = `services.${reader.service.name}.logging`;
  const options = new Map<string, Value<string>>();
  for (const one of layersAt(layers, 'options').flatMap((layer) => entriesOf(layer))) {
    const value = scalarText(reader, one.value, feeds);
    if (value !== null) options.set(one.key, value);
  }
  return { at, driver: scalarText(reader, lastAt(layers, 'driver'), feeds), options };
}

const SWARM_KEYS = ['placement', 'update_config', 'rollback_config', 'endpoint_mode'];

/** Whether `deploy` says what only a swarm heeds. */
export function speaksToSwarm(reader: ServiceReader): boolean {
  const deploy = layersAt(reader.service.layers, 'deploy');
  return SWARM_KEYS.some((key) => keySpanAt(deploy, key) !== undefined);
}
