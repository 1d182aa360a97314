import type { Span } from '../../core/span.ts';
import type { Command, Condition, Job, JobStep } from '../model.ts';
import { purposeOf } from '../project/naming.ts';

const DEPLOY_PROGRAMS: ReadonlyMap<string, RegExp | null> = new Map<string, RegExp | null>([
  ['ssh', null],
  ['rsync', null],
  ['scp', null],
  ['ansible-playbook', null],
  ['fab', null],
  ['cap', null],
  ['kubectl', /^(apply|set|rollout|patch|replace)$/],
  ['helm', /^(upgrade|install)$/],
  ['helmfile', null],
  ['heroku', /^(container:release|container:push|releases|ps:restart)$/],
  ['flyctl', /^deploy$/],
  ['fly', /^deploy$/],
  ['railway', /^up$/],
  ['eb', /^deploy$/],
  ['gcloud', /^(deploy|run|app)$/],
  ['zappa', /^(deploy|update)$/],
  ['docker', /^(push|stack)$/],
  ['terraform', /^apply$/],
  ['dokku', null],
  ['cf', /^push$/],
]);

const DEPLOY_ACTIONS =
  /^(appleboy\/(ssh|scp)-action|akhileshns\/heroku-deploy|superfly\/flyctl-actions|easingthemes\/ssh-deploy|burnett01\/rsync-deployments|einaregilsson\/beanstalk-deploy|aws-actions\/amazon-ecs-deploy-task-definition|google-github-actions\/deploy-[a-z-]+|azure\/(webapps-deploy|k8s-deploy|container-apps-deploy-action)|digitalocean\/app_action|dokku\/github-action|johnbeynon\/render-deploy-action|bervProject\/railway-deploy|matheusvanzan\/sshpass-action|fifsky\/ssh-action|atlassian\/(ssh-run|scp-deploy|rsync-deploy|heroku-deploy|aws-ecs-deploy|aws-elasticbeanstalk-deploy|google-app-engine-deploy|google-cloud-run-deploy|kubectl-run|azure-web-apps-deploy)|heroku\/deploy|aws-ecs\/(deploy|update)|aws-eks\/update|gcp-cloud-run\/deploy)/i;

/** What a job does for production. */
export interface Deploying {
  readonly at: Span;
  readonly by: Exclude<Job['deploysBy'], null>;
  /** The condition of the step; null when it always runs. */
  readonly condition: Condition | null;
  /** Whether the script itself decides about the command. */
  readonly decidedInScript: boolean;
}

/** The place that says that a job puts something into production; null when it only tests and builds. */
export function deployingStep(id: string, steps: readonly JobStep[], environment: Job['environment'], at: Span): Deploying | null {
  if ((environment?.name != null && isForTrials(environment.name)) || steps.some(startsCluster)) return null;
  const found = steps.flatMap((step) => acting(step) ?? []);
  const [first] = found;
  if (first !== undefined) return { ...(found.find(({ by }) => by === 'rollout') ?? first), at: first.at };
  const named = { by: 'name', condition: null, decidedInScript: false } as const;
  if (environment !== null && /(^|[-_ ])(deploy|release)/i.test(id)) return { ...named, at: environment.at };
  return /(^|[-_ /])deploy([-_ ]|$)/i.test(id) && steps.some((step) => step.script !== null) ? { ...named, at } : null;
}

/** A job that makes a cluster for itself deploys to that one. */
function startsCluster({ uses, commands }: JobStep): boolean {
  if (uses !== null && /^[\w.-]+\/[\w.-]*(minikube|kind-action|setup-kind|k3d|setup-k3s|microk8s)/i.test(uses)) return true;
  return commands.some(
    ({ name, argv, remote }) =>
      !remote &&
      /^(minikube|kind|k3d)$/.test(name ?? '') &&
      argv.slice(1).some((word) => word.kind === 'known' && /^(start|create)$/.test(word.value)),
  );
}

/** An environment that is named for anything but what visitors see. */
function isForTrials(name: string): boolean {
  return purposeOf(name) === 'development' || /(^|[-_/ ])(review|preview|qa|uat)([-_/ ]|$)/i.test(name);
}

function acting(step: JobStep): Deploying | null {
  const { condition } = step;
  const plain = { condition, decidedInScript: false };
  if (step.uses !== null && DEPLOY_ACTIONS.test(step.uses)) return { ...plain, at: step.at, by: 'rollout' };
  if (step.uses !== null && pushesImage(step)) return { ...plain, at: step.at, by: 'image' };
  const deploying = step.commands.filter(isDeploy);
  const command = deploying.find((one) => !isPush(one)) ?? deploying[0];
  if (command !== undefined) {
    const [first = command] = deploying;
    return {
      at: first.at,
      by: isPush(command) ? 'image' : 'rollout',
      condition,
      decidedInScript: condition === null && command.conditional,
    };
  }
  const pushes = /\bgit push\b[^\n]*\b(heroku|dokku|production|prod)\b/.test(step.script?.text ?? '');
  return pushes ? { condition, at: step.at, by: 'rollout', decidedInScript: false } : null;
}

function pushesImage({ uses, inputs }: JobStep): boolean {
  return uses?.startsWith('docker/build-push-action') === true && inputs.get('push')?.text === 'true';
}

function isPush({ name, argv }: Command): boolean {
  return name === 'docker' && argv.slice(1).some((word) => word.kind === 'known' && word.value === 'push');
}

function isDeploy(command: Command): boolean {
  if (command.remote) return true;
  const rule = command.name === null ? undefined : DEPLOY_PROGRAMS.get(command.name);
  if (rule === undefined) return false;
  if (command.name === 'rsync' || command.name === 'scp') return command.argv.slice(1).some(isElsewhere);
  if (command.name === 'ansible-playbook' && command.argv.some((word) => word.kind === 'known' && /^localhost,?$|^local$/.test(word.value)))
    return false;
  return rule === null || command.argv.slice(1).some((word) => word.kind === 'known' && rule.test(word.value));
}

/** A path on another machine (`host:path`), or a word that may be one. */
function isElsewhere(word: Command['argv'][number]): boolean {
  return word.kind !== 'known' || /^[^/]+:|^rsync:\/\//.test(word.value);
}
