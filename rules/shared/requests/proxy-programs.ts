import { DOCKERFILE, django, PASS } from '../values/examples.ts';

/** A compose deployment with another program in front than nginx: its image, and its configuration where the image reads it. */
function behind(image: string, file: string, target: string, conf: string, settings: string): Record<string, string> {
  const compose = `services:
  web:
    build: .
  front:
    image: ${image}
    ports: ["80:80", "443:443"]
    volumes:
      - ./${file}:${target}
`;
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose, [file]: conf };
}

/** A compose deployment whose Apache reads the given text as its whole configuration. */
export function behindApache(conf: string, settings = ''): Record<string, string> {
  return behind(
    'httpd:2.4',
    'httpd.conf',
    '/usr/local/apache2/conf/httpd.conf',
    `ServerRoot "/usr/local/apache2"\nListen 80\nListen 443\n${conf}`,
    settings,
  );
}

/** The lines of a virtual host that pass requests on as Django needs them. */
export const APACHE_PASS = `    ProxyPreserveHost On
    RequestHeader set X-Forwarded-Proto "https"
    ProxyPass / http://web:8000/
    ProxyPassReverse / http://web:8000/
`;

/** A virtual host for example.com that ends TLS. */
export function apacheHost(lines: string, mark = ''): string {
  return `<VirtualHost *:443>${mark}
    ServerName example.com
    SSLEngine on
    SSLCertificateFile /usr/local/apache2/conf/site.crt
    SSLCertificateKeyFile /usr/local/apache2/conf/site.key
${lines}</VirtualHost>
`;
}

/** A compose deployment whose HAProxy reads the given text. */
export function behindHaproxy(conf: string, settings = ''): Record<string, string> {
  return behind('haproxy:3.2', 'haproxy.cfg', '/usr/local/etc/haproxy/haproxy.cfg', conf, settings);
}

/** A frontend that ends TLS and passes requests on to the application; the lines go into it. */
export function haproxy(
  lines: string,
  parts: { readonly mark?: string; readonly bind?: string; readonly server?: string; readonly mode?: string } = {},
): string {
  return `defaults
    mode ${parts.mode ?? 'http'}
    timeout connect 5s
    timeout client 30s
    timeout server 60s

frontend site${parts.mark ?? ''}
    bind ${parts.bind ?? ':443 ssl crt /usr/local/etc/haproxy/site.pem'}
${lines}    default_backend app

backend app
    server web web:8000 check${parts.server ?? ''}
`;
}

/** What tells Django the scheme of a request. */
export const HAPROXY_PROTO = '    http-request set-header X-Forwarded-Proto https if { ssl_fc }\n';

/** A location of nginx beside the one that passes requests on. */
export function besidePass(lines: string): string {
  return `${PASS}\n${lines}`;
}

/** A project that Apache runs itself from the checkout in /srv/mysite; the lines go into its virtual host. */
export function modWsgi(
  lines: string,
  parts: { readonly mark?: string; readonly option?: string; readonly settings?: string } = {},
): Record<string, string> {
  const script = `    WSGIScriptAlias / /srv/mysite/mysite/wsgi.py${parts.option ?? ''}${parts.mark ?? ''}\n`;
  return { ...django(parts.settings), 'apache/site.conf': apacheHost(`${lines}${script}`) };
}
