import { describe, expect, test } from 'vitest';
import { MAX_TEMPLATE_PARTS, MAX_TEMPLATE_TEXT } from '../../src/core/limits.ts';
import { build, DOCKERFILE, deployment, ids, only, project } from './projects.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 40
      securityContext: {runAsUser: 1000}
      initContainers:
        - name: migrate
          image: registry.acme.io/mysite:1
          command: [python, manage.py, migrate]
      containers:
        - name: web
          image: registry.acme.io/mysite:1
          args: [gunicorn, mysite.wsgi, --bind, '0.0.0.0:$(PORT)']
          envFrom:
            - configMapRef: {name: settings}
            - secretRef: {name: keys}
          env:
            - name: PORT
              value: '8000'
            - name: SECRET_KEY
              valueFrom:
                secretKeyRef: {name: keys, key: key}
            - name: POD
              valueFrom:
                fieldRef: {fieldPath: status.podIP}
          ports:
            - {name: http, containerPort: 8000}
          readinessProbe:
            httpGet:
              path: /up
              port: http
              httpHeaders:
                - {name: Host, value: acme.io}
          resources:
            requests: {cpu: 250m, memory: 256Mi}
            limits: {cpu: 500m}
          volumeMounts:
            - {name: media, mountPath: /media}
            - {name: cache, mountPath: /cache}
      volumes:
        - name: media
          persistentVolumeClaim: {claimName: uploads}
        - name: cache
          emptyDir: {}
`;
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  DEBUG: 'false'
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
data:
  key: c2VjcmV0
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: app}
spec:
  selector: {app: web}
  ports:
    - {name: http, port: 80, targetPort: http}
`;
const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  ingressClassName: nginx
  tls:
    - hosts: [acme.io]
      secretName: cert
  rules:
    - host: acme.io
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: app
                port: {name: http}
`;

const plain = (files: Record<string, string> = {}) => ({
  ...project(),
  Dockerfile: DOCKERFILE,
  'k8s/web.yaml': WEB,
  'k8s/config.yaml': CONFIG,
  'k8s/service.yaml': SERVICE,
  'k8s/ingress.yaml': INGRESS,
  ...files,
});

describe('a folder of plain manifests', () => {
  test('gives what a container runs, sees and may use', async () => {
    const web = only(await deployment(plain(), 'k8s'));
    expect(web).toMatchObject({
      name: 'web',
      role: 'web',
      replicas: { value: 2 },
      user: { value: '1000' },
      cpus: { value: 0.5 },
      memory: null,
      requests: { cpu: { value: '250m' }, memory: { value: '256Mi' } },
      stopGrace: { value: 40 },
      exposed: [{ name: 'http', port: { value: 8000 } }],
      server: { software: 'gunicorn', binds: { items: [{ port: 8000 }] } },
      settings: { file: 'mysite/settings.py' },
      image: { build: { dockerfile: 'Dockerfile' } },
      probes: [{ kind: 'readiness', http: { path: { value: '/up' }, host: { value: 'acme.io' } } }],
    });
    expect(web.steps.map((one) => one.management?.name)).toEqual(['migrate']);
    expect(web.mounts.items.map(({ kind, source, target }) => [kind, source, target])).toEqual([
      ['named', 'uploads', '/media'],
      ['anonymous', 'web/cache', '/cache'],
    ]);
  });

  test('takes variables from objects, the pod and the services beside it', async () => {
    const { variables, closed } = only(await deployment(plain(), 'k8s')).environment;
    expect(closed).toBe(true);
    expect(variables.get('DEBUG')).toMatchObject({ kind: 'known', value: 'false' });
    expect(variables.get('SECRET_KEY')).toMatchObject({ kind: 'known', value: 'secret' });
    expect(variables.get('POD')).toMatchObject({ kind: 'unknown' });
    expect(variables.get('APP_PORT')).toMatchObject({ kind: 'unknown' });
    const without = { 'k8s/web.yaml': WEB.replace('    spec:\n      term', '    spec:\n      enableServiceLinks: false\n      term') };
    expect(only(await deployment(plain(without), 'k8s')).environment.variables.has('APP_PORT')).toBe(false);
  });

  test('leaves open what an absent object may give', async () => {
    const { environment } = only(await deployment(plain({ 'k8s/config.yaml': CONFIG.split('---')[0] ?? '' }), 'k8s'));
    expect(environment.closed).toMatchObject({ because: 'the Secret keys is not in the repository' });
    expect(environment.variables.get('SECRET_KEY')).toMatchObject({ kind: 'unknown', why: 'opaque-env' });
    expect(environment.variables.get('PORT')).toMatchObject({ value: '8000' });
  });

  test('follows an Ingress through its service to the server', async () => {
    const { proxy } = await deployment(plain(), 'k8s');
    expect(proxy?.servers[0]).toMatchObject({ software: 'ingress', names: [{ text: 'acme.io' }] });
    expect(proxy?.servers[0]?.locations[0]?.upstreams.items[0]).toMatchObject({ link: 'proven', process: { name: 'web' } });
    expect(proxy?.terminatesTls().answer).toBe('yes');
    expect(proxy?.redirectsToHttps().answer).toBe('yes');
    const open = INGRESS.replace(/ {2}tls:\n.*\n.*\n/, '');
    expect((await deployment(plain({ 'k8s/ingress.yaml': open }), 'k8s')).proxy?.terminatesTls().answer).toBe('no');
  });

  test('an Ingress that rewrites paths says of none what the application sees', async () => {
    const rewriting = INGRESS.replace('site}', 'site, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}').replace(
      'path: /\n',
      'path: /app(/|$)(.*)\n',
    );
    const { proxy } = await deployment(plain({ 'k8s/ingress.yaml': rewriting }), 'k8s');
    expect(proxy?.servers[0]?.locations[0]).toMatchObject({
      match: { kind: 'regex', path: '/app(/|$)(.*)' },
      complete: { because: 'the Ingress rewrites the paths' },
    });
    const whole = await deployment(plain(), 'k8s');
    expect(whole.proxy?.servers[0]?.locations[0]).toMatchObject({ match: { kind: 'prefix', path: '/' }, complete: true });
  });

  test('an autoscaler, a template hole and a name for development change what counts', async () => {
    const scaler =
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  scaleTargetRef: {kind: Deployment, name: web}\n  maxReplicas: 9\n';
    expect(only(await deployment(plain({ 'k8s/hpa.yaml': scaler }), 'k8s')).replicas).toMatchObject({ value: 9 });
    const hole = plain({ 'k8s/web.yaml': WEB.replace('replicas: 2', 'replicas: ${COUNT}') });
    expect(only(await deployment(hole, 'k8s')).replicas).toMatchObject({ kind: 'unknown' });
    const { deployments, setAside } = await build({ ...project(), Dockerfile: DOCKERFILE, 'k8s/dev/web.yaml': WEB });
    expect(deployments.map((one) => one.id)).toEqual(['Dockerfile']);
    expect(setAside).toEqual([{ id: 'k8s/dev', because: '"dev" names it for another purpose' }]);
  });

  test('images that are never pulled are of the cluster of a developer', async () => {
    const policy = (name: string) => ({
      'k8s/web.yaml': WEB.replace('          args: [gunicorn', `          imagePullPolicy: ${name}\n          args: [gunicorn`),
    });
    expect((await build(plain(policy('Never')))).setAside).toEqual([{ id: 'k8s', because: expect.stringContaining('never pulled') }]);
    expect(await ids(plain(policy('IfNotPresent')))).toEqual(['k8s']);
  });

  test('only an image that must be the own one is taken for it', async () => {
    const sidecar = WEB.replace('      volumes:\n', '        - {name: agent, image: vendor.io/agent:2}\n      volumes:\n');
    const found = await deployment(plain({ 'k8s/web.yaml': sidecar }), 'k8s');
    expect(found.processes.map((one) => [one.name, one.image?.build?.dockerfile ?? null])).toEqual([
      ['web/web', 'Dockerfile'],
      ['web/agent', null],
    ]);
  });
});

describe('an overlay of kustomize', () => {
  const overlay = (text: string, files: Record<string, string> = {}) => ({
    ...project(),
    Dockerfile: DOCKERFILE,
    'k8s/base/kustomization.yaml':
      'resources: [web.yaml, service.yaml, keys.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [DEBUG=false, A=1]\n',
    'k8s/base/web.yaml': WEB,
    'k8s/base/service.yaml': SERVICE,
    'k8s/base/keys.yaml': CONFIG.split('---\n')[1] ?? '',
    'k8s/overlays/dev/kustomization.yaml': 'resources: [../../base]\n',
    'k8s/overlays/prod/kustomization.yaml': `resources: [../../base]\n${text}`,
    ...files,
  });
  const PROD = 'k8s/overlays/prod';

  test('is the deployment, its base and those for development are none', async () => {
    expect(await ids(overlay(''))).toEqual([PROD]);
    expect(only(await deployment(overlay(''), PROD)).environment.variables.get('A')).toMatchObject({ value: '1' });
  });

  test('lays patches, images and replicas over its base', async () => {
    const text = `patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          spec:
            containers:
              - name: web
                env:
                  - {name: PORT, value: '9000'}
                  - {name: EXTRA, value: more}
  - target: {kind: Deployment, name: web}
    patch: |-
      - op: replace
        path: /spec/template/spec/terminationGracePeriodSeconds
        value: 90
replicas:
  - {name: web, count: 5}
images:
  - {name: registry.acme.io/mysite, newName: ghcr.io/acme/mysite, newTag: '7'}
configMapGenerator:
  - name: settings
    behavior: merge
    literals: [A=2]
    envs: [prod.env]
`;
    const files = overlay(text, { 'k8s/overlays/prod/prod.env': '# ours\nB=three words\n' });
    const web = only(await deployment(files, PROD));
    expect(web).toMatchObject({ replicas: { value: 5 }, stopGrace: { value: 90 }, server: { binds: { items: [{ port: 9000 }] } } });
    const given = (name: string) => web.environment.variables.get(name);
    expect([given('EXTRA'), given('A'), given('B'), given('DEBUG')]).toMatchObject(
      ['more', '2', 'three words', 'false'].map((value) => ({ value })),
    );
    const origin = given('EXTRA')?.kind === 'known' ? given('EXTRA') : null;
    const at = origin?.kind === 'known' && origin.origin.step === 'env' ? origin.origin.at : undefined;
    expect(files['k8s/overlays/prod/kustomization.yaml']?.slice(at?.start, at?.end)).toBe('more');
  });

  test('renames objects with what refers to them, and says what is not in view', async () => {
    const found = await deployment(overlay('namePrefix: acme-\nresources:\n'.replace('resources:\n', '')), PROD);
    expect(found.kubernetes?.objects.items.map((one) => one.name)).toEqual(['acme-web', 'acme-app', 'acme-keys', 'acme-settings']);
    expect(only(found).environment.variables.get('A')).toMatchObject({ value: '1' });
    const remote = overlay('', { 'k8s/base/kustomization.yaml': 'resources: [web.yaml, "https://acme.io/more.yaml"]\n' });
    expect((await deployment(remote, PROD)).kubernetes?.objects.complete).toMatchObject({ because: expect.stringContaining('acme.io') });
  });

  test('a field that a replacement fills in is not known, and the others are', async () => {
    const text = `replacements:
  - source: {kind: ConfigMap, fieldPath: data.A}
    targets:
      - select: {kind: Deployment, name: web}
        fieldPaths:
          - spec.template.spec.containers.[name=web].env.[name=PORT].value
          - spec.replicas
      - select: {kind: Secret}
        fieldPaths: [stringData.key]
  - path: more.yaml
`;
    const more = 'source: {kind: ConfigMap, fieldPath: data.A}\ntargets:\n  - select: {name: settings}\n    fieldPaths: [data.DEBUG]\n';
    const web = only(await deployment(overlay(text, { 'k8s/overlays/prod/more.yaml': more }), PROD));
    const given = (name: string) => web.environment.variables.get(name);
    expect([given('PORT'), given('DEBUG'), given('A'), given('SECRET_KEY')]).toMatchObject([
      { kind: 'unknown' },
      { kind: 'unknown' },
      { value: '1' },
      { kind: 'unknown' },
    ]);
    expect(web.replicas).toMatchObject({ kind: 'unknown' });
    expect(web.stopGrace).toMatchObject({ value: 40 });
  });

  test('a replacement without a field that can be told leaves nothing known of what it may select', async () => {
    const text =
      "replacements:\n  - source: {kind: ConfigMap}\n    targets:\n      - select: {kind: ConfigMap}\n        fieldPaths: ['data[0]']\n";
    const web = only(await deployment(overlay(text), PROD));
    expect(web.environment.variables.get('A')).toBeUndefined();
    expect(web.environment.closed).toMatchObject({ because: expect.any(String) });
    expect(await ids(overlay('replacements: [{path: absent.yaml}]\n'))).toEqual(['Dockerfile']);
  });

  test('texts that refer to a variable of kustomize are not known, those of Kubernetes are', async () => {
    const vars = 'vars:\n  - name: NAME\n    objref: {kind: Service, name: app, apiVersion: v1}\n';
    const base = WEB.replace("value: '8000'", "value: '8000'\n            - {name: HOST, value: '$(NAME).internal'}");
    const web = only(await deployment(overlay(vars, { 'k8s/base/web.yaml': base }), PROD));
    expect(web.environment.variables.get('HOST')).toMatchObject({ kind: 'unknown' });
    expect(web.server).toMatchObject({ binds: { items: [{ port: 8000 }] } });
  });

  test('a patch that is not in view leaves its target open, one for another object changes nothing', async () => {
    const patch = (target: string) => `patches:\n  - {path: made-by-the-pipeline.yaml, target: ${target}}\n`;
    expect(await ids(overlay(patch('{kind: Deployment}')))).toEqual(['Dockerfile']);
    expect(only(await deployment(overlay(patch('{kind: Service}')), PROD)).replicas).toMatchObject({ value: 2 });
    const selecting = patch('{labelSelector: app in (web)}').replace('made-by-the-pipeline.yaml', 'p.yaml');
    const written = { 'k8s/overlays/prod/p.yaml': '- {op: replace, path: /spec/replicas, value: 9}\n' };
    expect(await ids(overlay(selecting, written))).toEqual(['Dockerfile']);
  });

  test('an env file that is not in the repository leaves the names open', async () => {
    const text = 'secretGenerator:\n  - name: keys\n    behavior: replace\n    envs: [.env]\n';
    const { environment } = only(await deployment(overlay(text), PROD));
    expect(environment.closed).toMatchObject({ because: 'Secret keys: k8s/overlays/prod/.env is not in the repository' });
  });
});

describe('a Helm chart', () => {
  const TEMPLATE = `{{- $name := include "app.fullname" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}-web
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      labels:
        {{- include "app.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          args: ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:{{ .Values.port }}"]
          env:
            - name: DEBUG
              value: {{ .Values.debug | quote }}
            {{- range $key, $value := .Values.more }}
            - name: {{ $key }}
              value: {{ $value | quote }}
            {{- end }}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- if .Values.probes }}
          readinessProbe:
            httpGet: {path: /up, port: 8000}
          {{- end }}
---
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec: {rules: []}
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "app.fullname" . }}
spec:
  selector:
    {{- include "app.labels" . | nindent 4 }}
  ports: [{port: 80, targetPort: 8000}]
`;
  const VALUES =
    'replicas: 2\nport: 8000\ndebug: false\nimage: {repository: acme/mysite}\nprobes: true\nresources: {}\ningress: {enabled: false}\n';
  const chart = (files: Record<string, string> = {}) => ({
    ...project(),
    Dockerfile: DOCKERFILE,
    'chart/Chart.yaml': 'apiVersion: v2\nname: mysite\nversion: 1.0.0\n',
    'chart/values.yaml': VALUES,
    'chart/templates/web.yaml': TEMPLATE,
    ...files,
  });

  test('is read with its values; what they leave open is open, and nothing more', async () => {
    const found = await deployment(chart(), 'chart');
    const web = only(found);
    expect(web).toMatchObject({
      name: 'web',
      replicas: { value: 2 },
      server: { binds: { items: [{ port: 8000 }] } },
      probes: [{ kind: 'readiness' }],
    });
    expect(web.environment.variables.get('DEBUG')).toMatchObject({ value: 'false' });
    expect(web.environment.closed).toMatchObject({ because: 'a template decides which items there are' });
    expect(web.cpus).toMatchObject({ kind: 'unknown' });
    expect(found.kubernetes?.objects.items.map((one) => one.kind)).toEqual(['Deployment', 'Service']);
  });

  test('values for production lie over the common ones and say the last word', async () => {
    const values = 'replicas: 6\nresources: {limits: {cpu: 2}}\nprobes: false\n';
    const found = await deployment(chart({ 'chart/values-prod.yaml': values }), 'chart');
    expect(only(found)).toMatchObject({ replicas: { value: 6 }, cpus: { value: 2 }, probes: [] });
    expect(found.kubernetes?.objects.complete).toBe(true);
  });

  test('a template that is too long is left out, and the chart is not whole any more', async () => {
    const many = (count: number) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n${Array.from({ length: count }, (_, index) => `  {{- if .Values.a }}\n  k${index}: v\n  {{- end }}\n`).join('')}`;
    const values = { 'chart/values-prod.yaml': 'a: true\n' };
    const objects = async (count: number) =>
      (await deployment(chart({ ...values, 'chart/templates/long.yaml': many(count) }), 'chart')).kubernetes?.objects;
    expect(await objects(20)).toMatchObject({ complete: true });
    const left = await objects(MAX_TEMPLATE_PARTS + 1);
    expect(left?.complete).toEqual({ because: 'a template is too long to be followed' });
    expect(left?.items.map((one) => one.kind)).not.toContain('ConfigMap');
    const padded = `${many(1)}# ${'x'.repeat(MAX_TEMPLATE_TEXT)}\n`;
    const whole = await deployment(chart({ ...values, 'chart/templates/long.yaml': padded }), 'chart');
    expect(whole.kubernetes?.objects.complete).toEqual({ because: 'a template is too long to be followed' });
  });

  test('a service finds the pods whose labels the same template makes', async () => {
    const hidden = TEMPLATE.replace(/ {10}args: .*\n/, '          args: {{ .Values.nothing }}\n');
    const found = await deployment(
      chart({
        'chart/templates/web.yaml': hidden,
        'chart/templates/job.yaml':
          'apiVersion: batch/v1\nkind: Job\nmetadata: {name: m}\nspec: {template: {spec: {containers: [{name: m, image: acme/mysite, command: [python, manage.py, migrate]}]}}}\n',
      }),
      'chart',
    );
    expect(found.processes.map((one) => [one.name, one.role])).toEqual([
      ['m', 'task'],
      ['web', 'web'],
    ]);
  });
});
