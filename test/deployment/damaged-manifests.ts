/** A file of one system of production, to be damaged: what it reads as, and fragments of its syntax. */
export interface Manifest {
  readonly path: string;
  readonly sample: string;
  readonly pieces: readonly string[];
  /** The container that reads it, and where it looks for it. */
  readonly container?: { readonly image: string; readonly file: string; readonly command?: string };
  /** Another of these manifests without which nobody reads it. */
  readonly needs?: string;
}

const KUBERNETES = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: acme/mysite:1
          args: [gunicorn, mysite.wsgi, --bind, '0.0.0.0:$(PORT)']
          env: [{name: PORT, value: '8000'}, {name: A, valueFrom: {secretKeyRef: {name: keys, key: a}}}]
          envFrom: [{configMapRef: {name: settings}, prefix: X_}]
          ports: [{name: http, containerPort: 8000, hostPort: 80}]
          readinessProbe: {httpGet: {path: /up, port: http}}
          volumeMounts: [{name: media, mountPath: /media, subPath: a}]
      volumes: [{name: media, configMap: {name: settings, items: [{key: A, path: b}]}}]
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
data: {a: c2VjcmV0}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site, annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 8m}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [acme.io, '*.acme.io']}]
  rules: [{host: acme.io, http: {paths: [{path: /a(/|$)(.*), backend: {service: {name: app, port: {number: 80}}}}]}}]
`;
const YAML = [
  '\n',
  '---\n',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '*a ',
  '&a ',
  '<<: *a\n',
  '|\n  ',
  '>-\n',
  "'",
  '"',
  '#',
  '~',
  '!!x ',
  '{{ ',
  ' }}',
  '${',
  'null',
  '-1',
  '\t',
  '0x',
];
const OBJECTS = [
  ...YAML,
  'kind: ConfigMap\n',
  'kind: HorizontalPodAutoscaler\n',
  'kind: List\nitems:\n',
  'apiVersion: v1\n',
  'spec: ',
  'data:\n  ',
  '\nspec:\n  containers:\n',
  'valueFrom: ',
  '$(PORT)',
  'targetPort: ',
  'selector: ',
  'initContainers: ',
];
const KUSTOMIZATION = `resources: [web.yaml]
namePrefix: acme-
namespace: live
commonLabels: {app: web}
configMapGenerator: [{name: settings, literals: [A=1], envs: [a.env], files: [b=web.yaml]}]
vars: [{name: OTHER}]
images: [{name: acme/mysite, newTag: '2'}]
replicas: [{name: web, count: 3}]
patches:
  - target: {kind: Deployment, name: web|a.*, labelSelector: app=web}
    patch: |-
      - {op: replace, path: /spec/template/spec/containers/0/args/-, value: x}
      - {op: move, from: /spec/replicas, path: /spec/a~1b}
  - patch: '{kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: old, $patch: delete}]}}}}'
replacements:
  - source: {kind: Secret, fieldPath: data.a}
    targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=web].env.*.value', 'a.b\\.c.-'], options: {create: true}}]
`;
const PATCHES = [
  ...YAML,
  'op: copy, ',
  'from: /spec, ',
  'path: /spec/0/',
  'path: /, ',
  'value: ',
  'resources: [.]\n',
  'bases: [..]\n',
  'components: [../k8s]\n',
  '$(OTHER)',
  '$patch: replace, ',
  'transformers: [a]\n',
  'fieldPaths: ',
  'targets: ',
  'select: ',
  '[name=',
  '.*',
  'behavior: merge, ',
];
const TEMPLATE = `{{- $name := include "app.name" . -}}
{{- if .Values.web }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}-web
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 2 }}
  template:
    spec:
      containers:
        {{- range $key, $one := .Values.more }}
        - name: {{ $key }}
        {{- end }}
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          args: ["gunicorn", "mysite.wsgi", "--bind", "{{ .Values.bind }}"]
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- else }}
          resources: {}
          {{- end }}
{{- end }}
`;
const GO = [
  ...YAML,
  '{{- if .Values.web }}\n',
  '{{ else }}',
  '{{ else if not .Values.a }}',
  '{{- end }}\n',
  '{{ with .Values.resources }}',
  '{{ range .Values.more }}',
  '{{ define "x" }}',
  '{{ $a := .Values.web }}',
  '{{ $a }}',
  '{{ . | nindent 4 }}',
  '{{ toYaml .Values | indent 2 }}',
  '{{ .Values.image.repository | default "x" | quote }}',
  '{{/* c */}}',
];
const HCL = [
  '{',
  '}',
  ' = ',
  '"',
  '${',
  '<<-EOT\n',
  'EOT\n',
  '[',
  ']',
  'for a in b : ',
  '? a : b',
  'var.',
  'local.',
  'each.key',
  'module "a" {\n source = "./"\n',
  'count = 2\n',
  'dynamic "x" {',
  'jsonencode(',
  ')',
  '#',
  '/*',
  '\n',
];
const SHELL = ['&& ', '|| ', '$(', ')', '"', "'", '${A:-', '}', 'python manage.py migrate\n', 'docker compose up -d\n', '<<E\n', 'cd x\n'];

/** Where other systems than compose keep what they start. */
export const MANIFESTS: readonly Manifest[] = [
  { path: 'k8s/web.yaml', sample: KUBERNETES, pieces: OBJECTS },
  { path: 'k8s/kustomization.yaml', sample: KUSTOMIZATION, pieces: PATCHES },
  { path: 'chart/templates/web.yaml', sample: TEMPLATE, pieces: GO },
  {
    path: 'chart/values.yaml',
    sample: 'web: true\nimage: {repository: acme/mysite, tag: 1}\nresources: {limits: {cpu: 1}}\nmore: [a]\nbind: ":8000"\n',
    pieces: YAML,
  },
  {
    path: 'Caddyfile',
    container: { image: 'caddy:2', file: '/etc/caddy/Caddyfile' },
    sample:
      '{\n  email a@b.c\n}\n(common) {\n  encode gzip\n}\nacme.io, www.acme.io {\n  import common\n  @static path /static/*\n  handle_path /static/* {\n    root * /srv\n    file_server browse\n  }\n  reverse_proxy web:8000 {\n    header_up Host {host}\n  }\n}\n',
    pieces: [
      '{',
      '}',
      '\n',
      '@a ',
      'import ',
      'import common\n',
      '(a) {\n',
      'handle ',
      'route ',
      '`',
      '"',
      '{$A:b}',
      '{args[0]}',
      '\\',
      '#',
      ':80',
      '<<E\n',
    ],
  },
  {
    path: 'traefik/dynamic.yml',
    container: { image: 'traefik:3', file: '/etc/traefik/dynamic.yml', command: '--providers.file.filename=/etc/traefik/dynamic.yml' },
    sample:
      'http:\n  routers:\n    web: {rule: "Host(`acme.io`) && PathPrefix(`/a`)", service: web, middlewares: [a], tls: {}}\n  middlewares:\n    a: {headers: {stsSeconds: 1}}\n    b: {chain: {middlewares: [a, b]}}\n  services:\n    web: {loadBalancer: {servers: [{url: "http://web:8000"}]}}\n',
    pieces: [...YAML, 'rule: ', 'Host(', '`', '||', '&&', '!', '(', ')', 'chain: {middlewares: [b]}', 'entryPoints: ', 'redirectScheme: '],
  },
  {
    path: 'haproxy.cfg',
    container: { image: 'haproxy:3', file: '/usr/local/etc/haproxy/haproxy.cfg' },
    sample:
      'defaults\n  mode http\n  timeout server 30s\nfrontend web\n  bind :80\n  bind :443 ssl crt /a.pem\n  acl s path_beg /static\n  http-request redirect scheme https unless { ssl_fc }\n  use_backend files if s\n  default_backend app\nbackend app\n  server a web:8000 check\n',
    pieces: [
      '\n',
      'frontend a\n',
      'backend app\n',
      'defaults\n',
      'listen ',
      'bind ',
      'use_backend ',
      'if ',
      '{ ',
      ' }',
      '"',
      '\\',
      '%[',
      'server ',
      'timeout ',
      '#',
    ],
  },
  {
    path: 'apache/site.conf',
    container: { image: 'httpd:2.4', file: '/usr/local/apache2/conf/httpd.conf' },
    sample:
      '<VirtualHost *:443>\n  ServerName acme.io\n  SSLEngine on\n  WSGIScriptAlias / /srv/mysite/wsgi.py\n  WSGIDaemonProcess a python-path=/srv threads=4\n  <Location /static>\n    Require all granted\n  </Location>\n  RewriteEngine On\n  RewriteRule ^/(.*)$ https://acme.io/$1 [R=301,L]\n  ProxyPass / http://web:8000/\n</VirtualHost>\n',
    pieces: [
      '<VirtualHost *:80>\n',
      '</VirtualHost>\n',
      '<If ',
      '>',
      '<',
      '/>',
      '\\\n',
      '"',
      '${A}',
      '%{HTTPS}',
      'Include *\n',
      'Define A b\n',
      '<Macro a>\n',
      'Use a\n',
      'ProxyPass ',
      '#',
    ],
  },
  {
    path: 'terraform/main.tf',
    sample:
      'variable "a" { default = "b" }\nlocals { c = "${var.a}-1" }\nresource "aws_db_instance" "db" {\n  engine = "postgres"\n  tags = { a = local.c, b = [1, 2] }\n  publicly_accessible = var.a == "b" ? true : false\n}\nmodule "x" {\n  source = "./x"\n  a = var.a\n}\n',
    pieces: HCL,
  },
  {
    path: 'template.yaml',
    sample:
      'AWSTemplateFormatVersion: "2010-09-09"\nParameters: {A: {Type: String, Default: b}}\nConditions: {C: !Equals [!Ref A, b]}\nResources:\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - {Name: web, Image: !Sub "acme/mysite:${A}", Command: [gunicorn, mysite.wsgi], Environment: [{Name: A, Value: !If [C, 1, !Ref B]}]}\n',
    pieces: [...YAML, '!Ref ', '!Sub ', '!If [', '!GetAtt a.b', 'Fn::Join: ', '!Ref Task', 'Properties:\n', 'Type: AWS::RDS::DBInstance\n'],
  },
  {
    path: 'ecs/task-definition.json',
    sample:
      '{"family": "web", "cpu": "256", "containerDefinitions": [{"name": "web", "image": "acme/mysite:1", "command": ["gunicorn", "mysite.wsgi"], "environment": [{"name": "A", "value": "b"}], "secrets": [{"name": "B", "valueFrom": "arn"}], "portMappings": [{"containerPort": 8000}], "healthCheck": {"command": ["CMD-SHELL", "curl -f localhost"]}}]}',
    pieces: ['{', '}', '[', ']', '"', ',', ':', 'null', '-1', '"command": ', '"healthCheck": ', '"dependsOn": [', '<IMAGE>', '${A}', '\\u'],
  },
  {
    path: 'ansible/site.yml',
    sample:
      '- hosts: production\n  become: true\n  vars: {dir: /srv, name: "{{ dir }}/x"}\n  vars_files: [a.yml]\n  roles: [web]\n  tasks:\n    - name: unit\n      template: {src: a.service.j2, dest: "/etc/systemd/system/{{ name }}.service"}\n    - command: python manage.py migrate\n      args: {chdir: "{{ dir }}"}\n      when: a is defined\n      with_items: [a, b]\n    - include_tasks: site.yml\n',
    pieces: [
      ...YAML,
      '{% if a %}',
      '{{ dir }}',
      '{{ name }}',
      'include_tasks: site.yml\n',
      'import_playbook: site.yml\n',
      'block:\n',
      'shell: ',
      'loop: ',
      'roles: [',
      'hosts: ',
    ],
  },
  {
    path: 'supervisor/app.conf',
    sample:
      '[unix_http_server]\nfile=/tmp/s.sock\n[program:web]\ncommand=gunicorn mysite.wsgi --bind %(ENV_HOST)s:8000 ; comment\ndirectory=/srv\nenvironment=A="b",C=\'d\'\nuser=www\n[group:all]\nprograms=web,web\n[include]\nfiles=*.conf\n',
    pieces: [
      '[program:',
      ']',
      '[',
      '=',
      '\n',
      '\n  ',
      ';',
      '%(',
      ')s',
      '%(ENV_A)s',
      '"',
      "'",
      'environment=',
      'command=',
      'numprocs=9\n',
      'files=app.conf\n',
    ],
  },
  {
    path: '.gitlab-ci.yml',
    sample:
      'stages: [test, deploy]\nvariables: {A: b}\n.base: &base {image: python:3.12, before_script: [pip install -r r.txt]}\ntest:\n  extends: .base\n  script: [python manage.py test, !reference [.base, before_script]]\ndeploy:\n  stage: deploy\n  needs: [test]\n  rules: [{if: "$CI_COMMIT_BRANCH == \\"main\\""}]\n  script: docker compose up -d\ninclude: [{local: a.yml}]\n',
    pieces: [
      ...YAML,
      ...SHELL,
      'extends: test\n',
      '!reference [',
      'needs: ',
      'rules: ',
      'script:\n',
      'include: .gitlab-ci.yml\n',
      'default: ',
    ],
  },
  {
    path: '.circleci/config.yml',
    sample:
      'version: 2.1\norbs: {a: b/c@1}\nexecutors: {x: {docker: [{image: "cimg/python:3.12"}]}}\ncommands: {go: {parameters: {p: {type: string}}, steps: [{run: "echo << parameters.p >>"}, go]}}\njobs:\n  test: {executor: x, steps: [checkout, {go: {p: 1}}, {run: {command: python manage.py test}}]}\nworkflows: {all: {jobs: [test, {test: {requires: [test], filters: {branches: {only: main}}}}]}}\n',
    pieces: [...YAML, ...SHELL, '<< parameters.p >>', 'when: ', 'steps: ', 'jobs: ', 'requires: [test]', 'go', 'matrix: '],
  },
  {
    path: 'bitbucket-pipelines.yml',
    sample:
      'image: python:3.12\ndefinitions: {steps: [{step: &t {name: t, script: [python manage.py test]}}]}\npipelines:\n  default: [{step: *t}]\n  branches: {main: [{parallel: [{step: *t}]}, {step: {deployment: production, script: [{pipe: a/b:1, variables: {A: $B}}]}}]}\n',
    pieces: [...YAML, ...SHELL, 'parallel: ', 'step: ', 'stage: ', 'pipe: ', 'script: ', 'services: [db]', '*t '],
  },
  {
    path: 'Jenkinsfile',
    sample:
      "pipeline {\n  agent { docker { image 'python:3.12' } }\n  environment { A = credentials('a') }\n  stages {\n    stage('Test') {\n      when { branch 'main' }\n      steps { sh '''python manage.py test\n'''\n        sh \"docker push ${A}\"\n        withCredentials([string(credentialsId: 'b', variable: 'B')]) { sh 'x' } }\n    }\n  }\n}\n",
    pieces: [
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      "'",
      '"',
      "'''",
      '"""',
      '${',
      '$/',
      '/',
      '//',
      '/*',
      'sh ',
      'stage(',
      'steps {',
      'script {',
      'parallel {',
      'node {',
      '\n',
      '\\',
    ],
  },
  {
    path: 'render.yaml',
    sample:
      'services:\n  - type: web\n    name: a\n    env: python\n    buildCommand: pip install -r r.txt\n    startCommand: gunicorn mysite.wsgi\n    preDeployCommand: python manage.py migrate\n    envVars: [{key: A, value: b}, {key: C, generateValue: true}, {fromGroup: g}]\ndatabases: [{name: db}]\nenvVarGroups: [{name: g, envVars: []}]\n',
    pieces: [...YAML, ...SHELL, 'fromGroup: g', 'services: ', 'type: worker\n', 'envVars: '],
  },
  {
    path: 'fly.toml',
    sample:
      "app = 'a'\n[build]\ndockerfile = 'Dockerfile'\n[env]\nA = 'b'\n[processes]\napp = 'gunicorn mysite.wsgi'\n[[services]]\ninternal_port = 8000\n[[services.ports]]\nport = 443\nhandlers = ['tls']\n[deploy]\nrelease_command = 'python manage.py migrate'\n",
    pieces: ['[', ']', '[[', ']]', '=', "'", '"', "'''", '\n', '{', '}', '1e9', '[http_service]\n', 'release_command = ', '#', '.'],
  },
  {
    path: 'app.json',
    needs: 'Procfile',
    sample:
      '{"formation": {"web": {"quantity": 1}}, "env": {"A": "b", "C": {"generator": "secret"}}, "scripts": {"postdeploy": "python manage.py migrate"}, "addons": ["heroku-postgresql"], "buildpacks": [{"url": "x"}]}',
    pieces: ['{', '}', '[', ']', '"', ',', ':', 'null', '1', '"scripts": ', '\\', 'true'],
  },
  {
    path: 'Procfile',
    sample: 'release: python manage.py migrate\nweb: gunicorn mysite.wsgi --bind :$PORT\nworker: celery -A mysite worker\n',
    pieces: [...SHELL, ':', 'web: ', '\n', '$PORT', '-'],
  },
];
