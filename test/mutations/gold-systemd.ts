import type { Edit, Mutation } from './edits.ts';

/** The model machine whose web server systemd starts, listening on a socket that HAProxy and Apache share. */

const SUPERVISOR = 'deploy/supervisor/observatory.conf';
const APACHE = 'deploy/apache/observatory.conf';
const SITE = 'ansible/site.yml';
const UNIT = 'deploy/systemd/observatory-web.service';
const SOCKET = '/run/observatory/web.sock';

const PROGRAM = `[program:observatory-web]
command=/srv/observatory/venv/bin/gunicorn observatory.wsgi:application --bind 127.0.0.1:8000 --workers 3 --threads 4 --timeout 50 --max-requests 1000 --max-requests-jitter 100
directory=/srv/observatory
user=observatory
environment=DJANGO_SETTINGS_MODULE="observatory.settings.production",PYTHONUNBUFFERED="1"
autostart=true
autorestart=true
stopsignal=TERM
stopwaitsecs=60
stdout_logfile=/var/log/supervisor/observatory-web.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=5
redirect_stderr=true

`;

const SERVICE = `[Unit]
Description=The site of the observatory
After=network-online.target

[Service]
Type=notify
User=observatory
Group=observatory
RuntimeDirectory=observatory
WorkingDirectory=/srv/observatory
EnvironmentFile=/etc/default/observatory
Environment=DJANGO_SETTINGS_MODULE=observatory.settings.production
ExecStart=/srv/observatory/venv/bin/gunicorn observatory.wsgi:application --bind unix:${SOCKET} --workers 3 --threads 4 --timeout 50 --max-requests 1000 --max-requests-jitter 100
ExecReload=/bin/kill -s HUP $MAINPID
Restart=always
TimeoutStopSec=60
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
`;

const TO_SUPERVISOR = '        - { src: ../deploy/supervisor/observatory.conf, dest: /etc/supervisor/conf.d/observatory.conf }\n';

export const UNDER_SYSTEMD: readonly Edit[] = [
  { file: SUPERVISOR, find: PROGRAM, replace: '' },
  { file: UNIT, replace: SERVICE },
  { file: 'deploy/haproxy/haproxy.cfg', find: '127.0.0.1:8000', replace: `unix@${SOCKET}` },
  { file: APACHE, find: 'ProxyPass / http://127.0.0.1:8000/', replace: `ProxyPass / unix:${SOCKET}|http://localhost/` },
  { file: APACHE, find: 'ProxyPassReverse / http://127.0.0.1:8000/', replace: 'ProxyPassReverse / http://localhost/' },
  {
    file: SITE,
    find: TO_SUPERVISOR,
    replace: `${TO_SUPERVISOR}        - { src: ../deploy/systemd/observatory-web.service, dest: /etc/systemd/system/observatory-web.service }\n`,
  },
];

export const SYSTEMD_MUTATIONS: readonly Mutation[] = [
  {
    name: 'nobody makes the folder of the socket',
    edits: [{ file: UNIT, find: 'RuntimeDirectory=observatory\n', replace: '' }],
    expect: ['server/systemd-runtime-directory-missing'],
  },
];
