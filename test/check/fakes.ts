import type { Data } from '../../src/core/data.ts';
import { textOrigin } from '../../src/core/origin.ts';
import type { Span } from '../../src/core/span.ts';
import { byDefault, known, type Value } from '../../src/core/value.ts';
import type { Deployment, DeploymentModel, Process, Project, SettingsChoice } from '../../src/deployment/model.ts';
import type { SourceTree } from '../../src/files/tree.ts';
import type { FactName, Rule } from '../../src/rule.ts';
import type { Environment, EvaluatedSettings, ReleaseRange } from '../../src/settings/model.ts';

/** Small stand-ins for the stages before "check", so that its own tests need no parser. */

export const at = (file = 'settings.py', start = 0, end = 1): Span => ({ file, start, end });
export const origin = textOrigin(at());
export const here = <T>(value: T): Value<T> => known(value, origin);

export const anyDjango: ReleaseRange = { from: null, before: null, exact: null, origin };

export function fakeTree(files: Readonly<Record<string, string>>): SourceTree {
  const paths = Object.keys(files).sort();
  return {
    root: '.',
    files: paths.map((path) => ({ path, bytes: files[path]?.length ?? 0 })),
    problems: [],
    read(file) {
      const text = files[file];
      if (text !== undefined) return { ok: true, text };
      return { ok: false, problem: { id: 'input/unreadable', file, at: 0, message: 'There is no such file.' } };
    },
    kindOf: (path) => (path in files ? 'file' : null),
    list: () => [],
    git: { present: false, tracks: () => 'maybe', ignores: () => false },
  };
}

export const project: Project = {
  root: '',
  importRoots: [''],
  django: anyDjango,
  python: null,
  settingsModules: ['settings'],
  packages: { installs: () => 'maybe', has: () => 'maybe', range: () => null },
};

export function environment(variables: Readonly<Record<string, string>> = {}, closed: Environment['closed'] = true): Environment {
  return { closed, variables: new Map(Object.entries(variables).map(([name, value]) => [name, here(value)])) };
}

export function choice(module: string, more: Partial<SettingsChoice> = {}): SettingsChoice {
  return { module: here(module), file: `${module}.py`, fault: null, presumed: null, evidence: [], ...more };
}

export function process(name: string, more: Partial<Process> = {}): Process {
  return {
    name,
    role: 'web',
    at: at('Procfile'),
    host: 'machine',
    image: null,
    command: here([here('gunicorn')]),
    commandAt: at('Procfile'),
    steps: [],
    environment: environment(),
    workdir: here('/app'),
    user: here('root'),
    server: null,
    taskQueue: null,
    settings: choice('settings'),
    mounts: { items: [], complete: true },
    ports: [],
    dependsOn: [],
    cpus: null,
    memory: null,
    replicas: here(1),
    restart: null,
    healthcheck: null,
    hostNetwork: 'no',
    probes: [],
    requests: null,
    stopGrace: null,
    stopSignal: null,
    privileges: [],
    logging: null,
    containerName: null,
    exposed: [],
    labels: new Map(),
    unit: null,
    program: null,
    paths: { locate: () => ({ in: 'unknown', because: 'a fake' }), runtimePath: () => null },
    ...more,
  };
}

export function deployment(id: string, processes: readonly Process[], more: Partial<Deployment> = {}): Deployment {
  return {
    id,
    kind: 'procfile',
    project,
    evidence: [],
    processes,
    proxy: null,
    stores: [],
    compose: null,
    kubernetes: null,
    platform: null,
    alternative: false,
    ...more,
  };
}

export function model(deployments: readonly Deployment[]): DeploymentModel {
  return { projects: [project], deployments, setAside: [], pipelines: [], infrastructure: null, playbooks: null };
}

export function evaluated(settings: Readonly<Record<string, Value<Data>>>, more: Partial<EvaluatedSettings> = {}): EvaluatedSettings {
  return {
    module: 'settings',
    file: 'settings.py',
    settings: new Map(Object.entries(settings)),
    complete: true,
    raised: null,
    stopped: false,
    refusals: [],
    files: ['settings.py'],
    reads: [],
    problems: [],
    assignments: new Map(),
    top: at(),
    createsDirectories: [],
    ...more,
  };
}

export const noDefault = (): Value<Data | undefined> => byDefault(undefined, 'Django');

export function rule<const N extends FactName>(parts: Pick<Rule<N>, 'id' | 'needs' | 'check'> & Partial<Rule<N>>): Rule<N> {
  return {
    title: 'A fault',
    severity: 'error',
    topic: 1,
    since: '0.1.0',
    why: 'It breaks.',
    fix: 'Mend it.',
    autofix: 'none',
    links: [],
    examples: { bad: [{}], good: [{}] },
    ...parts,
  };
}
