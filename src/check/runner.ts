import type { Finding, OutcomeKind, Undecided } from '../core/finding.ts';
import type { Span } from '../core/span.ts';
import type { Deployment } from '../deployment/model.ts';
import type { CommandEvaluation, FactName, Facts, JobCommandEvaluation, RepositoryFacts, Rule, SettingsFacts } from '../rule.ts';
import { contextFor, type Said, type Scope } from './context.ts';
import type { Unresolved } from './evaluations.ts';
import { type CheckOptions, type Outcome, RuleError } from './result.ts';
import { lowerSilenced } from './silenced.ts';

/** One deployment with the settings its processes load. */
export interface Judged {
  readonly deployment: Deployment;
  readonly settings: readonly SettingsFacts[];
  readonly unresolved: readonly Unresolved[];
  readonly builds: readonly CommandEvaluation[];
}

/** What rules that run once a repository may ask about. */
export interface JudgedRepository {
  readonly facts: RepositoryFacts;
  readonly jobCommands: readonly JobCommandEvaluation[];
}

/** Everything that one rule said about one repository. */
export interface RuleRun {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  readonly outcomes: readonly Outcome[];
}

/** How often a rule runs: once an evaluation, once a deployment, or once a repository. */
export type Granularity = 'settings' | 'deployment' | 'repository';

const OF_A_DEPLOYMENT: ReadonlySet<FactName> = new Set<FactName>([
  'deployment',
  'processes',
  'proxy',
  'stores',
  'compose',
  'kubernetes',
  'platform',
  'builds',
  'evaluations',
]);

function granularityOf(rule: Pick<Rule, 'needs'>): Granularity {
  if (rule.needs.includes('settings')) return 'settings';
  return rule.needs.some((need) => OF_A_DEPLOYMENT.has(need)) ? 'deployment' : 'repository';
}

type RunOptions = Pick<CheckOptions, 'today' | 'cpus'>;

/** Runs a rule wherever it applies. The one place that catches what a rule throws: it becomes a RuleError. */
export function runRule(rule: Rule, repository: JudgedRepository, judged: readonly Judged[], options: RunOptions): RuleRun {
  try {
    const runs =
      granularityOf(rule) === 'repository'
        ? [runOnRepository(rule, repository, options)]
        : judged.map((one) => runOnDeployment(rule, repository, one, options));
    return {
      findings: runs.flatMap((run) => run.findings),
      undecided: runs.flatMap((run) => run.undecided),
      outcomes: runs.length === 0 ? [{ rule: rule.id, deployment: null, kind: 'notApplicable' }] : runs.flatMap((run) => run.outcomes),
    };
  } catch (error) {
    throw new RuleError(rule.id, error);
  }
}

interface Subject {
  readonly repository: JudgedRepository;
  readonly deployment: Deployment | null;
  readonly builds: readonly CommandEvaluation[];
  readonly evaluations: readonly SettingsFacts[];
  readonly settings: SettingsFacts | null;
}

function runOnRepository(rule: Rule, repository: JudgedRepository, options: RunOptions): RuleRun {
  const said: Said = { findings: [], undecided: [] };
  const ran = runOnce(rule, { repository, deployment: null, builds: [], evaluations: [], settings: null }, options, said);
  return { ...said, outcomes: [{ rule: rule.id, deployment: null, kind: kindOf(said, ran) }] };
}

function runOnDeployment(rule: Rule, repository: JudgedRepository, judged: Judged, options: RunOptions): RuleRun {
  const { deployment, builds, settings: evaluations } = judged;
  const said: Said = { findings: [], undecided: [] };
  let ran = false;
  if (granularityOf(rule) === 'deployment')
    ran = runOnce(rule, { repository, deployment, builds, evaluations, settings: null }, options, said);
  else if (!deployment.alternative) ran = runOnSettings(rule, repository, judged, options, said);
  const findings = deployment.alternative ? said.findings.filter((one) => one.at.file === ownFile(deployment)) : said.findings;
  const kept = { findings: lowerSilenced(findings, judged.settings), undecided: said.undecided };
  return { ...kept, outcomes: [{ rule: rule.id, deployment: deployment.id, kind: kindOf(kept, ran) }] };
}

function runOnSettings(rule: Rule, repository: JudgedRepository, judged: Judged, options: RunOptions, said: Said): boolean {
  const { deployment, builds, settings: evaluations } = judged;
  const others = rule.needs.filter((need) => need !== 'settings');
  if (others.some((need) => !has(need, { repository, deployment, builds, evaluations, settings: null }))) return false;
  for (const settings of judged.settings) {
    const own: Said = { findings: [], undecided: [] };
    runOnce(rule, { repository, deployment, builds, evaluations, settings }, options, own);
    said.findings.push(...lowerSilenced(own.findings, [settings]));
    said.undecided.push(...own.undecided);
  }
  for (const { process, why, at } of judged.unresolved) {
    said.undecided.push({ rule: rule.id, why: `${process.name}: ${why}`, at, deployments: [deployment.id] });
  }
  return judged.settings.length > 0 || judged.unresolved.length > 0;
}

/** False when a fact the rule needs is absent. */
function runOnce(rule: Rule, subject: Subject, options: RunOptions, said: Said): boolean {
  if (rule.needs.some((need) => !has(need, subject))) return false;
  rule.check(factsOf(subject), contextFor(rule, scopeOf(subject), options, said));
  return true;
}

function scopeOf({ deployment, settings }: Subject): Scope {
  return {
    deployment: deployment?.id ?? null,
    fallback: settings?.top ?? (deployment === null ? null : placeOfDeployment(deployment)),
    presumed: settings?.presumed ?? null,
  };
}

function placeOfDeployment(deployment: Deployment): Span | null {
  return deployment.processes[0]?.at ?? deployment.evidence[0]?.at ?? null;
}

function has(need: FactName, { repository, deployment, settings }: Subject): boolean {
  switch (need) {
    case 'settings':
      return settings !== null;
    case 'deployment':
    case 'processes':
    case 'stores':
    case 'builds':
    case 'evaluations':
      return deployment !== null;
    case 'proxy':
      return deployment !== null && deployment.proxy !== null;
    case 'compose':
      return deployment !== null && deployment.compose !== null;
    case 'kubernetes':
      return deployment !== null && deployment.kubernetes !== null;
    case 'platform':
      return deployment !== null && deployment.platform !== null;
    case 'infrastructure':
      return repository.facts.model.infrastructure !== null;
    case 'playbooks':
      return repository.facts.model.playbooks !== null;
    case 'pipelines':
      return repository.facts.model.pipelines.length > 0;
    case 'jobCommands':
      return repository.jobCommands.length > 0;
    case 'repository':
      return true;
  }
}

/** Facts that are absent throw: the types let a rule see only what it lists, and `has` was asked before. */
function factsOf({ repository, deployment, builds, evaluations, settings }: Subject): Facts {
  return {
    repository: repository.facts,
    pipelines: repository.facts.model.pipelines,
    jobCommands: repository.jobCommands,
    builds,
    evaluations,
    get settings() {
      return present(settings);
    },
    get deployment() {
      return present(deployment);
    },
    get processes() {
      return present(deployment).processes;
    },
    get stores() {
      return present(deployment).stores;
    },
    get proxy() {
      return present(present(deployment).proxy);
    },
    get infrastructure() {
      return present(repository.facts.model.infrastructure);
    },
    get playbooks() {
      return present(repository.facts.model.playbooks);
    },
    get kubernetes() {
      return present(present(deployment).kubernetes);
    },
    get platform() {
      return present(present(deployment).platform);
    },
    get compose() {
      return present(present(deployment).compose);
    },
  };
}

function present<T>(fact: T | null): T {
  if (fact === null) throw new Error('uses a fact that is not in its `needs`');
  return fact;
}

/** The manifest of an id like `docker-compose.yml#web`. */
function ownFile(deployment: Deployment): string {
  return deployment.id.replace(/#.*$/, '');
}

function kindOf(said: Pick<RuleRun, 'findings' | 'undecided'>, ran: boolean): OutcomeKind {
  if (said.findings.length > 0) return 'fail';
  if (said.undecided.length > 0) return 'open';
  return ran ? 'pass' : 'notApplicable';
}
