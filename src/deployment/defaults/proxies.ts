import { table } from './table.ts';

const ONE_MEGABYTE = 1024 ** 2;

/** What stands in front of an application. A timeout of 0 waits for ever, a limit of 0 lets everything through. */
export const PROXIES = {
  nginx: table('nginx', null, 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html', {
    client_max_body_size: ONE_MEGABYTE,
    proxy_read_timeout: 60,
    /** Requests went on with HTTP/1.0 before. */
    http_1_1_since: '1.29.7',
  }),
  ingressNginx: table('ingress-nginx', null, 'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/', {
    proxy_body_size: ONE_MEGABYTE,
    proxy_read_timeout: 60,
  }),
  apache: table('Apache', '2.4', 'https://httpd.apache.org/docs/2.4/mod/core.html', {
    timeout: 60,
    /** Since 2.4.54. */
    limit_request_body: 1024 ** 3,
  }),
  haproxy: table('HAProxy', '3.2', 'https://docs.haproxy.org/3.2/configuration.html', { timeout_server: 0, body_limit: 0 }),
  caddy: table('Caddy', null, 'https://caddyserver.com/docs/caddyfile/directives/reverse_proxy', {
    read_timeout: 0,
    body_limit: 0,
    keepalive: 120,
  }),
  traefik: table('Traefik', null, 'https://doc.traefik.io/traefik/reference/routing-configuration/http/load-balancing/serverstransport/', {
    response_header_timeout: 0,
    body_limit: 0,
    acme_storage: 'acme.json',
  }),
  applicationLoadBalancer: table(
    'application load balancers',
    null,
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html',
    { idle_timeout: 60, body_limit: 0 },
  ),
};
