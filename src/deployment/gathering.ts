import { textOrigin } from '../core/origin.ts';
import type { Span } from '../core/span.ts';
import { known, type Value } from '../core/value.ts';
import type { InputProblem, SourceTree } from '../files/tree.ts';
import type { Environment } from '../settings/model.ts';
import type { DeclaredProduction } from './declared.ts';
import type { ImageSource } from './image/sources.ts';
import type { ReadInfrastructure } from './infrastructure/read.ts';
import type { Command, Deployment, PlaybookFacts, Process, SetAside } from './model.ts';
import type { ModelOptions } from './model-options.ts';
import { type SettingsLinking, withSettings } from './project/link-settings.ts';
import type { Purpose } from './project/naming.ts';
import type { FoundProject } from './project/project.ts';
import { projectAt } from './project/project.ts';
import type { ProxyReader } from './proxy/reader.ts';
import type { EvaluateFile } from './server/context.ts';
import { serverOf, withServerVariables } from './server/server.ts';
import { taskQueueOf } from './server/task-queue.ts';
import type { Syntaxes } from './syntaxes.ts';

/** What every reader of deployments shares in one run. */
export interface Gathering {
  readonly tree: SourceTree;
  readonly syntaxes: Syntaxes;
  readonly projects: readonly FoundProject[];
  readonly options: ModelOptions;
  /** What the configuration says of production. */
  readonly declared: DeclaredProduction;
  /** The purpose of a manifest: what the configuration says of it, else what its path says. */
  purposeOf(path: string): Purpose;
  readonly evaluate: EvaluateFile | null;
  readonly linking: SettingsLinking;
  readonly proxies: readonly ProxyReader[];
  /** Images that pipelines build and push, by the last part of their name. */
  readonly imageSources: ReadonlyMap<string, ImageSource>;
  readonly infrastructure: ReadInfrastructure;
  readonly playbooks: PlaybookFacts | null;
  /** Grows while files are read. */
  readonly problems: InputProblem[];
}

/** What one system of deployment says of a repository. */
export interface FoundDeployments {
  readonly deployments: readonly Deployment[];
  /** Manifests that serve for development as well: production only when there is no other. */
  readonly doubtful?: readonly Deployment[];
  readonly setAside: readonly SetAside[];
  /** Dockerfiles that its deployments build: they are no deployments of their own. */
  readonly builds?: readonly string[];
}

/** Reads the manifests of one system: one function each in the folder of the system. */
export type DeploymentReader = (gathering: Gathering) => FoundDeployments;

/** A process with `--env` laid over its environment, its settings chosen, and with `--hermetic` nothing else in its environment. */
export function finished(found: Process, gathering: Gathering): Process {
  const process = withServerVariables(found, gathering.tree, gathering.evaluate);
  const { environment, hermetic } = gathering.options;
  if (environment.size === 0 && hermetic !== true) return withSettings(process, gathering.linking);
  const given = (base: Environment): Environment => ({
    variables: new Map([...base.variables, ...givenVariables(environment, process.at)]),
    closed: base.closed,
  });
  const steps = process.steps.map((one): Command => ({ ...one, environment: given(one.environment) }));
  const chosen = withSettings({ ...process, environment: given(process.environment), steps }, gathering.linking);
  return hermetic === true ? { ...chosen, environment: givenEnvironment(environment, process.at) } : chosen;
}

function givenVariables(environment: ReadonlyMap<string, string>, at: Span): ReadonlyMap<string, Value<string>> {
  return new Map(
    [...environment].map(([name, value]) => [
      name,
      known(value, { step: 'env' as const, name, state: 'given' as const, from: '--env', via: textOrigin(at) }),
    ]),
  );
}

/** The closed environment that options alone make up. */
export function givenEnvironment(environment: ReadonlyMap<string, string>, at: Span): Environment {
  return { variables: givenVariables(environment, at), closed: true };
}

/** The application a command serves or a worker loads. */
export function appOf(command: Command, tree: SourceTree): Value<string> | null {
  return serverOf(command, { tree, locate: () => null, evaluate: null })?.app ?? taskQueueOf(command)?.app ?? null;
}

/** The release a project pins for a distribution, when exactly one. */
export function releasePinned(projects: readonly FoundProject[]): (distribution: string) => string | null {
  return (distribution) => (projects.length === 1 ? (projects[0]?.packages.range(distribution)?.exact ?? null) : null);
}

/** The project of the first process whose settings lie in one. */
function projectOf(processes: readonly Process[], projects: readonly FoundProject[]): FoundProject | null {
  for (const { settings } of processes) {
    if (settings === null) continue;
    const found = settings.file === null ? null : projectAt(projects, settings.file);
    if (found !== null) return found;
    const evidence = settings.evidence[0]?.at.file;
    const near = evidence === undefined ? null : projectAt(projects, evidence);
    if (near !== null) return near;
  }
  return projects.length === 1 ? (projects[0] ?? null) : null;
}

/** A deployment with nothing but its processes; readers fill in the rest. */
export function plainDeployment(id: string, kind: Deployment['kind'], processes: readonly Process[], gathering: Gathering): Deployment {
  return {
    id,
    kind,
    project: projectOf(processes, gathering.projects),
    evidence: [],
    processes,
    proxy: null,
    stores: [],
    compose: null,
    kubernetes: null,
    platform: null,
    alternative: false,
  };
}
