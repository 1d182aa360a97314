import type { Span } from '../../core/span.ts';
import { get, type YamlMap } from '../../syntax/yaml/index.ts';
import type { Command, JobStep } from '../model.ts';

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
  /^(appleboy\/(ssh|scp)-action|akhileshns\/heroku-deploy|superfly\/flyctl-actions|easingthemes\/ssh-deploy|burnett01\/rsync-deployments|einaregilsson\/beanstalk-deploy|aws-actions\/amazon-ecs-deploy-task-definition|google-github-actions\/deploy-[a-z-]+|azure\/(webapps-deploy|k8s-deploy|container-apps-deploy-action)|digitalocean\/app_action|dokku\/github-action|johnbeynon\/render-deploy-action|bervProject\/railway-deploy|matheusvanzan\/sshpass-action|fifsky\/ssh-action)/i;

/** The place that says that a job puts something into production; null when it only tests and builds. */
export function deployingStep(id: string, body: YamlMap, steps: readonly JobStep[], at: Span): Span | null {
  for (const step of steps) {
    if (step.uses !== null && (DEPLOY_ACTIONS.test(step.uses) || pushesImage(step, body))) return step.at;
    const command = step.commands.find(isDeploy);
    if (command !== undefined) return command.at;
    if (/\bgit push\b[^\n]*\b(heroku|dokku|production|prod)\b/.test(step.script?.text ?? '')) return step.at;
  }
  const environment = get(body, 'environment');
  if (environment !== undefined && /(^|[-_])(deploy|release)/i.test(id)) return environment.span;
  return /(^|[-_])deploy([-_]|$)/i.test(id) && steps.some((step) => step.script !== null) ? at : null;
}

function pushesImage(step: JobStep, body: YamlMap): boolean {
  if (!step.uses?.startsWith('docker/build-push-action')) return false;
  const steps = get(body, 'steps');
  if (steps?.kind !== 'seq') return false;
  return steps.items.some((one) => {
    const push = get(one, 'with', 'push');
    return push?.kind === 'scalar' && push.value === true && get(one, 'uses')?.span === step.at;
  });
}

function isDeploy(command: Command): boolean {
  if (command.remote) return true;
  const rule = command.name === null ? undefined : DEPLOY_PROGRAMS.get(command.name);
  if (rule === undefined) return false;
  return rule === null || command.argv.slice(1).some((word) => word.kind === 'known' && rule.test(word.value));
}
