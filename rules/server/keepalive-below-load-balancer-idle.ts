import {
  bindValue,
  DEFAULTS,
  defineRule,
  known,
  mapValue,
  type Process,
  type ProxyServer,
  type Server,
  usual,
  type Value,
} from '../../src/rule.ts';
import { behindCaddy, caddySite } from '../shared/requests/caddy-example.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const withCommand = (command: string, lines = '', mark = ' # !') => ({
  ...behindCaddy(caddySite().replace('reverse_proxy web:8000', `reverse_proxy web:8000 {\n${lines}    }`)),
  Dockerfile: DOCKERFILE.replace(/CMD .*/, `CMD [${command}]${mark}`),
});
const GTHREAD = '"gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4"';
const BALANCED = `
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([{
    name    = "web"
    image   = "shop"
    command = ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4"] # !
    environment = [{ name = "DJANGO_SETTINGS_MODULE", value = "mysite.settings" }]
  }])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8000
  }
}
resource "aws_lb" "web" {
}
resource "aws_lb_target_group" "web" {
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
const WORKFLOW = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t shop .\n';
const balanced = (text = BALANCED) => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  '.github/workflows/build.yml': WORKFLOW,
  'infra/main.tf': text,
});
const silent = (text: string) => text.replace(' # !', '');

export default defineRule({
  id: 'server/keepalive-below-load-balancer-idle',
  title: "Backend keep-alive shorter than the load balancer's",
  severity: 'warning',
  topic: 10,
  since: '0.1.0',
  why: 'The proxy sends a request over a connection that the server has just closed, and answers the visitor with 502: rarely, and with nothing in the logs of the application.',
  fix: 'Let the server keep connections longer than what stands in front of it: `--keep-alive 75` behind a load balancer of AWS.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout',
    'https://docs.gunicorn.org/en/stable/settings.html#keepalive',
    'https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#transports',
  ],
  cross: true,
  examples: {
    bad: [
      withCommand(GTHREAD),
      withCommand(`${GTHREAD}, "--keep-alive", "60"`),
      withCommand('"uvicorn", "mysite.asgi:application", "--host", "0.0.0.0", "--port", "8000"'),
      withCommand(`${GTHREAD}, "--keep-alive", "5"`, '        transport http {\n            keepalive 30s\n        }\n'),
      balanced(),
      balanced(
        BALANCED.replace('"4"]', '"4", "--keep-alive", "300"]').replace('"aws_lb" "web" {', '"aws_lb" "web" {\n  idle_timeout = 600'),
      ),
    ],
    good: [
      withCommand(`${GTHREAD}, "--keep-alive", "180"`, '', ''),
      withCommand(GTHREAD.replace(', "--threads", "4"', ''), '', ''),
      withCommand(GTHREAD, '        transport http {\n            keepalive off\n        }\n', ''),
      balanced(silent(BALANCED).replace('"4"]', '"4", "--keep-alive", "75"]')),
    ],
    undecided: [balanced(silent(BALANCED).replace('"aws_lb" "web" {', '"aws_lb" "web" {\n  idle_timeout = var.idle'))],
  },

  needs: ['proxy'],
  check({ proxy }, ctx) {
    const told = new Set<Process>();
    for (const { server: front, location, process } of applicationRoutes(proxy)) {
      const kept = process.server === null ? null : keepAlive(process.server);
      const { idleTimeout } = location;
      if (kept === null || idleTimeout === undefined || idleTimeout === null || told.has(process)) continue;
      told.add(process);
      ctx.expectAll(
        [kept, idleTimeout],
        (backend, idle) => backend === null || backend > idle,
        ([backend], [decided]) => ({
          at: decided.step === 'default' ? process.commandAt : decided,
          message: `\`${process.name}\` closes a connection after ${backend} idle seconds, ${inWords(front)} goes on using it: requests end in 502 now and then.`,
          subject: process.name,
          related: [{ at: location.at, message: 'passed on here' }],
        }),
      );
    }
  },
});

function inWords({ software }: ProxyServer): string {
  return software === 'load-balancer' ? 'the load balancer' : software === 'caddy' ? 'Caddy' : software;
}

/** Seconds that a server keeps an idle connection; null inside where it keeps none, null for one whose habit is not known. */
function keepAlive(server: Server): Value<number | null> | null {
  switch (server.software) {
    case 'gunicorn':
      // The sync worker closes after each answer and says so.
      return bindValue(
        server.workerClass,
        (one): Value<number | null> =>
          one.value === 'sync' ? known(null, one.origin) : seconds(server, 'keepalive', usual(DEFAULTS.gunicorn, 'keepalive')),
      );
    case 'uvicorn':
      return seconds(server, 'timeout-keep-alive', usual(DEFAULTS.uvicorn, 'timeout_keep_alive'));
    case 'hypercorn':
      return seconds(server, 'keep-alive', usual(DEFAULTS.hypercorn, 'keep_alive_timeout'));
    default:
      return null;
  }
}

function seconds(server: Server, name: string, otherwise: Value<number>): Value<number | null> {
  const value = server.option(name);
  if (value === null) return otherwise;
  return bindValue(
    mapValue(value, (text) => text.trim()),
    ({ value: text, origin }): Value<number | null> =>
      /^\d+(\.\d+)?$/.test(text) ? known(Number(text), origin) : { kind: 'unknown', why: 'unsupported-syntax', names: [], origin },
  );
}
