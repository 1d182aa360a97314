import type { Data } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { bindValue, known, unknown, type Value } from '../../core/value.ts';
import type { InfrastructureResource } from '../model.ts';

/** Where a task definition keeps its containers, by the type of the resource. */
const DEFINITIONS: ReadonlyMap<string, string> = new Map([
  ['aws_ecs_task_definition', 'container_definitions'],
  ['AWS::ECS::TaskDefinition', 'ContainerDefinitions'],
  ['task-definition', 'containerDefinitions'],
]);

/** A container of a task definition, asked in the words of the API: "environment", 0, "name". */
export interface TaskContainer {
  readonly task: InfrastructureResource;
  readonly name: string;
  readonly at: Span;
  get(...path: readonly (string | number)[]): Value<Data | undefined>;
  placeOf(...path: readonly (string | number)[]): Span;
}

export function isTask({ type }: InfrastructureResource): boolean {
  return DEFINITIONS.has(type);
}

export function containersOf(task: InfrastructureResource): readonly TaskContainer[] {
  const argument = DEFINITIONS.get(task.type) ?? '';
  const list = task.get(argument);
  const items = list.kind === 'known' ? itemsIn(list.value) : [];
  return items.map((_, index): TaskContainer => {
    const inside = (path: readonly (string | number)[]) => [argument, index, ...path.map((step) => inLanguage(step, task))];
    const name = task.get(...inside(['name']));
    return {
      task,
      name: name.kind === 'known' && typeof name.value === 'string' ? name.value : task.name,
      at: task.placeOf(...inside(['name'])),
      get: (...path) => task.get(...inside(path)),
      placeOf: (...path) => task.placeOf(...inside(path)),
    };
  });
}

/** CloudFormation writes every word large. */
export function inLanguage(step: string | number, { language }: InfrastructureResource): string | number {
  return typeof step === 'string' && language === 'cloudformation' ? step.charAt(0).toUpperCase() + step.slice(1) : step;
}

/** The items of a list that is completely known. */
export function itemsIn(data: Data | undefined): readonly Value<Data>[] {
  return typeof data === 'object' && data !== null && 'items' in data && data.complete ? data.items : [];
}

/** A value as text; null where nothing is set. */
export function textOf(value: Value<Data | undefined>): Value<string> | null {
  if (value.kind === 'known' && value.value === undefined) return null;
  return bindValue(value, ({ value: data, origin }) =>
    typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean'
      ? known(String(data), origin)
      : unknown('dynamic-call', origin, [], 'str'),
  );
}

/** A value as a number; null where nothing is set. */
export function numberOf(value: Value<Data | undefined>): Value<number> | null {
  const text = textOf(value);
  return text === null
    ? null
    : bindValue(text, ({ value: one, origin }) =>
        /^\d+(\.\d+)?$/.test(one) ? known(Number(one), origin) : unknown('dynamic-call', origin),
      );
}
