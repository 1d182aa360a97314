import { folderOf } from '../../files/paths.ts';
import { asString, asText, entry, get, itemsOf, type YamlNode } from '../../syntax/yaml/index.ts';
import { DEFAULTS, usual } from '../defaults/defaults.ts';
import { commandIn, imageFrom, NO_SERVICE, type PlatformManifest, type PlatformService, pathProbe, variablesOf } from './manifest.ts';

/** app.yaml of App Engine: its front end ends TLS; plain requests are sent to HTTPS where a handler says `secure: always`. */
export function appEngineManifest(file: string, root: YamlNode): PlatformManifest | null {
  const runtime = entry(root, 'runtime');
  const name = asText(runtime?.value);
  if (runtime === undefined || name === undefined || !/^(python\d*|custom)$/.test(name)) return null;
  const handlers = itemsOf(get(root, 'handlers'));
  const secure = handlers.map((one) => entry(one, 'secure'));
  const always = handlers.length > 0 && secure.every((one) => asString(one?.value) === 'always');
  const at = runtime.keySpan;
  const from = name === 'custom' ? imageFrom(file, undefined, undefined) : ({ kind: 'slug', folder: folderOf(file) } as const);
  const service: PlatformService | null =
    from === null
      ? null
      : {
          ...NO_SERVICE,
          name: asText(get(root, 'service')) ?? 'default',
          at,
          from,
          command: commandIn(get(root, 'entrypoint')),
          variables: variablesOf(get(root, 'env_variables')),
          probes: [...pathProbe(get(root, 'readiness_check', 'path'), null), ...pathProbe(get(root, 'liveness_check', 'path'), null)],
          port: { value: usual(DEFAULTS.appEngine, 'port'), at },
        };
  return {
    file,
    facts: {
      name: 'app-engine',
      file,
      at,
      endsTls: 'yes',
      redirectsToHttps: always ? { answer: 'yes', at: secure[0]?.keySpan ?? null } : { answer: 'no', at: null },
      ephemeralDisk: 'yes',
    },
    services: service === null ? [] : [service],
  };
}
