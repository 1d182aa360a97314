import type { Evaluation } from '../check/result.ts';
import type { Collection } from '../core/data.ts';
import { stepsOf } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import { originOf, type Value } from '../core/value.ts';
import type { Deployment, DeploymentModel, Mount, Process, ProxyLocation, ProxyServer } from '../deployment/model.ts';
import { bindInWords } from '../deployment/server/bind.ts';
import { serverInWords } from './headline.ts';
import { maskUserParts } from './mask.ts';
import type { Texts } from './run.ts';
import { releaseText } from './settings-modules.ts';
import { type TopologyLink, topologyLinks } from './topology-links.ts';
import { commandInWords, unknownInWords, valueInWords } from './value-words.ts';

/** The facts of `topology`, as JSON prints them (schema/topology.schema.json) and the text is made from. Values of variables are not in it. */
export interface Topology {
  readonly version: 1;
  readonly projects: readonly {
    readonly root: string;
    readonly django: string | null;
    readonly python: string | null;
    readonly settingsModules: readonly string[];
  }[];
  readonly deployments: readonly DeploymentTopology[];
  readonly setAside: readonly { readonly id: string; readonly because: string }[];
  readonly pipelines: readonly {
    readonly file: string;
    readonly system: string;
    readonly jobs: readonly { readonly id: string; readonly deploys: boolean }[];
  }[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface DeploymentTopology {
  readonly id: string;
  /** What the configuration calls it. */
  readonly name: string | null;
  readonly kind: string;
  /** The platform that starts it, when one does. */
  readonly platform: string | null;
  readonly alternative: boolean;
  readonly project: string | null;
  readonly evidence: readonly (Place & { readonly text: string })[];
  readonly processes: readonly ProcessTopology[];
  readonly proxies: readonly ProxyTopology[];
  readonly stores: readonly { readonly name: string; readonly kind: string; readonly authenticated: string }[];
  readonly volumes: readonly string[];
  readonly links: readonly TopologyLink[];
}

export interface ProcessTopology extends Place {
  readonly name: string;
  readonly role: string;
  readonly host: string;
  readonly image: string | null;
  readonly command: string;
  readonly workdir: string;
  readonly user: string;
  readonly server: string | null;
  readonly taskQueue: string | null;
  readonly settings: {
    readonly module: string;
    readonly file: string | null;
    readonly fault: string | null;
    readonly presumed: string | null;
    readonly evidence: readonly (Place & { readonly text: string })[];
  } | null;
  readonly environment: {
    readonly closed: boolean;
    readonly because: string | null;
    readonly variables: readonly string[];
    readonly sources: readonly string[];
  };
  readonly binds: readonly string[];
  readonly mounts: readonly { readonly kind: string; readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  readonly ports: readonly string[];
  readonly dependsOn: readonly { readonly on: string; readonly condition: string }[];
  readonly cpus: string | null;
  readonly memory: string | null;
  readonly replicas: string;
  readonly restart: string | null;
}

export interface ProxyTopology extends Place {
  readonly software: string;
  readonly process: string | null;
  readonly listens: readonly { readonly address: string; readonly tls: boolean }[];
  readonly names: readonly string[];
  readonly locations: readonly LocationTopology[];
}

export interface LocationTopology {
  readonly match: string;
  readonly line: number;
  readonly pass: string | null;
  readonly reaches: readonly { readonly process: string; readonly link: string }[];
  readonly files: string | null;
}

/** What `topology` is made of. */
export interface TopologyInput {
  readonly model: DeploymentModel;
  readonly evaluations: readonly Evaluation[];
  /** Names the configuration gives to ids. */
  readonly names: ReadonlyMap<string, string>;
}

export function topologyJson({ model, evaluations, names }: TopologyInput, texts: Texts): Topology {
  return {
    version: 1,
    projects: model.projects.map((one) => ({
      root: one.root || '.',
      django: releaseText(one.django),
      python: one.python,
      settingsModules: one.settingsModules,
    })),
    deployments: model.deployments.map((one) =>
      deploymentTopology(
        one,
        {
          name: names.get(one.id) ?? null,
          links: topologyLinks(
            one,
            evaluations.filter(({ deployment }) => deployment.id === one.id),
          ),
        },
        texts,
      ),
    ),
    setAside: model.setAside,
    pipelines: model.pipelines.map((one) => ({
      file: one.file,
      system: one.system,
      jobs: one.jobs.map((job) => ({ id: job.id, deploys: job.deploys !== null })),
    })),
  };
}

function deploymentTopology(
  one: Deployment,
  { name, links }: Pick<DeploymentTopology, 'name' | 'links'>,
  texts: Texts,
): DeploymentTopology {
  const volumes = new Set([
    ...(one.compose?.volumes ?? []),
    ...one.processes.flatMap((process) => process.mounts.items.filter((mount) => mount.kind === 'named').map((mount) => mount.source)),
  ]);
  return {
    id: one.id,
    name,
    kind: one.kind,
    platform: one.platform?.name ?? null,
    alternative: one.alternative,
    project: one.project === null ? null : one.project.root || '.',
    evidence: one.evidence.map((proof) => ({ ...placeIn(texts, proof.at), text: maskUserParts(proof.text) })),
    processes: one.processes.map((process) => processTopology(process, texts, one.kind)),
    proxies: (one.proxy?.servers ?? []).map((server) => proxyTopology(server, texts)),
    stores: one.stores.map((store) => ({ name: store.name, kind: store.kind, authenticated: store.authenticated })),
    volumes: [...volumes].sort(),
    links,
  };
}

function processTopology(one: Process, texts: Texts, kind: Deployment['kind']): ProcessTopology {
  return {
    name: one.name,
    role: one.role,
    ...placeIn(texts, one.at),
    host: one.host,
    image: one.image === null ? null : imageInWords(one.image),
    command: kind === 'settings' ? 'none: nothing in the repository starts it' : startOf(one),
    workdir: ofImage(one, one.workdir) ?? valueInWords(one.workdir),
    user: valueInWords(one.user),
    server: one.server === null ? null : serverInWords(one.server),
    taskQueue: one.taskQueue === null ? null : `${one.taskQueue.software} (${valueInWords(one.taskQueue.app)})`,
    settings:
      one.settings === null
        ? null
        : {
            module: valueInWords(one.settings.module),
            file: one.settings.file,
            fault: one.settings.fault,
            presumed: one.settings.presumed?.module ?? null,
            evidence: one.settings.evidence.map((proof) => ({ ...placeIn(texts, proof.at), text: maskUserParts(proof.text) })),
          },
    environment: {
      closed: one.environment.closed === true,
      because: one.environment.closed === true ? null : one.environment.closed.because,
      variables: [...one.environment.variables].flatMap(([name, value]) => (isServiceVariable(value) ? [] : [name])).sort(),
      sources: sourcesOf(one),
    },
    binds: (one.server?.binds.items ?? []).map(bindInWords),
    mounts: mountsOf(one.mounts),
    ports: one.ports.map((port) => {
      const address = valueInWords(port.address);
      const published = port.published === null ? 'a random port' : valueInWords(port.published);
      return `${address === '' ? '' : `${address}:`}${published}:${valueInWords(port.target)}`;
    }),
    dependsOn: one.dependsOn.map(({ on, condition }) => ({ on, condition })),
    cpus: one.cpus === null ? null : valueInWords(one.cpus),
    memory: one.memory === null ? null : valueInWords(one.memory),
    replicas: valueInWords(one.replicas),
    restart: one.restart === null ? null : valueInWords(one.restart),
  };
}

function startOf(one: Process): string {
  return one.command.kind === 'known' ? commandInWords(one.command.value) : (ofImage(one, one.command) ?? unknownCommand(one.command));
}

/** The sources of variables in words, in the order they are met: "docker-compose.yml, environment of web", "Dockerfile, ENV". */
function sourcesOf({ environment }: Process): readonly string[] {
  const found = [...environment.variables.values()].flatMap((value) => {
    const step = stepsOf(originOf(value)).find((one) => one.step === 'env');
    return step?.step === 'env' && step.from !== undefined ? [step.from] : [];
  });
  const hidden = environment.closed === true ? [] : [environment.closed.because];
  return [...new Set([...found, ...hidden])].map(maskUserParts);
}

/** What nothing in the repository says of a pulled image, or of the one that a Dockerfile builds on, is no gap in our knowledge of the repository. */
function ofImage(process: Process, value: Value<unknown>): string | null {
  if (value.kind !== 'unknown' || value.why !== 'third-party' || process.image === null) return null;
  return process.image.build === null ? 'as its image says' : 'as its base image says';
}

function imageInWords(image: NonNullable<Process['image']>): string {
  if (image.build !== null) return `built from ${image.build.dockerfile}`;
  return image.reference === null ? 'unknown' : valueInWords(image.reference);
}

function unknownCommand(command: Exclude<Process['command'], { readonly kind: 'known' }>): string {
  if (command.kind === 'unknown') return `unknown (${unknownInWords(command)})`;
  return command.cases.map((one) => (one.then.kind === 'known' ? commandInWords(one.then.value) : 'unknown')).join(' or ');
}

function mountsOf(mounts: Collection<Mount>): ProcessTopology['mounts'] {
  return mounts.items.map(({ kind, source, target, readOnly }) => ({ kind, source, target, readOnly }));
}

function proxyTopology(server: ProxyServer, texts: Texts): ProxyTopology {
  return {
    software: server.software,
    ...placeIn(texts, server.at),
    process: server.process?.name ?? null,
    listens: server.listens.map((one) => ({
      address: one.unix === null ? `${one.address || '*'}:${one.port ?? '?'}` : `unix:${one.unix}`,
      tls: one.ssl,
    })),
    names: server.names.map((one) => one.text),
    locations: server.locations.map((one) => locationTopology(one, texts)),
  };
}

const MATCHES = { prefix: '', exact: '= ', regex: '~ ', named: '' } as const;

function locationTopology(one: ProxyLocation, texts: Texts): LocationTopology {
  return {
    match: `${MATCHES[one.match.kind]}${one.match.path}`,
    line: placeIn(texts, one.at).line,
    pass: one.pass === null ? null : passInWords(one.pass),
    reaches: one.upstreams.items.flatMap((up) => (up.process === null ? [] : [{ process: up.process.name, link: up.link }])),
    files: one.files === null ? null : `${one.files.kind} ${valueInWords(one.files.path)}`,
  };
}

function passInWords(pass: { readonly scheme: string; readonly target: Value<string> }): string {
  const target = valueInWords(pass.target);
  return target.includes('://') ? target : `${pass.scheme}://${target}`;
}

function placeIn(texts: Texts, at: Span): Place {
  return { file: at.file, line: texts.position(at.file, at.start).line };
}

/** Kubernetes sets a dozen for each service: none of them is of the project's making. */
function isServiceVariable(value: Value<string>): boolean {
  return value.kind === 'unknown' && value.origin.step === 'env' && value.origin.from?.startsWith('Kubernetes, for the service') === true;
}
