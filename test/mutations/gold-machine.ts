import type { Edit, Mutation } from './edits.ts';

const edit =
  (file: string) =>
  (find: string, replace: string): readonly Edit[] => [{ file, find, replace }];
const apache = edit('deploy/apache/observatory.conf');
const haproxy = edit('deploy/haproxy/haproxy.cfg');
const supervisor = edit('deploy/supervisor/observatory.conf');
const jenkins = edit('Jenkinsfile');

const UNTRUSTED: Edit = {
  file: 'observatory/settings/production.py',
  find: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
  replace: '',
};

/** Ways to break fixtures/gold-machine in what the machine runs. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'Apache keeps the host to itself',
    edits: apache('    ProxyPreserveHost On\n', ''),
    expect: ['proxy/apache-host-not-preserved'],
  },
  {
    name: 'Apache keeps the scheme to itself',
    edits: apache('    RequestHeader set X-Forwarded-Proto "https"\n', ''),
    expect: ['proxy/https-header-not-sent'],
  },
  {
    name: 'Apache tells no scheme, and Django waits for none',
    edits: [...apache('    RequestHeader set X-Forwarded-Proto "https"\n', ''), UNTRUSTED],
    expect: ['proxy/apache-forwarded-proto-missing', 'settings/proxy-ssl-header-missing'],
  },
  {
    name: 'Apache serves the site on port 80 as well',
    edits: apache(
      '    Redirect permanent / https://domes.observatory.example/\n',
      '    ProxyPreserveHost On\n    RequestHeader set X-Forwarded-Proto "http"\n    ProxyPass / http://127.0.0.1:8000/ timeout=60\n',
    ),
    expect: ['proxy/apache-https-redirect-missing'],
  },
  {
    name: 'Apache lists uploads',
    edits: apache(
      '<Directory /srv/observatory/media>\n    Options -Indexes\n',
      '<Directory /srv/observatory/media>\n    Options +Indexes\n',
    ),
    expect: ['proxy/directory-listing-enabled'],
  },
  {
    name: 'Apache serves the checkout',
    edits: [
      ...apache('    ProxyPass /static/ !\n', '    Alias /help/ /srv/observatory/\n    ProxyPass /help/ !\n    ProxyPass /static/ !\n'),
      ...apache(
        '<Directory /srv/acme>\n',
        '<Directory /srv/observatory>\n    Require all granted\n</Directory>\n\n<Directory /srv/acme>\n',
      ),
    ],
    expect: ['proxy/project-source-served'],
  },
  {
    name: 'Apache offers old versions of TLS',
    edits: apache('SSLProtocol -all +TLSv1.2 +TLSv1.3', 'SSLProtocol all -SSLv3'),
    expect: ['proxy/obsolete-tls-versions'],
  },
  {
    name: 'HAProxy keeps the scheme to itself',
    edits: haproxy('    http-request set-header X-Forwarded-Proto https if { ssl_fc }\n', ''),
    expect: ['proxy/https-header-not-sent'],
  },
  {
    name: 'HAProxy tells no scheme, and Django waits for none',
    edits: [...haproxy('    http-request set-header X-Forwarded-Proto https if { ssl_fc }\n', ''), UNTRUSTED],
    expect: ['proxy/haproxy-forwarded-proto-missing', 'settings/proxy-ssl-header-missing'],
  },
  {
    name: 'HAProxy serves the site on port 80 as well',
    edits: haproxy('    http-request redirect scheme https code 301 if !{ ssl_fc } !acme\n', ''),
    expect: ['proxy/haproxy-https-redirect-missing'],
  },
  {
    name: 'HAProxy keeps the address of the client to itself',
    edits: haproxy('    option forwardfor\n', ''),
    expect: ['proxy/client-address-not-forwarded'],
  },
  {
    name: 'HAProxy offers old versions of TLS',
    edits: haproxy('ssl-min-ver TLSv1.2', 'ssl-min-ver TLSv1.0'),
    expect: ['proxy/obsolete-tls-versions'],
  },
  {
    name: 'supervisor starts the server as root',
    edits: edit('deploy/supervisor/observatory.conf')(
      'jitter 100\ndirectory=/srv/observatory\nuser=observatory\n',
      'jitter 100\ndirectory=/srv/observatory\n',
    ),
    expect: ['server/supervisor-program-runs-as-root'],
  },
  {
    name: 'supervisor does not wait for tasks',
    edits: edit('deploy/supervisor/observatory.conf')('stopwaitsecs=600\n', 'stopwaitsecs=10\n'),
    expect: ['tasks/supervisor-stop-wait-too-short'],
  },
  {
    name: 'a second machine migrates at the same time',
    edits: [
      ...edit('ansible/site.yml')('      run_once: true\n', ''),
      ...edit('ansible/inventory.ini')('[production]\n', '[production]\nsecond.observatory.example ansible_user=deploy\n'),
    ],
    expect: ['database/migrate-on-every-host'],
  },
  {
    name: 'a password outside of the vault',
    edits: edit('ansible/group_vars/production/main.yml')('"{{ vault_postgres_password }}"', 'fS8pQ2vLw0Xk'),
    expect: ['secrets/ansible-secret-literal'],
  },
  {
    name: 'HAProxy shows its state to everybody',
    edits: haproxy('\n\nbackend gunicorn\n', '\n\nlisten state\n    bind :8404\n    stats enable\n    stats uri /\n\nbackend gunicorn\n'),
    expect: ['proxy/haproxy-stats-open'],
  },
  {
    name: 'supervisor schedules twice',
    edits: supervisor('worker --loglevel=info', 'beat --loglevel=info'),
    expect: ['tasks/beat-duplicated'],
  },
  {
    name: 'the worker of supervisor schedules as well',
    edits: supervisor('worker --loglevel=info --concurrency=4', 'worker --beat --loglevel=info --concurrency=4'),
    expect: ['tasks/beat-duplicated', 'tasks/beat-embedded-in-worker'],
  },
  {
    name: 'Jenkins keeps a password in its file',
    edits: jenkins(
      "credentials('observatory-vault')\n",
      "credentials('observatory-vault')\n                DEPLOY_TOKEN = 'q8Zt4vXw9LmR2kPf7sNd'\n",
    ),
    expect: ['ci/secret-literal'],
  },
  {
    name: 'Jenkins deploys what nothing tested',
    edits: jenkins("                sh 'venv/bin/python manage.py test'\n", ''),
    expect: ['ci/deploy-without-tests'],
  },
  {
    name: 'a server that everybody reaches past the proxy',
    edits: edit('deploy/supervisor/observatory.conf')('--bind 127.0.0.1:8000', '--bind 0.0.0.0:8000'),
    expect: ['server/public-bind-behind-proxy'],
  },
  {
    name: 'a second worker by systemd, as root and without a restart',
    edits: [
      {
        file: 'deploy/systemd/night.service',
        replace:
          '[Unit]\nDescription=night\n\n[Service]\nWorkingDirectory=/srv/observatory\nEnvironmentFile=/etc/observatory.env\nExecStart=/srv/observatory/venv/bin/celery -A observatory worker --concurrency=2\nNoNewPrivileges=true\n\n[Install]\nWantedBy=multi-user.target\n',
      },
    ],
    expect: ['server/systemd-restart-missing', 'server/systemd-unit-runs-as-root'],
  },
];
