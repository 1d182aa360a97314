import { paintWith } from './paint.ts';
import type { DeploymentTopology, ProcessTopology, ProxyTopology, Topology } from './topology-json.ts';

/** `topology` for people. */
export function topologyText(topology: Topology, colour: boolean): string {
  const paint = paintWith(colour);
  const lines: string[] = [];
  if (topology.projects.length === 0) lines.push('No Django project was found here.');
  for (const project of topology.projects) {
    const release = [
      project.django === null ? null : `Django ${project.django}`,
      project.python === null ? null : `Python ${project.python}`,
    ];
    lines.push(`${paint.strong(`project ${project.root}`)} ${release.filter((one) => one !== null).join(', ') || 'release not pinned'}`);
    lines.push(`  settings modules: ${project.settingsModules.join(', ') || 'none found'}`);
  }
  if (topology.deployments.length === 0) lines.push('No production deployment was found.');
  for (const one of topology.deployments) lines.push('', ...deploymentLines(one, paint.strong));
  if (topology.setAside.length > 0) lines.push('', paint.strong('not taken for production'));
  for (const one of topology.setAside) lines.push(`  ${one.id}: ${one.because}`);
  if (topology.pipelines.length > 0) lines.push('', paint.strong('pipelines'));
  for (const one of topology.pipelines) {
    lines.push(`  ${one.file}: ${one.jobs.map((job) => `${job.id}${job.deploys ? ' (deploys)' : ''}`).join(', ') || 'no jobs'}`);
  }
  return `${lines.join('\n')}\n`;
}

function deploymentLines(one: DeploymentTopology, strong: (text: string) => string): readonly string[] {
  const lines = [
    strong(`deployment ${one.id}`) + (one.name === null ? '' : ` (${one.name})`),
    `  ${one.kind}${one.platform === null ? '' : ` on ${one.platform}`}${one.alternative ? ', alternative start script' : ''}; project ${one.project ?? 'none'}`,
  ];
  for (const proof of one.evidence) lines.push(`  because ${proof.file}:${proof.line} ${proof.text}`);
  for (const process of one.processes) lines.push(...processLines(process, strong));
  for (const proxy of one.proxies) lines.push(...proxyLines(proxy, strong));
  for (const store of one.stores)
    lines.push(
      `  ${strong(`store ${store.name}`)} ${store.kind}, password ${{ yes: 'needed', no: 'not needed', maybe: 'perhaps needed' }[store.authenticated] ?? store.authenticated}`,
    );
  for (const link of one.links)
    if (link.kind === 'store') lines.push(`  ${link.from} uses ${link.to} (${link.by}${link.proven ? '' : ', in some cases'})`);
  if (one.volumes.length > 0) lines.push(`  volumes: ${one.volumes.join(', ')}`);
  return lines;
}

function processLines(one: ProcessTopology, strong: (text: string) => string): readonly string[] {
  const lines = [`  ${strong(`process ${one.name}`)} (${one.role}, ${one.host}) ${one.file}:${one.line}`];
  const say = (key: string, value: string | null) => {
    if (value !== null && value !== '') lines.push(`    ${key.padEnd(9)} ${value}`);
  };
  say('image', one.image);
  say('command', one.command);
  say('server', one.server);
  say('queue', one.taskQueue);
  say('user', one.user);
  say('folder', one.workdir);
  if (one.settings !== null) {
    const { fault, presumed } = one.settings;
    const notes = [fault, presumed === null ? null : `presumed ${presumed}`].filter((note) => note !== null);
    say('settings', `${one.settings.module}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`);
    for (const proof of one.settings.evidence) say('', `because ${proof.file}:${proof.line} ${proof.text}`);
  }
  say(
    'variables',
    `${one.environment.variables.join(', ') || 'none'}${one.environment.closed ? '' : `; not all in view: ${one.environment.because}`}`,
  );
  say('', one.environment.sources.length === 0 ? null : `from ${one.environment.sources.join('; ')}`);
  say('mounts', one.mounts.map((mount) => `${sourceOf(mount)} → ${mount.target}${mount.readOnly ? ' (read only)' : ''}`).join(', '));
  say('ports', one.ports.join(', '));
  say('needs', one.dependsOn.map((need) => `${need.on} (${need.condition})`).join(', '));
  say(
    'limits',
    [one.cpus === null ? '' : `${one.cpus} CPUs`, one.memory === null ? '' : `${one.memory} of memory`]
      .filter((part) => part !== '')
      .join(', '),
  );
  say('replicas', one.replicas === '1' ? null : one.replicas);
  return lines;
}

function sourceOf({ kind, source }: ProcessTopology['mounts'][number]): string {
  if (source !== '') return source;
  return kind === 'bind' ? '.' : `(${kind})`;
}

function proxyLines(one: ProxyTopology, strong: (text: string) => string): readonly string[] {
  const lines = [`  ${strong(`proxy ${one.software}`)} ${one.file}:${one.line}${one.process === null ? '' : ` (in ${one.process})`}`];
  lines.push(
    `    listens   ${one.listens.map((listen) => `${listen.address}${listen.tls ? ' TLS' : ''}`).join(', ') || 'default port'}; names ${one.names.join(' ') || 'any'}`,
  );
  for (const location of one.locations) {
    const reaches = location.reaches.map((up) => `${up.process}${up.link === 'proven' ? '' : ` (${up.link})`}`).join(', ');
    const to =
      location.pass === null
        ? (location.files ?? 'no pass and no folder in view')
        : `${location.pass}${reaches === '' ? ', not traced to a process of this deployment' : ` → ${reaches}`}`;
    lines.push(`    ${location.match} (line ${location.line}): ${to}`);
  }
  return lines;
}
