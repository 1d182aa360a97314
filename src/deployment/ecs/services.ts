import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import type { InfrastructureFacts, InfrastructureResource, Probe } from '../model.ts';
import { itemsIn, numberOf, type TaskContainer, textOf } from './containers.ts';

const SERVICES = new Set(['aws_ecs_service', 'AWS::ECS::Service']);
const SCALING = new Set(['aws_appautoscaling_target', 'AWS::ApplicationAutoScaling::ScalableTarget']);
const GROUPS = new Set(['aws_lb_target_group', 'aws_alb_target_group', 'AWS::ElasticLoadBalancingV2::TargetGroup']);

const word = (one: InfrastructureResource, terraform: string, cloudformation: string) =>
  one.language === 'terraform' ? terraform : cloudformation;

/** Services that run a task. */
export function servicesOf({ task }: Pick<TaskContainer, 'task'>, { resources }: InfrastructureFacts): readonly InfrastructureResource[] {
  return resources.items.filter(
    (one) =>
      SERVICES.has(one.type) &&
      one.refersTo(word(one, 'task_definition', 'TaskDefinition')).some(({ address }) => address === task.address),
  );
}

/** The most that run at once: an autoscaler may raise what the service says. */
export function replicasOf(container: TaskContainer, facts: InfrastructureFacts): Value<number> {
  const [service, ...others] = servicesOf(container, facts);
  const open = unknown('host', textOrigin(container.at), [], 'int');
  if (service === undefined || others.length > 0) return open;
  const scaled = facts.resources.items.find(
    (one) => SCALING.has(one.type) && one.refersTo().some(({ address }) => address === service.address),
  );
  if (scaled !== undefined) return numberOf(scaled.get(word(scaled, 'max_capacity', 'MaxCapacity'))) ?? open;
  return numberOf(service.get(word(service, 'desired_count', 'DesiredCount'))) ?? open;
}

/** A way of a load balancer to a container. */
export interface Target {
  readonly group: InfrastructureResource;
  readonly port: number;
}

/** Target groups whose requests a container answers, with the port that it answers on. */
export function targetsOf(container: TaskContainer, facts: InfrastructureFacts): readonly Target[] {
  return servicesOf(container, facts).flatMap((service) => {
    const list = word(service, 'load_balancer', 'LoadBalancers');
    const value = service.get(list);
    const count = value.kind === 'known' ? itemsIn(value.value).length : 0;
    return Array.from({ length: count }, (_, index) => index).flatMap((index): readonly Target[] => {
      const name = textOf(service.get(list, index, word(service, 'container_name', 'ContainerName')));
      const port = numberOf(service.get(list, index, word(service, 'container_port', 'ContainerPort')));
      const named = service.refersTo(list, index, word(service, 'target_group_arn', 'TargetGroupArn'));
      const group = facts.resources.items.find((one) => GROUPS.has(one.type) && named.some(({ address }) => address === one.address));
      return name?.kind === 'known' && name.value === container.name && port?.kind === 'known' && group !== undefined
        ? [{ group, port: port.value }]
        : [];
    });
  });
}

/** What the load balancer asks of the container to see whether it is alive; `/` where the group says nothing. */
export function checksOf(container: TaskContainer, facts: InfrastructureFacts): readonly Probe[] {
  return targetsOf(container, facts).flatMap(({ group, port }): readonly Probe[] => {
    const at = group.placeOf(word(group, 'health_check', 'HealthCheckPath'));
    const origin = textOrigin(at);
    const get = (terraform: string, cloudformation: string) =>
      group.language === 'terraform' ? group.get('health_check', 0, terraform) : group.get(cloudformation);
    const protocol = textOf(get('protocol', 'HealthCheckProtocol')) ?? known('HTTP', { step: 'default', of: 'target groups' });
    if (protocol.kind !== 'known' || !/^HTTPS?$/.test(protocol.value)) return [];
    // Who takes errors or redirects for an answer asks another question.
    const codes = textOf(get('matcher', 'Matcher'));
    if (codes !== null && (codes.kind !== 'known' || !/^2\d\d([,-]2\d\d)*$/.test(codes.value))) return [];
    const asked = textOf(get('port', 'HealthCheckPort'));
    const isTraffic = asked === null || (asked.kind === 'known' && asked.value === 'traffic-port');
    return [
      {
        kind: 'health',
        http: {
          path: textOf(get('path', 'HealthCheckPath')) ?? known('/', { step: 'default', of: 'target groups' }),
          port: isTraffic ? known(String(port), origin) : asked,
          scheme: protocol.value === 'HTTPS' ? 'https' : 'http',
          host: null,
          headers: new Map(),
        },
        argv: null,
        at,
      },
    ];
  });
}
