import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { SourceTree } from '../../files/tree.ts';
import { type Site, sitesOf } from '../apache/apache.ts';
import { appliedAt } from '../apache/applied.ts';
import { apacheFiles, machineSurroundings } from '../apache/files.ts';
import { entriesOf, type Mapping, mappingAt, mappingsOf } from '../apache/mappings.ts';
import { isForDevelopment, machineEntries } from '../apache/reader.ts';
import type { ApacheSource } from '../apache/scope.ts';
import { unknownEnvironment } from '../environment.ts';
import { type FoundDeployments, finished, type Gathering, plainDeployment } from '../gathering.ts';
import type { Deployment, Process } from '../model.ts';
import { machinePaths } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';
import { machineProxy } from '../proxy/attach.ts';
import { scriptInTree } from './script.ts';
import { groupOf, modWsgiServer } from './server.ts';

/** Deployments of configurations in which httpd runs the application itself: one for each file. */
export function modWsgiDeployments(gathering: Gathering): FoundDeployments {
  const { tree } = gathering;
  const files = apacheFiles(tree);
  if (![...files.keys()].some((file) => namesScript(tree, file))) return { deployments: [], setAside: [] };
  const deployments = machineEntries(tree, files).flatMap(({ entry, around }) => {
    const scripts = sitesOf(entry, around).flatMap(scriptsOf);
    return scripts.length === 0 ? [] : deploymentOf(entry, scripts, gathering);
  });
  const aside = [...files.values()].filter(({ file }) => isForDevelopment(file) && namesScript(tree, file));
  const sites = aside.filter((entry) => sitesOf(entry, machineSurroundings(entry, files)).flatMap(scriptsOf).length > 0);
  return {
    deployments,
    setAside: sites.map(({ file }) => ({ id: file, because: `"${tellingWord(file) ?? ''}" names it for another purpose` })),
  };
}

function namesScript(tree: SourceTree, file: string): boolean {
  return /^[ \t]*WSGIScriptAlias/im.test(textAt(tree, file));
}

/** A script that a virtual host runs. */
interface Script {
  readonly site: Site;
  readonly path: string;
  readonly prefix: string;
  readonly mapping: Mapping & { readonly kind: 'wsgi' };
}

function scriptsOf(site: Site): readonly Script[] {
  const mappings = mappingsOf(site.own, site.outer, site.context);
  return entriesOf(mappings).flatMap(({ prefix, mapping }): readonly Script[] => {
    if (mapping === 'through' || mapping.kind !== 'wsgi' || mapping.script.kind !== 'known') return [];
    if (prefix !== null && mappingAt(prefix, mappings) !== mapping) return [];
    return [{ site, path: mapping.script.value, prefix: prefix ?? '/', mapping }];
  });
}

function deploymentOf(entry: ApacheSource, scripts: readonly Script[], gathering: Gathering): readonly Deployment[] {
  // The virtual hosts of port 80 and 443 mostly run one script.
  const different = [...new Map(scripts.map((one) => [one.path, one])).values()];
  const processes = different.map((one) => finished(processOf(one, gathering), gathering)).filter((one) => one.settings !== null);
  const [first] = processes;
  if (first === undefined) return [];
  const proxy = machineProxy(processes, { readers: gathering.proxies, namesOf: () => [], namesClosed: false }, true);
  const evidence = [{ at: first.at, text: 'httpd runs the application itself (mod_wsgi)' }];
  return [{ ...plainDeployment(entry.file, 'mod-wsgi', processes, gathering), evidence, proxy }];
}

function processOf({ site, path, prefix, mapping }: Script, { projects }: Gathering): Process {
  const { context, own, outer } = site;
  const { at } = mapping;
  const applied = appliedAt(prefix, mapping, [outer, own], context);
  // Directives outside of a virtual host that is not the whole configuration may stand in other files.
  const hidden = applied.hidden !== null || (site.addresses === null && !site.whole);
  const group = groupOf(mapping.group, [...outer, ...own, ...applied.directives], hidden, context);
  const script = scriptInTree(path, projects);
  const app: Value<string> =
    script === null ? unknown('missing-file', textOrigin(at), [], 'str') : known(`${script.module}:application`, textOrigin(at));
  const server = modWsgiServer(app, { script: path, at, directives: applied.directives, hidden }, group, context);
  const name = group.kind === 'daemon' ? (group.directive.args[0]?.text ?? 'httpd') : 'httpd';
  return {
    ...plainProcess(name, at),
    role: 'web',
    command: known([known('httpd', textOrigin(at))], textOrigin(at)),
    environment: unknownEnvironment('httpd is started with variables of its own', at),
    workdir: server.option('home') ?? unknown('host', textOrigin(at), [], 'str'),
    user: server.option('user') ?? unknown('host', textOrigin(at), [], 'str'),
    server,
    paths: machinePaths(script === null ? [] : [script.checkout], null),
  };
}
