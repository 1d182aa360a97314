import { compose, image, type Mutation, nginx, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'address of the client unknown',
    edits: nginx(
      '            proxy_set_header X-Real-IP $remote_addr;\n            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n',
      '',
    ),
    expect: ['proxy/client-address-not-forwarded'],
  },
  {
    name: 'uploads listed',
    edits: nginx('            alias /srv/media/;\n', '            alias /srv/media/;\n            autoindex on;\n'),
    expect: ['proxy/directory-listing-enabled'],
  },
  {
    name: 'source served',
    edits: [
      ...compose('      - static:/srv/static:ro\n', '      - static:/srv/static:ro\n      - .:/srv/site:ro\n'),
      ...nginx(
        '        location /media/ {\n',
        '        location /help/ {\n            alias /srv/site/;\n        }\n\n        location /media/ {\n',
      ),
    ],
    expect: ['proxy/project-source-served'],
  },
  {
    name: 'stapling without a responder',
    edits: nginx('        ssl_protocols TLSv1.2 TLSv1.3;\n', '        ssl_protocols TLSv1.2 TLSv1.3;\n        ssl_stapling on;\n'),
    expect: ['proxy/ocsp-stapling-obsolete'],
  },
  { name: 'location without slash', edits: nginx('location /static/ {', 'location /static {'), expect: ['proxy/alias-path-traversal'] },
  { name: 'default body limit', edits: nginx('        client_max_body_size 20m;\n', ''), expect: ['proxy/body-limit-below-uploads'] },
  {
    name: 'Cache-Control twice',
    edits: nginx('            alias /srv/static/;\n', '            alias /srv/static/;\n            expires 30d;\n'),
    expect: ['proxy/cache-control-duplicated'],
  },
  {
    name: 'certificates not mounted',
    edits: compose('      - /etc/letsencrypt:/etc/letsencrypt:ro\n', ''),
    expect: ['proxy/certificate-path-missing'],
  },
  {
    name: 'unknown hosts let in',
    edits: nginx(
      '        ssl_reject_handshake on;\n        return 444;\n',
      '        ssl_certificate /etc/letsencrypt/live/library.example/fullchain.pem;\n        ssl_certificate_key /etc/letsencrypt/live/library.example/privkey.pem;\n        location = /ping { return 200; }\n',
    ),
    expect: ['logging/invalid-host-mail-flood', 'proxy/default-server-missing'],
  },
  {
    name: 'scheme from the client',
    edits: nginx('X-Forwarded-Proto $scheme;', 'X-Forwarded-Proto $http_x_forwarded_proto;'),
    expect: ['proxy/forwarded-proto-client-controlled'],
  },
  {
    name: 'scheme not forwarded',
    edits: nginx('            proxy_set_header X-Forwarded-Proto $scheme;\n', ''),
    expect: ['proxy/https-header-not-sent'],
  },
  {
    name: 'scheme neither forwarded nor waited for',
    edits: [
      ...nginx('            proxy_set_header X-Forwarded-Proto $scheme;\n', ''),
      ...setting('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n', ''),
    ],
    expect: ['proxy/forwarded-proto-missing', 'settings/proxy-ssl-header-missing'],
  },
  {
    name: 'another word for HTTPS',
    edits: nginx('X-Forwarded-Proto $scheme;', 'X-Forwarded-Proto $https;'),
    expect: ['proxy/https-header-not-sent'],
  },
  {
    name: 'no referrer for the CSRF check',
    edits: nginx(
      '            proxy_read_timeout 40s;\n',
      '            proxy_read_timeout 40s;\n            proxy_hide_header Referrer-Policy;\n            add_header Referrer-Policy no-referrer always;\n',
    ),
    expect: ['proxy/referrer-policy-breaks-csrf'],
  },
  {
    name: 'upgrades over HTTP/1.0',
    edits: nginx(
      '            proxy_read_timeout 40s;\n',
      '            proxy_read_timeout 40s;\n            proxy_http_version 1.0;\n            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;\n',
    ),
    expect: ['proxy/websocket-over-http-one-zero'],
  },
  {
    name: 'a variable and no resolver',
    edits: nginx('proxy_pass http://library;', 'proxy_pass http://web:8000$request_uri;'),
    expect: ['proxy/resolver-missing'],
  },
  {
    name: 'a placeholder that nothing fills in',
    edits: nginx('server web:8000;', 'server ${APP_HOST}:8000;'),
    expect: ['proxy/template-placeholders-not-rendered'],
  },
  {
    name: 'host not forwarded',
    edits: nginx('            proxy_set_header Host $host;\n', ''),
    expect: ['proxy/host-header-not-forwarded'],
  },
  {
    name: 'headers of the server lost',
    edits: nginx(
      '        client_max_body_size 20m;\n',
      '        client_max_body_size 20m;\n        proxy_set_header Forwarded-By library;\n        proxy_set_header X-Forwarded-Proto $scheme;\n        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n        location /api/ {\n            proxy_pass http://library;\n            proxy_read_timeout 40s;\n            proxy_set_header Host $host;\n        }\n',
    ),
    expect: ['proxy/proxy-headers-shadowed'],
  },
  {
    name: 'http2 on listen',
    edits: nginx('        listen 443 ssl;\n        http2 on;\n', '        listen 443 ssl http2;\n'),
    expect: ['proxy/http2-listen-deprecated'],
  },
  {
    name: 'port 80 serves',
    edits: nginx(
      '            return 301 https://$host$request_uri;',
      '            proxy_pass http://library;\n            proxy_set_header Host $host;\n            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n            proxy_set_header X-Forwarded-Proto $scheme;\n            proxy_read_timeout 40s;\n            client_max_body_size 20m;',
    ),
    expect: ['proxy/https-redirect-missing'],
  },
  {
    name: 'old TLS',
    edits: nginx('ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_protocols TLSv1.1 TLSv1.2;'),
    expect: ['proxy/obsolete-tls-versions'],
  },
  {
    name: 'header twice',
    edits: nginx(
      '            proxy_read_timeout 40s;\n        }\n    }\n',
      '            proxy_read_timeout 40s;\n            add_header X-Frame-Options "DENY" always;\n        }\n    }\n',
    ),
    expect: ['proxy/security-header-duplicated'],
  },
  {
    name: 'header shadowed',
    edits: [
      ...nginx(
        '        client_max_body_size 20m;\n',
        '        client_max_body_size 20m;\n        add_header Referrer-Policy same-origin always;\n',
      ),
    ],
    expect: ['proxy/security-headers-shadowed', 'proxy/security-header-duplicated'],
  },
  { name: 'proxy waits too long', edits: nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 300s;'), expect: [] },
  {
    name: 'proxy gives up',
    edits: [...image('"--threads", "2", "--timeout", "30"', '"--timeout", "50"')],
    expect: ['proxy/timeout-below-server-timeout'],
  },
  {
    name: 'sync workers killed early',
    edits: [...image('"--threads", "2", ', ''), ...nginx('proxy_read_timeout 40s;', 'proxy_read_timeout 300s;')],
    expect: ['proxy/timeout-above-server-timeout'],
  },
  { name: 'wrong port', edits: nginx('server web:8000;', 'server web:8080;'), expect: ['proxy/upstream-mismatch'] },
  { name: 'version told', edits: nginx('    server_tokens off;\n', ''), expect: ['proxy/version-disclosed'] },
  {
    name: 'another host and no origins',
    edits: [
      ...nginx('proxy_set_header Host $host;', ''),
      ...setting('CSRF_TRUSTED_ORIGINS = ["https://library.example", "https://www.library.example"]', ''),
    ],
    expect: ['proxy/host-header-not-forwarded', 'settings/csrf-origin-missing-behind-proxy'],
  },
  {
    name: 'no HTTPS anywhere',
    edits: [
      ...nginx('        listen 443 ssl;\n        http2 on;\n', '        listen 80;\n'),
      ...nginx(
        '        server_name library.example www.library.example;\n\n        location /.well-known',
        '        server_name old.library.example;\n\n        location /.well-known',
      ),
    ],
    expect: ['proxy/https-missing'],
  },
];
