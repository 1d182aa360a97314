import { byDefault, known, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { lookUp } from '../environment.ts';
import type { Command, Server } from '../model.ts';
import { lastOption, type ParsedOptions } from './options.ts';

/** What a server has when it knows no such option. */
export function plainServer(software: Server['software'], app: Value<string>): Server {
  return {
    software,
    interface: 'asgi',
    app,
    binds: { items: [], complete: true },
    workers: byDefault(1, software),
    threads: byDefault(1, software),
    workerClass: byDefault(software, software),
    timeout: byDefault(0, software),
    maxRequests: byDefault(0, software),
    maxRequestsJitter: byDefault(0, software),
    forwardedAllowIps: byDefault([], software),
    preload: byDefault(false, software),
    accessLog: byDefault<string | null>('-', software),
    errorLog: byDefault<string | null>('-', software),
    reload: byDefault(false, software),
    daemon: byDefault(false, software),
    option: () => null,
    sources: () => [],
    configFile: null,
  };
}

/** Options, then variables with a prefix (click's `auto_envvar_prefix`), then nothing. */
export interface Given {
  readonly software: Server['software'];
  readonly options: ParsedOptions;
  readonly environment: Environment;
  /** "UVICORN_"; null when it reads no variables. */
  readonly prefix: string | null;
}

export function given({ options, environment, prefix }: Given, name: string): Value<string> | null {
  const option = lastOption(options, name);
  if (option !== null || prefix === null) return option;
  return lookUp(environment, variableOf(prefix, name));
}

export function orElse<T>(value: Value<string> | null, read: (value: Value<string>) => Value<T>, otherwise: Value<T>): Value<T> {
  return value === null ? otherwise : read(value);
}

/** What such a server tells of each of its options. */
export function optionsOf(from: Given): Pick<Server, 'option' | 'sources'> {
  return {
    option: (name) => given(from, name),
    sources: (name) => {
      const variable = from.prefix === null ? null : lookUp(from.environment, variableOf(from.prefix, name));
      const option = lastOption(from.options, name);
      return [
        ...(variable === null ? [] : [{ from: 'variable' as const, value: variable }]),
        ...(option === null ? [] : [{ from: 'command' as const, value: option }]),
      ];
    },
  };
}

function variableOf(prefix: string, name: string): string {
  return prefix + name.toUpperCase().replaceAll('-', '_');
}

/** The operand that names the application; unknown when none does. */
export function operand(options: ParsedOptions, command: Command): Value<string> {
  const [first] = options.operands;
  return first ?? { kind: 'unknown', why: 'raised', names: [], origin: { step: 'text', at: command.at } };
}

/** A flag that is on or off; `otherwise` when it is not given. */
export function flag(value: Value<string> | null, otherwise: Value<boolean>): Value<boolean> {
  if (value === null) return otherwise;
  return value.kind === 'known'
    ? known(/^(1|true|t|yes|y|on)$/i.test(value.value), value.origin)
    : value.kind === 'unknown'
      ? value
      : otherwise;
}
