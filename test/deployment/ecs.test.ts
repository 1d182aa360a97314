import { describe, expect, test } from 'vitest';
import type { Deployment, Process } from '../../src/deployment/model.ts';
import { build, DOCKERFILE, project } from './projects.ts';

const WORKFLOW =
  'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t registry.example/shop:latest .\n';
const FILES = { ...project(), Dockerfile: DOCKERFILE, '.github/workflows/deploy.yml': WORKFLOW };

async function ecs(files: Record<string, string>): Promise<Deployment> {
  const { deployments } = await build({ ...FILES, ...files });
  const found = deployments.find(({ kind }) => kind === 'ecs');
  if (found === undefined) throw new Error(`only ${deployments.map(({ id }) => id).join(', ')}`);
  return found;
}

function named(deployment: Deployment, name: string): Process {
  const found = deployment.processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const TASK = JSON.stringify({
  family: 'web',
  cpu: '512',
  memory: '1024',
  containerDefinitions: [
    {
      name: 'web',
      image: '1234.dkr.ecr.eu-central-1.amazonaws.com/shop:latest',
      environment: [
        { name: 'DJANGO_SETTINGS_MODULE', value: 'mysite.settings' },
        { name: 'DEBUG', value: '0' },
      ],
      secrets: [{ name: 'SECRET_KEY', valueFrom: 'arn:aws:ssm:eu-central-1:1234:parameter/key' }],
      portMappings: [{ containerPort: 8000 }],
      healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost:8000/up || exit 1'] },
      stopTimeout: 60,
      logConfiguration: { logDriver: 'awslogs' },
      user: 'app',
    },
    {
      name: 'worker',
      image: '1234.dkr.ecr.eu-central-1.amazonaws.com/shop:latest',
      command: ['celery', '-A', 'mysite', 'worker'],
      cpu: 256,
      memory: 300,
    },
  ],
});

describe('task definitions of ECS', () => {
  test('a JSON file', async () => {
    const deployment = await ecs({ 'deploy/task-definition.json': TASK });
    const web = named(deployment, 'web');
    expect(deployment.id).toBe('deploy/task-definition.json');
    expect(web).toMatchObject({
      role: 'web',
      server: { software: 'gunicorn' },
      image: { build: { dockerfile: 'Dockerfile' } },
      cpus: { value: 0.5 },
      memory: { value: '1024m' },
      stopGrace: { value: 60 },
      user: { value: 'app' },
      logging: { driver: { value: 'awslogs' } },
      exposed: [{ port: { value: 8000 } }],
      probes: [{ kind: 'health', http: { path: { value: '/up' } } }],
      replicas: { kind: 'unknown' },
      settings: { module: { value: 'mysite.settings' } },
    });
    expect(web.environment.closed).toBe(true);
    expect(web.environment.variables.get('DEBUG')).toMatchObject({ value: '0' });
    expect(web.environment.variables.get('SECRET_KEY')).toMatchObject({ kind: 'unknown', why: 'opaque-env' });
    expect(named(deployment, 'worker')).toMatchObject({ role: 'worker', cpus: { value: 0.25 }, memory: { value: '300m' } });
  });

  test('environment files hide what they give; development is set aside', async () => {
    const opened = TASK.replace('"portMappings"', '"environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/web.env"}],"portMappings"');
    expect(named(await ecs({ 'task-definition.json': opened }), 'web').environment.closed).toMatchObject({
      because: 'a file in S3 gives variables',
    });
    const model = await build({ ...FILES, 'deploy/dev/task-definition.json': TASK });
    expect(model.deployments.map(({ kind }) => kind)).toEqual(['image']);
    expect(model.setAside).toContainEqual({ id: 'deploy/dev/task-definition.json', because: '"dev" names it for another purpose' });
  });

  test('Terraform with a service behind a load balancer', async () => {
    const text = `
resource "aws_ecs_task_definition" "web" {
  family = "web"
  cpu    = 256
  memory = 512
  container_definitions = jsonencode([{
    name        = "web"
    image       = "\${aws_ecr_repository.shop.repository_url}:latest"
    command     = ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]
    environment = [{ name = "DJANGO_SETTINGS_MODULE", value = "mysite.settings" }, { name = "HOST", value = aws_db_instance.db.address }]
  }])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 3
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8000
  }
}
resource "aws_lb" "web" {}
resource "aws_lb_target_group" "web" {
  health_check {
    path = "/up"
  }
}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
  }
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
`;
    const deployment = await ecs({ 'infra/main.tf': text });
    const web = named(deployment, 'web');
    expect(web).toMatchObject({
      replicas: { value: 3 },
      cpus: { value: 0.25 },
      probes: [{ kind: 'health', http: { path: { value: '/up' }, port: { value: '8000' }, scheme: 'http' } }],
    });
    expect(web.environment.variables.get('HOST')).toMatchObject({ kind: 'unknown' });
    const { proxy } = deployment;
    expect(proxy?.servers.map(({ software, listens, answersAll }) => [software, listens[0]?.port, answersAll?.code])).toEqual([
      ['load-balancer', 80, 301],
      ['load-balancer', 443, undefined],
    ]);
    expect(proxy?.terminatesTls().answer).toBe('yes');
    expect(proxy?.redirectsToHttps().answer).toBe('yes');
    const [location] = proxy?.servers[1]?.locations ?? [];
    expect(location).toMatchObject({ upstreams: { items: [{ link: 'proven' }] }, idleTimeout: { value: 60 } });
    expect(location?.requestHeaders.get('x-forwarded-proto')?.value).toBe('$scheme');
  });

  test('CloudFormation', async () => {
    const text = `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: !Sub "\${AWS::AccountId}.dkr.ecr.eu-central-1.amazonaws.com/shop:latest"
          Command: [gunicorn, mysite.wsgi, "--bind", "0.0.0.0:8000"]
          Environment:
            - Name: DJANGO_SETTINGS_MODULE
              Value: mysite.settings
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      DesiredCount: 2
`;
    const deployment = await ecs({ 'cloudformation/web.yml': text });
    expect(deployment.id).toBe('cloudformation/web.yml');
    expect(named(deployment, 'web')).toMatchObject({
      role: 'web',
      replicas: { value: 2 },
      settings: { module: { value: 'mysite.settings' } },
    });
  });
});
