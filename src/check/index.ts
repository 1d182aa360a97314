import type { Deployment, DeploymentModel } from '../deployment/model.ts';
import type { InputProblem } from '../files/tree.ts';
import { commandEvaluator } from './command-evaluations.ts';
import { type EvaluatedDeployment, evaluator } from './evaluations.ts';
import { settingsFacts } from './facts.ts';
import { inputFindings } from './inputs.ts';
import { withLibraryEnvFiles } from './library-env-files.ts';
import { mergeFindings, mergeUndecided } from './merge.ts';
import { withUnknownEnvironments } from './presumed-environment.ts';
import { readOnce } from './reading.ts';
import { dropReplaced, withReplacers } from './replace.ts';
import { repositoryFacts } from './repository.ts';
import type { CheckInput, CheckResult, Evaluation, Linked, Stages } from './result.ts';
import { type Judged, runRule } from './runner.ts';
import { isSelected } from './select.ts';
import { summarise } from './summary.ts';
import { applySuppressions } from './suppress.ts';

export type { CheckInput, CheckOptions, CheckResult } from './result.ts';
export { defaultOptions, RuleError } from './result.ts';

/** What the stages before the rules found: shared by `check`, `settings`, `env` and `topology`. */
export interface Examined extends Pick<CheckResult, 'model' | 'evaluations' | 'problems'> {
  readonly judged: readonly (EvaluatedDeployment & { readonly deployment: Deployment })[];
}

/** Links the files of a tree and evaluates the settings of every deployment. */
export async function examine(input: Omit<CheckInput, 'rules'>): Promise<Examined> {
  const { tree, options, stages } = input;
  const { model, problems } = await stages.link(tree, options);
  const evaluate = evaluator(tree, stages, options);
  const judged: Examined['judged'][number][] = [];
  for (const deployment of model.deployments) {
    if (options.deployment === null || deployment.id === options.deployment) judged.push({ deployment, ...(await evaluate(deployment)) });
  }
  const evaluations = judged.flatMap((one) => one.evaluations);
  return { model, judged, evaluations, problems: distinct([...tree.problems, ...problems, ...problemsOf(evaluations)]) };
}

/** The deployments as they run in earnest: what is not described, or kept out of the repository, is unknown and not absent. */
async function linkedAsRun(input: CheckInput, ...[tree, options]: Parameters<Stages['link']>): Promise<Linked> {
  const linked = withUnknownEnvironments(await input.stages.link(tree, options), options);
  return withLibraryEnvFiles(linked, input.tree, options);
}

/** The stage "check": runs every rule wherever it applies. Throws a RuleError for a bug in a rule, nothing else. */
export async function runCheck(input: CheckInput): Promise<CheckResult> {
  const { options, rules } = input;
  const stages: Stages = { ...input.stages, link: (...of) => linkedAsRun(input, ...of) };
  const tree = readOnce(input.tree);
  const { model, judged, evaluations, problems } = await examine({ ...input, tree, stages });
  const commands = commandEvaluator(tree, stages, options);
  const subjects: Judged[] = [];
  for (const one of judged) {
    const settings = one.evaluations.map((each) => settingsFacts(each, stages.defaultOf));
    subjects.push({ ...one, settings, builds: await commands.builds(one.deployment) });
  }
  const selected = new Set(rules.filter((rule) => isSelected(rule.id, options)).map((rule) => rule.id.toString()));
  const repository = { facts: repositoryFacts(tree, model), jobCommands: await commands.jobs(model) };
  const runs = withReplacers(rules, selected).map((rule) => runRule(rule, repository, subjects, options));

  const inputs = inputFindings(problems, neededFiles(model, evaluations)).filter((one) => isSelected(one.rule, options));
  const all = [...runs.flatMap((run) => run.findings), ...inputs];
  const reported = dropReplaced(all, rules).filter((one) => selected.has(one.rule) || one.rule.startsWith('input/'));
  const undecided = runs.flatMap((run) => run.undecided).filter((one) => selected.has(one.rule));
  const outcomes = runs.flatMap((run) => run.outcomes).filter((one) => selected.has(one.rule));

  const open = new Set(undecided.map((one) => one.rule));
  const { kept, suppressed, about } = applySuppressions({
    findings: mergeFindings(reported),
    all,
    texts: tree.texts,
    rules,
    settled: (rule) => selected.has(rule) && !open.has(rule),
    strict: options.strict,
  });
  const findings = mergeFindings([...kept, ...about.filter((one) => isSelected(one.rule, options))]);
  const summary = summarise(findings, outcomes, rules, tree.texts.size);
  return { findings, undecided: mergeUndecided(undecided), outcomes, summary, model, evaluations, problems, suppressed };
}

function problemsOf(evaluations: readonly Evaluation[]): readonly InputProblem[] {
  return evaluations.flatMap((one) => one.evaluated.problems);
}

function distinct(problems: readonly InputProblem[]): readonly InputProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.id, problem.file, problem.at, problem.message]);
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Files without which production cannot be judged: settings that ran, and the manifests themselves. */
function neededFiles(model: DeploymentModel, evaluations: readonly Evaluation[]): ReadonlySet<string> {
  const manifests = model.deployments.flatMap((deployment) => [
    ...deployment.evidence.map((one) => one.at.file),
    ...deployment.processes.map((process) => process.at.file),
    ...(deployment.proxy?.servers ?? []).map((server) => server.file),
  ]);
  return new Set([
    ...manifests,
    ...evaluations.flatMap((one) => [...one.evaluated.files, ...(one.evaluated.file === null ? [] : [one.evaluated.file])]),
  ]);
}
