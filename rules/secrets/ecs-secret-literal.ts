import { casesOf, type Data, defineRule, isSecretName, placeOf, type Span, type Value } from '../../src/rule.ts';
import { type TaskContainer, taskContainers } from '../shared/infrastructure/containers.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { dataOf, isSequence } from '../shared/values/data.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const SECRET = 'fS8pQ2vLw0Xk';
const task = (environment: string, more = '') =>
  block(
    'aws_ecs_task_definition',
    `  family = "web"\n  container_definitions = jsonencode([\n    {\n      name = "web"\n      environment = [\n        ${environment}\n      ]\n${more}    }\n  ])\n`,
  );
const file = (name: string, value: string, mark = ' # !') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'deploy/task-definition.json': `{\n  "family": "web",\n  "containerDefinitions": [\n    {\n      "name": "web",\n      "environment": [\n        { "name": "${name}", "value": "${value}" }${mark}\n      ]\n    }\n  ]\n}\n`,
});

export default defineRule({
  id: 'secrets/ecs-secret-literal',
  title: 'Secret in ECS task definition environment',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who may describe the task, or read the repository, has the credential of production.',
  fix: 'Keep it in Secrets Manager or the parameter store, name it under `secrets` with valueFrom, and change the one that was written here.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html',
    'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/taskdef-envfiles.html',
  ],
  cwe: ['CWE-798', 'CWE-312'],
  replaces: ['secrets/credentials-in-url', 'secrets/credential-hardcoded'],
  examples: {
    bad: [
      terraform(task(`{ name = "SECRET_KEY", value = "${SECRET}" }, # !`)),
      terraform(task(`{ name = "DATABASE_URL", value = "postgres://app:${SECRET}@db.internal/app" }, # !`)),
      terraform(`${task('{ name = "DB_PASSWORD", value = local.password }')}locals {\n  password = "${SECRET}" # !\n}\n`),
      terraform(
        block(
          'aws_ecs_task_definition',
          `  container_definitions = <<EOT\n[\n  {\n    "name": "web",\n    "image": "\${var.image}",\n    "environment": [\n      {"name": "API_TOKEN", "value": "${SECRET}"} # !\n    ]\n  }\n]\nEOT\n`,
        ),
      ),
      file('SECRET_KEY', SECRET),
      cloudformation(
        `  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: web\n          Environment:\n            - Name: SECRET_KEY\n              Value: ${SECRET} # !\n`,
      ),
    ],
    good: [
      terraform(`${task('{ name = "SECRET_KEY", value = var.key }')}variable "key" {}\n`),
      terraform(
        task(
          '{ name = "DEBUG", value = "0" }',
          '      secrets = [{ name = "SECRET_KEY", valueFrom = "arn:aws:ssm:eu:1:parameter/key" }]\n',
        ),
      ),
      terraform(task('{ name = "SECRET_KEY", value = "changeme" }')),
      terraform(task(`{ name = "AWS_ACCESS_KEY_ID", value = "${SECRET}" }`)),
      terraform(task('{ name = "DATABASE_URL", value = "postgres://app@db.internal/app" }')),
      file('SECRET_KEY', '<SECRET_KEY>', ''),
      file('SENTRY_DSN', 'https://abc@sentry.io/1', ''),
    ],
  },

  needs: ['infrastructure', 'repository'],
  check({ infrastructure, repository }, ctx) {
    for (const container of taskContainers(infrastructure)) {
      for (const { name, at } of literalsOf(container)) {
        if (repository.tracks(at.file) === 'no') continue;
        const message = `\`${name}\` of the container \`${container.name}\` is written out in the task definition.`;
        ctx.report({ at, message, subject: `${container.task.address} ${name}` });
      }
    }
  },
});

interface Literal {
  readonly name: string;
  readonly at: Span;
}

function literalsOf(container: TaskContainer): readonly Literal[] {
  const environment = dataOf(container.get('environment'));
  if (!isSequence(environment)) return [];
  return environment.items.flatMap((_, index): readonly Literal[] => {
    const name = dataOf(container.get('environment', index, 'name'));
    const at = typeof name === 'string' ? placeOfSecret(name, container.get('environment', index, 'value')) : null;
    return at === null || typeof name !== 'string' ? [] : [{ name, at }];
  });
}

/** Where a text stands that opens something; a default that whoever applies may replace counts as one. */
function placeOfSecret(name: string, value: Value<Data | undefined>): Span | null {
  for (const { then } of casesOf(value)) {
    const text = then.kind === 'known' && typeof then.value === 'string' ? then.value : '';
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s/@]+)@/i.exec(text)?.[1];
    const opens = password === undefined ? isSecretName(name) && looksReal(text) : name !== 'SENTRY_DSN' && looksReal(password);
    if (opens) return placeOf(then.origin) ?? null;
  }
  return null;
}
