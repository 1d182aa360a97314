import { DOCKERFILE, django } from '../values/examples.ts';

/** A project whose infrastructure is the given Terraform text. */
export function terraform(text: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...django(), Dockerfile: DOCKERFILE, 'infra/main.tf': text, ...more };
}

/** The block of one resource; the lines stand inside. */
export function block(type: string, lines: string, name = 'main', mark = ''): string {
  return `resource "${type}" "${name}" {${mark}\n${lines}}\n`;
}

/** A project with a CloudFormation template of these resources. */
export function cloudformation(resources: string): Record<string, string> {
  const template = `AWSTemplateFormatVersion: "2010-09-09"\nParameters:\n  Flag:\n    Type: String\n    Default: "true"\nResources:\n${resources}`;
  return { ...django(), Dockerfile: DOCKERFILE, 'cloudformation/stack.yaml': template };
}
