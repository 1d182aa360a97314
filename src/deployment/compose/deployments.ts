import type { Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { asText, entriesOf, get, itemsOf, type ParseYaml } from '../../syntax/yaml/index.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import { pulledSources } from '../image/sources.ts';
import type { Deployment, Process, SetAside } from '../model.ts';
import { textAt } from '../project/files.ts';
import { isDevelopmentModule, isStaging, purposeOf, speaksOfDevelopment } from '../project/naming.ts';
import { containerProxy } from '../proxy/attach.ts';
import { supervised } from '../supervisor/container.ts';
import { readCompose } from './compose.ts';
import { type ComposeScope, type ComposeSetPlan, composeId } from './scope.ts';

/** Deployments made of compose files, and the sets that are none. */
export interface ComposeDeployments {
  readonly deployments: readonly Deployment[];
  /** Sets that serve for development and whose name says nothing: production only when there is no other. */
  readonly doubtful: readonly Deployment[];
  readonly setAside: readonly SetAside[];
  /** Dockerfiles that a set for development builds. */
  readonly developmentBuilds: ReadonlySet<string>;
  /** Dockerfiles that a production set builds. */
  readonly builds: ReadonlySet<string>;
}

/** Sets named for production count; the others only when there is none. */
export function composeDeployments(scope: ComposeScope, gathering: Gathering): ComposeDeployments {
  const read = (plan: ComposeSetPlan) => ({ plan, deployment: deploymentOf(plan, gathering) });
  const production = scope.production.map(read);
  const taking = production.filter((one) => runsDjango(one.deployment) && !one.plan.files.some(isStaging));
  const [first] = taking;
  const neutral = first === undefined ? scope.neutral.map(read) : [];
  const setAside: SetAside[] = [...scope.setAside];
  if (first !== undefined) {
    for (const plan of scope.neutral)
      setAside.push({ id: composeId(plan.files), because: `${first.deployment.id} is the one for production` });
  }
  const sign = (plan: ComposeSetPlan, deployment: Deployment) => {
    if (plan.declared) return null;
    if (scope.neutral.includes(plan)) return developmentSign(plan, deployment, gathering);
    return rehearses(plan, gathering) ? 'its comment calls it a setup for tests' : null;
  };
  const kept: Deployment[] = [];
  const developing: Deployment[] = [];
  const doubtful: Deployment[] = [];
  for (const { plan, deployment } of [...production, ...neutral]) {
    const because = runsDjango(deployment) ? null : 'no process of it runs the Django project';
    const development = because === null ? sign(plan, deployment) : null;
    // What plays production runs the real images.
    if (development !== null && scope.neutral.includes(plan)) developing.push(deployment);
    if (because !== null || development !== null) setAside.push({ id: deployment.id, because: because ?? development ?? '' });
    else if (scope.neutral.includes(plan) && servesForDevelopment(deployment)) doubtful.push(deployment);
    else kept.push(deployment);
  }
  const developmentBuilds = buildsOf(developing);
  return { deployments: kept, doubtful, setAside, developmentBuilds, builds: buildsOf([...kept, ...doubtful]) };
}

function runsDjango(deployment: Deployment): boolean {
  return deployment.processes.some((process) => process.settings !== null);
}

/** Dockerfiles that deployments build. */
function buildsOf(deployments: readonly Deployment[]): ReadonlySet<string> {
  return new Set(deployments.flatMap((one) => one.processes.flatMap((process) => process.image?.build?.dockerfile ?? [])));
}

/** Every server is Django's own, or every process loads settings that are named for development. */
function servesForDevelopment(deployment: Deployment): boolean {
  const choices = deployment.processes.flatMap(({ settings }) => (settings === null ? [] : [settings.module]));
  if (choices.every((module) => module.kind === 'known' && isDevelopmentModule(module.value))) return true;
  const web = deployment.processes.filter((process) => process.settings !== null && process.server !== null);
  return web.length > 0 && web.every((process) => process.server?.software === 'runserver');
}

/**
 * Why a set that nothing names is for development: its first comment says so, it builds a stage of that name, or serves with runserver from the mounted source
 * with no proxy in front: edits show at once, which is what such a file is for.
 */
function developmentSign(plan: ComposeSetPlan, deployment: Deployment, { tree, syntaxes }: Gathering): string | null {
  const services = plan.files.flatMap((file) =>
    entriesOf(get(syntaxes.parseYaml(textAt(tree, file), file, 'go').documents[0]?.root, 'services')),
  );
  if (plan.files.some((file) => saysDevelopment(textAt(tree, file)))) return 'the comment at its head says so';
  if (networksForDevelopment(plan, tree, syntaxes)) return 'its networks are named for development';
  const hasProxy = deployment.processes.some((process) => process.role === 'proxy');
  for (const process of deployment.processes) {
    if (process.settings === null) continue;
    const service = services.find((one) => one.key === process.name)?.value;
    const target = asText(get(service, 'build', 'target'));
    const dockerfile = process.image?.build?.dockerfile.split('/').at(-1) ?? '';
    if (purposeOf(dockerfile) === 'development') return `${process.name} builds ${dockerfile}`;
    if (target !== undefined && purposeOf(target) === 'development') return `${process.name} builds the stage "${target}"`;
    if (process.server?.software === 'runserver' && !hasProxy && mountsSource(process))
      return `${process.name} serves with runserver from the mounted source`;
    const reloads = process.server?.reload;
    // runserver reloads by default: behind a proxy it is a fault of production, while an option that somebody wrote is no slip.
    if (process.server?.software !== 'runserver' && reloads?.kind === 'known' && reloads.value && mountsSource(process))
      return `${process.name} loads changed code from the mounted source`;
    const told = [...process.environment.variables].find(([name, value]) => isToldToDevelop(name, value));
    if (told !== undefined) return `${told[0]} of ${process.name} says so`;
  }
  return null;
}

/** DEV_ENV=True and the like: what an image asks to know that it is not in production. */
function isToldToDevelop(name: string, value: Value<string>): boolean {
  return (
    /^((IS_)?DEV|DEV_(ENV|MODE|SERVER)|(IS_)?DEVELOPMENT)$/.test(name) && value.kind === 'known' && /^(1|true|yes|on)$/i.test(value.value)
  );
}

/** Whether each network that a set defines is named for development. */
function networksForDevelopment({ files }: ComposeSetPlan, tree: SourceTree, syntaxes: Gathering['syntaxes']): boolean {
  const names = files.flatMap((file) =>
    entriesOf(get(syntaxes.parseYaml(textAt(tree, file), file, 'go').documents[0]?.root, 'networks')).map(({ key }) => key),
  );
  return names.length > 0 && names.every((name) => purposeOf(name) === 'development');
}

/** Whether the comment at the head of a manifest keeps it from production, or speaks of development and not of production. */
function saysDevelopment(text: string): boolean {
  return speaksOfDevelopment(/^(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*/.exec(text.slice(0, 4000))?.[0] ?? '');
}

/** Whether a set that is named for production only plays production, by its own comment: 'this "prod-like" testing setup'. */
function rehearses({ files }: ComposeSetPlan, { tree }: Gathering): boolean {
  return files.some((file) => /^[ \t]*#[^\n]*(\bprod(uction)?-like\b[^\n]*\btest|\btest(ing)? (setup|stack)\b)/im.test(textAt(tree, file)));
}

/** The project itself is mounted over what the image holds. */
function mountsSource(process: Process): boolean {
  const file = process.settings?.file ?? '';
  return process.mounts.items.some(
    ({ kind, source }) => kind === 'bind' && (source === '' || source === '.' || file.startsWith(`${source}/`)),
  );
}

const ASIDE_PROFILES = /^(dev|devel|development|local|test|tests|testing|tools?|debug|ci|mail(pit|hog|dev|catcher|trap))$/;

function deploymentOf(plan: ComposeSetPlan, gathering: Gathering): Deployment {
  const { tree, syntaxes, evaluate, projects } = gathering;
  const release = releasePinned(projects);
  const builds = pulledSources(plan.files, gathering.imageSources, tree, syntaxes.parseYaml);
  const set = readCompose(tree, plan.files, syntaxes, { release, builds, ...(evaluate === null ? {} : { evaluate }) });
  gathering.problems.push(...set.problems);
  const runs = (process: Process) => {
    const profiles = set.profiles.get(process.name) ?? [];
    return profiles.length === 0 || !profiles.every((one) => ASIDE_PROFILES.test(one));
  };
  const processes = set.processes.filter(runs).flatMap((process) => supervised(finished(process, gathering), gathering));
  const stores = set.stores.flatMap((store) => {
    const process = processes.find((one) => one.name === store.name);
    return process === undefined ? [] : [{ ...store, process }];
  });
  const network = networkNames(plan.files, tree, syntaxes.parseYaml);
  const namesOf = (process: Process) => {
    const service = process.program?.within ?? process.name;
    return [service, ...(network.names.get(service) ?? [])];
  };
  const proxy = containerProxy(processes, { readers: gathering.proxies, namesOf, namesClosed: !network.shared });
  const plain = plainDeployment(composeId(plan.files), 'compose', processes, gathering);
  return { ...plain, evidence: [plan.evidence], proxy, stores, compose: set.facts };
}

/** Other names of services on their networks, and whether containers of other manifests can be on one. */
function networkNames(files: readonly string[], tree: SourceTree, parseYaml: ParseYaml) {
  const names = new Map<string, readonly string[]>();
  let shared = false;
  for (const file of files) {
    const root = parseYaml(textAt(tree, file), file, 'go').documents[0]?.root;
    shared ||=
      entriesOf(get(root, 'networks')).some((one) => get(one.value, 'external') !== undefined) || get(root, 'include') !== undefined;
    for (const { key, value } of entriesOf(get(root, 'services'))) {
      const own = [asText(get(value, 'container_name')), asText(get(value, 'hostname'))];
      const aliases = entriesOf(get(value, 'networks')).flatMap((one) => itemsOf(get(one.value, 'aliases')).map(asText));
      const links = itemsOf(get(value, 'links')).map(asText);
      if (links.length > 0 || get(value, 'extra_hosts') !== undefined || get(value, 'extends') !== undefined) shared = true;
      names.set(key, [...(names.get(key) ?? []), ...[...own, ...aliases].filter((one) => one !== undefined)]);
    }
  }
  return { names, shared };
}
