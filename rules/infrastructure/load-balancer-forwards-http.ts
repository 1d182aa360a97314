import { type Answer, type Data, defineRule, type InfrastructureFacts, type InfrastructureResource } from '../../src/rule.ts';
import { block, cloudformation, terraform } from '../shared/infrastructure/example.ts';
import { argument, argumentValue, ask, called, isTrue, ofTypes, pathIn, tell } from '../shared/infrastructure/resources.ts';
import { and, answer, not, or } from '../shared/values/answer.ts';

const LISTENERS = { terraform: ['aws_lb_listener', 'aws_alb_listener'], cloudformation: ['AWS::ElasticLoadBalancingV2::Listener'] };
const RULES = {
  terraform: ['aws_lb_listener_rule', 'aws_alb_listener_rule'],
  cloudformation: ['AWS::ElasticLoadBalancingV2::ListenerRule'],
};
const BALANCERS = { terraform: ['aws_lb', 'aws_alb'], cloudformation: ['AWS::ElasticLoadBalancingV2::LoadBalancer'] };
const CLOUDFRONT = { terraform: ['aws_cloudfront_distribution'], cloudformation: ['AWS::CloudFront::Distribution'] };
const ACTION = { terraform: ['default_action', 0, 'type'], cloudformation: ['DefaultActions', 0, 'Type'] };

const listener = (action: string, more = '  port = 80\n  protocol = "HTTP"\n', mark = ' # !') =>
  block(
    'aws_lb_listener',
    `  load_balancer_arn = aws_lb.main.arn\n${more}  default_action {\n    type = "${action}"${mark}\n  }\n`,
    'http',
  );
const balancer = (lines = '') => block('aws_lb', lines);
const FORWARD = listener('forward', undefined, '');

export default defineRule({
  id: 'infrastructure/load-balancer-forwards-http',
  title: 'Load balancer forwards plain HTTP',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever types the bare name, or is tricked into it, uses the site in clear: cookies and passwords can be read and changed on the way.',
  fix: 'Let the default action of port 80 redirect to port 443 with HTTP_301.',
  autofix: 'unsafe',
  links: [
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html',
    'https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/lb_listener.html.markdown',
  ],
  cwe: ['CWE-319'],
  examples: {
    bad: [
      terraform(balancer() + listener('forward')),
      terraform(balancer() + listener('forward') + FORWARD.replace('80', '443').replace('"HTTP"', '"HTTPS"').replace('"http"', '"https"')),
      terraform(
        balancer('  internal = false\n') +
          listener('forward', '  port = "80"\n  protocol = "HTTP"\n').replaceAll('aws_lb_listener', 'aws_alb_listener'),
      ),
      cloudformation(
        '  Balancer:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n  Http:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties:\n      LoadBalancerArn: !Ref Balancer\n      Port: 80\n      Protocol: HTTP\n      DefaultActions:\n        - Type: forward # !\n          TargetGroupArn: !Ref Targets\n',
      ),
    ],
    good: [
      terraform(balancer() + listener('redirect', undefined, '')),
      terraform(balancer() + listener('fixed-response', undefined, '')),
      terraform(balancer('  internal = true\n') + FORWARD),
      terraform(balancer() + FORWARD.replace('"HTTP"', '"HTTPS"').replace('80', '443')),
      terraform(
        balancer() +
          FORWARD +
          block('aws_lb_listener_rule', '  listener_arn = aws_lb_listener.http.arn\n  action {\n    type = "redirect"\n  }\n', 'all'),
      ),
      terraform(
        balancer() +
          FORWARD +
          block('aws_cloudfront_distribution', '  origin {\n    domain_name = aws_lb.main.dns_name\n    custom_origin_config {}\n  }\n'),
      ),
    ],
    undecided: [
      terraform(FORWARD.replace('aws_lb.main.arn', 'var.balancer')),
      terraform(balancer('  internal = var.internal\n') + FORWARD),
      terraform(
        balancer() +
          FORWARD +
          block('aws_cloudfront_distribution', '  origin {\n    domain_name = "origin.example.com"\n    custom_origin_config {}\n  }\n'),
      ),
    ],
  },

  needs: ['infrastructure'],
  check({ infrastructure }, ctx) {
    for (const listener of ofTypes(infrastructure, LISTENERS)) {
      const plain = and(
        ask(argumentValue(listener, argument('port', 'Port')), (data) => is(data, '80')),
        ask(argumentValue(listener, argument('protocol', 'Protocol')), (data) => is(data, 'HTTP')),
        ask(argumentValue(listener, ACTION), (data) => is(data, 'forward')),
      );
      if (plain === 'no') continue;
      const fault = and(plain, not(redirects(listener, infrastructure)), reached(listener, infrastructure));
      tell(
        listener,
        fault,
        () => ({
          at: listener.placeOf(...pathIn(listener, ACTION)),
          message: `\`${called(listener)}\` passes plain HTTP requests on to the application instead of redirecting them to HTTPS.`,
        }),
        ctx,
      );
    }
  },
});

function is(data: Data | undefined, text: string): Answer {
  return answer(data !== undefined && data !== null && typeof data !== 'object' && String(data) === text);
}

/** Whether a rule of the listener sends requests away. */
function redirects(listener: InfrastructureResource, facts: InfrastructureFacts): Answer {
  const own = ofTypes(facts, RULES).filter((one) =>
    one.refersTo(one.language === 'terraform' ? 'listener_arn' : 'ListenerArn').some(({ address }) => address === listener.address),
  );
  return or(
    ...own.map((one) =>
      ask(argumentValue(one, { terraform: ['action', 0, 'type'], cloudformation: ['Actions', 0, 'Type'] }), (data) => is(data, 'redirect')),
    ),
  );
}

/** Whether browsers reach the load balancer themselves: it is not internal, and no CloudFront stands in front of it. */
function reached(listener: InfrastructureResource, facts: InfrastructureFacts): Answer {
  const named = listener.refersTo(listener.language === 'terraform' ? 'load_balancer_arn' : 'LoadBalancerArn');
  const balancer = ofTypes(facts, BALANCERS).find((one) => named.some(({ address }) => address === one.address));
  if (balancer === undefined) return 'maybe';
  const internal = or(
    ask(balancer.get('internal'), isTrue),
    ask(balancer.get('Scheme'), (data) => is(data, 'internal')),
  );
  const clouds = ofTypes(facts, CLOUDFRONT);
  if (clouds.some((one) => one.refersTo().some(({ address }) => address === balancer.address))) return 'no';
  const others = clouds.some((one) => one.refersTo().every(({ type }) => type !== 'aws_s3_bucket' && type !== 'AWS::S3::Bucket'));
  return and(not(internal), others ? 'maybe' : 'yes');
}
