import type { Deployment, Job, JobStep, RepositoryFacts, Span } from '../../../src/rule.ts';

/** A minor release of Python ("3.12") and the place that asks for it. */
export interface PythonAt {
  readonly version: string;
  readonly at: Span;
}

/** The Pythons that the tests of a job run on; null when that is not known. */
export function jobPythons(job: Job, repository: Pick<RepositoryFacts, 'read'>): readonly PythonAt[] | null {
  const setups = job.steps.filter(({ uses }) => /^(actions\/setup-python|astral-sh\/setup-uv)@/.test(uses ?? ''));
  const given = setups.flatMap((step) => inputOf(step) ?? []);
  if (runsElsewhere(job) || given.length !== setups.length || given.length > 1) return null;
  const [input] = given;
  if (input !== undefined) return input.isFile ? fromFile(input, repository) : fromText(input, job);
  const image = /(?:^|\/)python:(\d+\.\d+)(?![\w])/.exec(job.image?.reference ?? '')?.[1];
  return image === undefined || job.image === null || setups.length > 0 ? null : [{ version: image, at: job.image.at }];
}

/** tox, nox and containers choose a Python of their own; so does uv where it is told. */
function runsElsewhere({ steps, hidden, calls }: Job): boolean {
  if (hidden !== null || calls !== null) return true;
  return steps.some(
    ({ script, uses }) =>
      /\b(tox|nox|docker|podman|pyenv|conda|uv (python|run --python)|--python)\b/.test(script?.text ?? '') ||
      /conda|miniforge|setup-poetry-env/i.test(uses ?? ''),
  );
}

interface Given {
  readonly text: string;
  readonly at: Span;
  readonly isFile: boolean;
}

function inputOf({ inputs }: JobStep): Given | null {
  const version = inputs.get('python-version');
  const file = inputs.get('python-version-file');
  if (version !== undefined) return { ...version, isFile: false };
  return file === undefined ? null : { ...file, isFile: true };
}

function fromText({ text, at }: Given, { matrix }: Job): readonly PythonAt[] | null {
  const key = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(text.trim())?.[1];
  if (key === undefined && text.includes('${{')) return null;
  const values = key === undefined ? text.split('\n') : (matrix.get(key) ?? []);
  const versions = values.map((one) => one.trim()).filter((one) => one !== '' && !/^pypy|^graalpy/i.test(one));
  const minors = versions.map((one) => /^(\d+\.\d+)(\.\d+)?t?(-dev|-?(alpha|beta|rc)[\w.-]*)?$/.exec(one)?.[1] ?? null);
  return minors.length === 0 || minors.includes(null) ? null : minors.flatMap((version) => (version === null ? [] : [{ version, at }]));
}

function fromFile({ text, at }: Given, { read }: Pick<RepositoryFacts, 'read'>): readonly PythonAt[] | null {
  const version = /^(?:python-|cpython-)?(\d+\.\d+)(?:\.\d+)?\s*$/.exec((read(text.replace(/^\.\//, '')) ?? '').trim())?.[1];
  return version === undefined ? null : [{ version, at }];
}

/** The Python that production starts its server with, and what says so; null when that is not known. */
export function productionPython({ processes, kind, project }: Deployment, repository: Pick<RepositoryFacts, 'read'>): PythonAt | null {
  for (const { image, server, settings } of processes) {
    if (image === null || (server === null && settings === null)) continue;
    const build = image.build;
    const minor = image.base === 'python' ? /^(\d+\.\d+)(?![\w])/.exec(image.tag ?? '')?.[1] : undefined;
    if (minor !== undefined && build !== null) return { version: minor, at: build.at };
  }
  if (kind !== 'procfile' && kind !== 'platform') return null;
  const root = project === null || project.root === '' ? '' : `${project.root}/`;
  for (const name of ['.python-version', 'runtime.txt']) {
    const text = repository.read(`${root}${name}`);
    const minor = /^(?:python-)?(\d+\.\d+)(?:\.\d+)?\s*$/.exec((text ?? '').trim())?.[1];
    if (minor !== undefined) return { version: minor, at: { file: `${root}${name}`, start: 0, end: (text ?? '').trimEnd().length } };
  }
  return null;
}
