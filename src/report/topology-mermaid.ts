import type { DeploymentTopology, ProcessTopology, Topology } from './topology-json.ts';
import type { TopologyLink } from './topology-links.ts';

/** `topology` as a Mermaid flow chart: one box a deployment, from the proxies to the stores and volumes. */
export function topologyMermaid(topology: Topology): string {
  const lines = ['flowchart LR'];
  topology.deployments.forEach((one, index) => {
    lines.push(...deploymentChart(one, `d${index + 1}`));
  });
  if (topology.deployments.length === 0) lines.push('  none["No production deployment was found."]');
  return `${lines.join('\n')}\n`;
}

function deploymentChart(one: DeploymentTopology, prefix: string): readonly string[] {
  const ids = new Map<string, string>();
  const idOf = (kind: string, name: string) => {
    const key = `${kind}:${name}`;
    const id = ids.get(key) ?? `${prefix}_${ids.size + 1}`;
    ids.set(key, id);
    return id;
  };
  const lines = [`  subgraph ${prefix}[${quoted(one.name === null ? one.id : `${one.name}: ${one.id}`)}]`];
  const stores = new Set(one.stores.map((store) => store.name));
  const processes = new Set(one.processes.map((process) => process.name));
  one.proxies.forEach((proxy, index) => {
    if (proxy.process === null) {
      const listens = proxy.listens.map((listen) => `${listen.address}${listen.tls ? ' TLS' : ''}`).join(', ');
      lines.push(`    ${idOf('node', `proxy ${index + 1}`)}{{${quoted(words(proxy.software, proxy.file, listens))}}}`);
    }
  });
  for (const process of one.processes)
    if (!stores.has(process.name)) lines.push(`    ${idOf('node', process.name)}[${quoted(processWords(process, one))}]`);
  for (const store of one.stores) lines.push(`    ${idOf('node', store.name)}[(${quoted(words(store.name, store.kind))})]`);
  for (const volume of one.volumes) lines.push(`    ${idOf('volume', volume)}[/${quoted(volume)}/]`);
  for (const link of joined(one.links)) {
    const kind = link.kind === 'volume' ? 'volume' : 'node';
    if (kind === 'node' && !stores.has(link.to) && !processes.has(link.to)) continue;
    // What a setting or route already joins needs no second arrow for the order of the start.
    if (
      link.kind === 'dependency' &&
      one.links.some((other) => other.kind !== 'dependency' && other.from === link.from && other.to === link.to)
    )
      continue;
    const arrow = link.kind === 'dependency' || !link.proven ? '-.->' : '-->';
    lines.push(`    ${idOf('node', link.from)} ${arrow}|${quoted(link.by)}| ${idOf(kind, link.to)}`);
  }
  lines.push('  end');
  return lines;
}

/** One arrow for all links of a kind between two parts. */
function joined(links: readonly TopologyLink[]): readonly TopologyLink[] {
  const found = new Map<string, TopologyLink>();
  for (const link of links) {
    const key = JSON.stringify([link.from, link.to, link.kind, link.proven]);
    const before = found.get(key);
    found.set(key, before === undefined ? link : { ...before, by: `${before.by}, ${link.by}` });
  }
  return [...found.values()];
}

function processWords(process: ProcessTopology, { proxies }: DeploymentTopology): string {
  const proxy = proxies.find((one) => one.process === process.name);
  return words(process.name, process.server ?? process.taskQueue ?? proxy?.software ?? process.role, process.settings?.module ?? '');
}

function words(...parts: readonly string[]): string {
  return parts.filter((one) => one !== '').join('<br>');
}

/** Mermaid takes HTML entities in quoted texts; everything else is literal there. */
function quoted(text: string): string {
  const safe = text
    .split('<br>')
    .map((part) => part.replace(/[&"<>#`]/g, (sign) => `#${sign.charCodeAt(0)};`))
    .join('<br>');
  return `"${safe}"`;
}
