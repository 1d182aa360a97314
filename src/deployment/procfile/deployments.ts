import { baseName, folderOf } from '../../files/paths.ts';
import { finished, type Gathering, plainDeployment } from '../gathering.ts';
import type { Deployment, Process, SetAside } from '../model.ts';
import { type ProcfilePlatform, procfilePlatform } from '../platform/procfile-platform.ts';
import { slugProcess } from '../platform/slug.ts';
import { textAt } from '../project/files.ts';
import { tellingWord } from '../project/naming.ts';

/** Deployments of Procfiles: a platform starts each line and gives variables that the repository does not show. */
export function procfileDeployments(gathering: Gathering): {
  readonly deployments: readonly Deployment[];
  /** Procfiles that serve with runserver: production only when there is no other, for local starters read them too. */
  readonly doubtful: readonly Deployment[];
  readonly setAside: readonly SetAside[];
} {
  const deployments: Deployment[] = [];
  const doubtful: Deployment[] = [];
  const setAside: SetAside[] = [];
  for (const { path } of gathering.tree.files) {
    if (!/^Procfile(\.[\w-]+)?$/.test(baseName(path))) continue;
    const platform = procfilePlatform(path, gathering);
    const processes = linesOf(path, platform, gathering).map((one) => finished(one, gathering));
    const first = processes.find((one) => one.settings !== null);
    if (first === undefined) continue;
    if (gathering.purposeOf(path) === 'development')
      setAside.push({ id: path, because: `"${tellingWord(path) ?? ''}" names it for another purpose` });
    else {
      const evidence = [{ at: first.at, text: 'a platform starts the lines of the Procfile' }];
      const serves = processes.flatMap(({ server }) => (server === null ? [] : [server.software]));
      const develops = serves.length > 0 && serves.every((one) => one === 'runserver');
      (develops ? doubtful : deployments).push({
        ...plainDeployment(path, 'procfile', processes, gathering),
        evidence,
        platform: platform.facts,
      });
    }
  }
  return { deployments, doubtful, setAside };
}

function linesOf(path: string, { application, facts }: ProcfilePlatform, gathering: Gathering): readonly Process[] {
  const text = textAt(gathering.tree, path);
  const folder = folderOf(path);
  const from = application === null ? 'the platform' : `${application.file}, env`;
  const variables = application?.variables ?? [];
  // Dokku mounts folders of the machine, which no file tells.
  const mounts: Process['mounts'] =
    facts.name === 'heroku'
      ? { items: [], complete: true }
      : { items: [], complete: facts.name === 'other' ? true : { because: 'the platform may mount disks' } };
  return [...text.matchAll(/^([A-Za-z0-9_-]+):[ \t]*(\S.*?)[ \t]*\r?$/gm)].map((found) => {
    const [line, name = '', command = ''] = found;
    const at = { file: path, start: found.index, end: found.index + line.trimEnd().length };
    const start = found.index + line.indexOf(command, name.length + 1);
    const written = { text: command, at: { file: path, start, end: start + command.length } };
    const role = name === 'release' ? ('task' as const) : null;
    const before = name === 'web' ? (application?.release ?? []) : [];
    const process = slugProcess({ name, at, command: written, before, folder, role, variables, mounts, from }, gathering);
    return { ...process, replicas: application?.replicas.get(name) ?? process.replicas };
  });
}
