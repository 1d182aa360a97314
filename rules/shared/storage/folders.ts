import {
  type Answer,
  type Build,
  type Command,
  type Copy,
  casesOf,
  type Process,
  type RepositoryFacts,
  type SettingsFacts,
} from '../../../src/rule.ts';
import { escaped } from '../values/text.ts';

/** Folders that every base image and machine has. */
const EVERYWHERE =
  /^\/(|bin|dev|dev\/.*|etc|home|lib|media|mnt|opt|proc\/.*|root|run|sbin|srv|sys|tmp|usr(\/(bin|lib|local|share|src))*|var(\/(cache|lib|log|run|spool|tmp|mail|opt))?)$/;

/** Commands that write to a folder they are told of, but make none. */
const SERVERS = /^(gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress-serve|celery|manage\.py|django-admin)$/;

/** Base images of which it is known what they bring along. */
const PLAIN_BASES = /^(python|debian|ubuntu|alpine|pypy)$/;

/** Whether a folder exists when a process starts: 'no' only when nothing in the repository can make it. */
export function exists(
  folder: string,
  process: Process,
  settings: SettingsFacts | null,
  repository: Repository,
  ownFolder: string | null,
): Answer {
  if (EVERYWHERE.test(folder)) return 'yes';
  const place = process.paths.locate(folder);
  if (place.in === 'volume') return 'yes';
  const own = ownFolder ?? (place.in === 'unknown' ? null : place.repository);
  if (own !== null && repository.files.some((file) => isInside(file, own))) return 'yes';
  const inSettings = madeBySettings(folder, own, settings);
  if (inSettings === 'yes') return 'yes';
  const made = [inSettings, ...process.steps.map((step) => makes(step, folder)), ...madeWith(folder, process, repository)];
  if (made.includes('yes')) return 'yes';
  if (made.includes('maybe')) return 'maybe';
  return own === null ? mentioned(folder, repository) : both(mentioned(folder, repository), mentioned(own, repository));
}

function both(one: Answer, other: Answer): Answer {
  return one === 'no' ? other : one;
}

type Repository = Pick<RepositoryFacts, 'files' | 'read'>;

/** `own`: the folder as a path of the repository, when the code stands around it. */
function madeBySettings(folder: string, own: string | null, settings: SettingsFacts | null): Answer {
  if (settings === null) return 'no';
  const makes = (path: string) => isInside(path, folder) || (own !== null && isInside(path, `<ROOT>/${own}`));
  const answers = settings.evaluated.createsDirectories.map((value): Answer => {
    const cases = casesOf(value).map(({ then }) => (then.kind === 'known' ? makes(then.value) : null));
    return cases.some((one) => one === true) ? 'yes' : cases.includes(null) ? 'maybe' : 'no';
  });
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

function madeWith(folder: string, process: Process, repository: Repository): readonly Answer[] {
  if (process.host === 'machine') return [madeByUnit(folder, process)];
  const build = process.image?.build ?? null;
  if (build === null || !PLAIN_BASES.test(process.image?.base ?? '')) return ['maybe'];
  const workdir = build.workdir.kind === 'known' && isInside(build.workdir.value, folder) ? 'yes' : 'no';
  const copied = build.copies.map(
    ({ target }): Answer => (target.kind !== 'known' ? 'maybe' : isInside(target.value, folder) ? 'yes' : 'no'),
  );
  const brought = build.copies.some((copy) => copy.from === null && brings(copy, build, folder, repository));
  return [
    workdir,
    ...copied,
    brought ? 'yes' : 'no',
    ...build.runs.map((run) => makes(run, folder)),
    ...build.runs.map((run) => runsScript(run, folder, repository)),
  ];
}

/** A folder of the context that is copied with a file in it. */
function brings(copy: Copy, build: Build, folder: string, { files }: Repository): boolean {
  const { target, sources } = copy;
  if (target.kind !== 'known' || !isInside(folder, trimmed(target.value))) return false;
  const rest = trimmed(folder).slice(trimmed(target.value).length).replace(/^\/+/, '');
  const context = build.context === '' || build.context === '.' ? '' : `${build.context}/`;
  return sources.some((source) => {
    const from = source.replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
    const inside = `${from === '' ? '' : `${from}/`}${rest}/`;
    return files.some((file) => file.startsWith(`${context}${inside}`) && !build.ignores(file.slice(context.length)));
  });
}

function madeByUnit(folder: string, { unit }: Process): Answer {
  if (unit === null) return 'no';
  const made = [
    ...unit.logsDirectories.map((name) => `/var/log/${name}`),
    ...unit.stateDirectories.map((name) => `/var/lib/${name}`),
    ...unit.runtimeDirectories.map((name) => `/run/${name}`),
  ];
  return made.some((one) => isInside(one, folder)) ? 'yes' : 'no';
}

/** A command that makes the folder, a package that brings it, or words that are not known. */
function makes({ name, argv, remote, workdir }: Command, folder: string): Answer {
  if (remote) return 'no';
  const from = workdir.kind === 'known' ? workdir.value : null;
  const words = argv.map((word) => (word.kind === 'known' ? absolute(word.value, from, folder) : null));
  const creates = name !== null && /^(mkdir|install|useradd|adduser|cp|mv|ln|tar|unzip|git|rsync|touch|chown)$/.test(name);
  if (creates && words.some((word) => word !== null && isInside(trimmed(word), folder))) return 'yes';
  if (!SERVERS.test(name ?? '') && words.some((word) => word?.includes(folder))) return 'maybe';
  const last = folder.slice(folder.lastIndexOf('/') + 1);
  const installs = name !== null && /^(apt|apt-get|apk|yum|dnf|microdnf)$/.test(name);
  if (installs && argv.some((word) => word.kind === 'known' && word.value.startsWith(last))) return 'maybe';
  return name === null || (creates && words.includes(null)) ? 'maybe' : 'no';
}

/** A word as the path that it may be: seen from the working directory, or from wherever it would be the folder when that is not known. */
function absolute(word: string, workdir: string | null, folder: string): string {
  const path = word.replace(/^(\.\/)+/, '');
  if (!/^[\w.][\w./-]*$/.test(path) || path.startsWith('..')) return word;
  if (workdir?.startsWith('/')) return `${workdir.replace(/\/+$/, '')}/${path}`;
  const [first = ''] = path.split('/');
  const at = folder.lastIndexOf(`/${first}`);
  return at === -1 ? word : `${folder.slice(0, at)}/${path}`;
}

/** A script of the repository that a build runs and that names the folder. */
function runsScript({ argv }: Command, folder: string, { files, read }: Repository): Answer {
  const scripts = argv.flatMap((word) =>
    word.kind === 'known' && /\.sh$/.test(word.value) ? [word.value.slice(word.value.lastIndexOf('/') + 1)] : [],
  );
  const texts = files
    .filter((file) => scripts.some((script) => file === script || file.endsWith(`/${script}`)))
    .map((file) => read(file) ?? '');
  return texts.some((text) => text.includes(folder)) ? 'maybe' : 'no';
}

/** Provisioning and instructions that name the folder in a line that makes it. */
function mentioned(folder: string, { files, read }: Repository): Answer {
  const pattern = new RegExp(`(mkdir|install -d|makedirs|tmpfiles|\\bpath:|\\bd\\s|chown|LogsDirectory).*${escaped(folder)}`);
  const candidates = files.filter((file) =>
    /\.(sh|ya?ml|md|rst|txt|conf|service|cfg|toml|tf|pkr\.hcl|j2)$|(^|\/)(Makefile|Vagrantfile|justfile|[Ff]abfile\.py|[\w.-]*Dockerfile[\w.-]*)$/.test(
      file,
    ),
  );
  return candidates.some((file) => pattern.test(read(file) ?? '')) ? 'maybe' : 'no';
}

function isInside(path: string, folder: string): boolean {
  const clean = trimmed(path);
  return clean === folder || clean.startsWith(`${folder}/`);
}

function trimmed(path: string): string {
  return path.replace(/:.*$/, '').replace(/\/+$/, '');
}
