import { DOCKERFILE, django } from '../values/examples.ts';

const WORKFLOW = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t shop .\n';

/** What an example says beside the settings of its project. */
export interface EcsParts {
  /** More arguments of the container. */
  readonly container?: string;
  /** More variables: `{ name = "A", value = "b" },`. */
  readonly environment?: string;
  readonly dockerfile?: string;
  /** Of the service. */
  readonly count?: number;
  /** Of the health check of the target group. */
  readonly check?: string;
  readonly mark?: string;
}

/** A project whose image ECS runs behind a load balancer that ends TLS. */
export function onEcs(
  settings: string,
  { container = '', environment = '', dockerfile = DOCKERFILE, count = 2, check = '', mark = '' }: EcsParts = {},
) {
  return {
    ...django(settings),
    Dockerfile: dockerfile,
    '.github/workflows/build.yml': WORKFLOW,
    'infra/main.tf': `resource "aws_ecs_task_definition" "web" {
  cpu = 1024
  container_definitions = jsonencode([{
    name  = "web"
    image = "1234.dkr.ecr.eu-central-1.amazonaws.com/shop:1"
${container}    environment = [
${environment}      { name = "STAGE", value = "live" }
    ]
  }])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = ${count}
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8000
  }
}
resource "aws_lb" "web" {
}
resource "aws_lb_target_group" "web" {
  health_check {${mark}
${check}  }
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
`,
  };
}
