import type { SourceTree } from '../files/tree.ts';
import { asText, entriesOf, get, itemsOf, type ParseYaml } from '../syntax/yaml/index.ts';
import { readCompose } from './compose.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from './gathering.ts';
import { pulledSources } from './image-sources.ts';
import { containerProxy } from './link-proxy.ts';
import type { Deployment, Process, SetAside } from './model.ts';
import { isStaging } from './naming.ts';
import { textAt } from './project-files.ts';
import { type ComposeScope, type ComposeSetPlan, composeId } from './scope-compose.ts';

/** Deployments made of compose files, and the sets that are none. */
export interface ComposeDeployments {
  readonly deployments: readonly Deployment[];
  readonly setAside: readonly SetAside[];
  /** Dockerfiles that a production set builds. */
  readonly builds: ReadonlySet<string>;
}

/** Sets named for production count; the others only when there is none. */
export function composeDeployments(scope: ComposeScope, gathering: Gathering): ComposeDeployments {
  const read = (plan: ComposeSetPlan) => ({ plan, deployment: deploymentOf(plan, gathering) });
  const production = scope.production.map(read);
  const runsDjango = (one: { readonly deployment: Deployment }) => one.deployment.processes.some((process) => process.settings !== null);
  const taking = production.filter((one) => runsDjango(one) && !one.plan.files.some(isStaging));
  const isTaken = taking.length > 0;
  const all = [...production, ...(isTaken ? [] : scope.neutral.map(read))];
  const setAside: SetAside[] = [...scope.setAside];
  if (isTaken) {
    const first = taking[0]?.deployment.id ?? '';
    for (const plan of scope.neutral) setAside.push({ id: composeId(plan.files), because: `${first} is the one for production` });
  }
  for (const one of all.filter((other) => !runsDjango(other)))
    setAside.push({ id: one.deployment.id, because: 'no process of it runs the Django project' });
  const deployments = all.filter(runsDjango).map((one) => one.deployment);
  return {
    deployments,
    setAside,
    builds: new Set(deployments.flatMap((one) => one.processes.flatMap((process) => process.image?.build?.dockerfile ?? []))),
  };
}

const ASIDE_PROFILES = /^(dev|devel|development|local|test|tests|testing|tools?|debug|ci)$/;

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
  const processes = set.processes.filter(runs).map((process) => finished(process, gathering));
  const stores = set.stores.flatMap((store) => {
    const process = processes.find((one) => one.name === store.name);
    return process === undefined ? [] : [{ ...store, process }];
  });
  const network = networkNames(plan.files, tree, syntaxes.parseYaml);
  const namesOf = (process: Process) => [process.name, ...(network.names.get(process.name) ?? [])];
  const proxy = containerProxy(processes, { tree, files: gathering.nginx, namesOf, namesClosed: !network.shared });
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
