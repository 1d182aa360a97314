import { textOrigin } from '../../core/origin.ts';
import { unknown } from '../../core/value.ts';
import { folderOf, joinPath } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asString, entriesOf, entry, get, type YamlNode } from '../../syntax/yaml/index.ts';
import type { PlatformFacts } from '../model.ts';
import {
  commandIn,
  imageFrom,
  NO_SERVICE,
  numberIn,
  type PlatformManifest,
  type PlatformService,
  textValue,
  type WrittenCommand,
} from './manifest.ts';

/** Heroku's router ends TLS, marks it in X-Forwarded-Proto and redirects nothing; files are lost with the dyno, which lives a day. */
export function herokuFacts(file: string | null, at: PlatformFacts['at']): PlatformFacts {
  return { name: 'heroku', file, at, endsTls: 'yes', redirectsToHttps: { answer: 'no', at: null }, ephemeralDisk: 'yes' };
}

/** What app.json tells of an application beside its Procfile. */
export interface AppJson {
  readonly file: string;
  readonly facts: PlatformFacts;
  readonly variables: PlatformService['variables'];
  readonly replicas: ReadonlyMap<string, NonNullable<ReturnType<typeof numberIn>>>;
  /** What Dokku runs with each release; Heroku's own `postdeploy` runs once, when an application is made. */
  readonly release: readonly WrittenCommand[];
}

const OF_APPLICATIONS = [
  'name',
  'description',
  'repository',
  'keywords',
  'website',
  'addons',
  'buildpacks',
  'env',
  'environments',
  'formation',
  'image',
  'scripts',
  'stack',
  'success_url',
];

/** Reads app.json of Heroku and Dokku; null for the files of other tools that are called so. */
export function readAppJson(file: string, root: YamlNode): AppJson | null {
  const known = OF_APPLICATIONS.map((key) => entry(root, key)).filter((one) => one !== undefined);
  const [first] = known;
  if (first === undefined || get(root, 'expo') !== undefined || get(root, 'displayName') !== undefined) return null;
  const isDokku = get(root, 'scripts', 'dokku') !== undefined || get(root, 'healthchecks') !== undefined || get(root, 'cron') !== undefined;
  const at = first.keySpan;
  const facts: PlatformFacts = isDokku
    ? { name: 'dokku', file, at, endsTls: 'maybe', redirectsToHttps: { answer: 'maybe', at: null }, ephemeralDisk: 'maybe' }
    : herokuFacts(file, at);
  return {
    file,
    facts,
    variables: entriesOf(get(root, 'env')).flatMap((one) => {
      const written = one.value.kind === 'scalar' ? one.value : get(one.value, 'value');
      const value = written === undefined ? unknown('opaque-env', textOrigin(one.keySpan), [one.key], 'str') : textValue(written);
      return [[one.key, value, one.keySpan] as const];
    }),
    replicas: new Map(
      entriesOf(get(root, 'formation')).flatMap((one) => {
        const count = numberIn(get(one.value, 'quantity'));
        return count === null ? [] : [[one.key, count] as const];
      }),
    ),
    release: [commandIn(get(root, 'scripts', 'dokku', 'predeploy')), commandIn(get(root, 'scripts', 'dokku', 'postdeploy'))].filter(
      (one) => one !== null,
    ),
  };
}

/** heroku.yml: images that Heroku builds, and what they run. */
export function herokuYml(file: string, root: YamlNode, tree: SourceTree): PlatformManifest | null {
  const docker = entriesOf(get(root, 'build', 'docker'));
  if (docker.length === 0) return null;
  const at = entry(root, 'build')?.keySpan ?? root.span;
  const images = new Map(
    docker.flatMap((one) => {
      const path = asString(one.value) ?? asString(get(one.value, 'dockerfile'));
      const from = path === undefined ? null : imageFrom(file, undefined, joinPath(folderOf(file), path));
      return from?.kind === 'image' && tree.kindOf(from.dockerfile) === 'file' ? [[one.key, from] as const] : [];
    }),
  );
  const imageOf = (node: YamlNode | undefined, name: string) => images.get(asString(get(node, 'image')) ?? name) ?? null;
  const variables = entriesOf(get(root, 'setup', 'config')).map((one) => [one.key, textValue(one.value), one.keySpan] as const);
  const run = entriesOf(get(root, 'run'));
  const started = run.flatMap((one): readonly PlatformService[] => {
    const from = imageOf(one.value, one.key);
    const command = commandIn(one.value.kind === 'map' ? get(one.value, 'command') : one.value);
    return from === null ? [] : [{ ...NO_SERVICE, name: one.key, at: one.keySpan, from, command, variables }];
  });
  const unnamed = docker.flatMap((one): readonly PlatformService[] => {
    const from = images.get(one.key);
    return from === undefined || run.length > 0 ? [] : [{ ...NO_SERVICE, name: one.key, at: one.keySpan, from, variables }];
  });
  const release = get(root, 'release');
  const command = commandIn(get(release, 'command'));
  const from = imageOf(release, 'web');
  const last: readonly PlatformService[] =
    command === null || from === null ? [] : [{ ...NO_SERVICE, name: 'release', role: 'task', at: command.at, from, command, variables }];
  return { file, facts: herokuFacts(file, at), services: [...started, ...unnamed, ...last] };
}
