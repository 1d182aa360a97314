import type { Data, InfrastructureFacts, InfrastructureResource, Span, Value } from '../../../src/rule.ts';
import { dataOf, isSequence } from '../values/data.ts';

/** Containers of ECS task definitions, in whichever language they are written. */

export interface TaskContainer {
  readonly task: InfrastructureResource;
  readonly name: string;
  /** The value at a path in the words of the API: "environment", 0, "name". */
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  placeOf(...path: readonly (string | number)[]): Span;
}

const DEFINITIONS: ReadonlyMap<string, string> = new Map([
  ['aws_ecs_task_definition', 'container_definitions'],
  ['AWS::ECS::TaskDefinition', 'ContainerDefinitions'],
  ['task-definition', 'containerDefinitions'],
]);

/** The containers that can be seen; definitions that a template or module makes are not among them. */
export function taskContainers({ resources }: InfrastructureFacts): readonly TaskContainer[] {
  return resources.items.flatMap((task) => {
    const argument = DEFINITIONS.get(task.type);
    const list = argument === undefined ? undefined : dataOf(task.get(argument));
    if (argument === undefined || !isSequence(list)) return [];
    return list.items.map((_, index): TaskContainer => {
      const inside = (path: readonly (string | number)[]) => [argument, index, ...path.map((step) => inLanguage(step, task))];
      const name = dataOf(task.get(...inside(['name'])));
      return {
        task,
        name: typeof name === 'string' ? name : task.name,
        get: (...path) => task.get(...inside(path)),
        placeOf: (...path) => task.placeOf(...inside(path)),
      };
    });
  });
}

/** CloudFormation writes every word large. */
function inLanguage(step: string | number, { language }: InfrastructureResource): string | number {
  return typeof step === 'string' && language === 'cloudformation' ? step.charAt(0).toUpperCase() + step.slice(1) : step;
}
