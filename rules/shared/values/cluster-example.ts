import { DOCKERFILE, django } from './examples.ts';

/** Parts of the manifests of an example, each a text of whole lines that is put in at its place. */
export interface ClusterParts {
  readonly settings?: string;
  /** Behind the name of the container. */
  readonly mark?: string;
  /** Keys of the container, ten blanks deep. */
  readonly container?: string;
  /** Keys of the pod, six blanks deep. */
  readonly pod?: string;
  /** Keys of the Deployment's `spec`, two blanks deep. */
  readonly spec?: string;
  /** What else stands in the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A project that a Deployment of Kubernetes runs from its own image. */
export function cluster(parts: ClusterParts = {}): Record<string, string> {
  return {
    ...django(parts.settings ?? ''),
    Dockerfile: DOCKERFILE,
    'k8s/web.yaml': workload('web', parts),
    ...parts.files,
  };
}

/** A Deployment whose only container runs the project's image. */
export function workload(name: string, { container = '', pod = '', spec = '', mark = '' }: ClusterParts): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${spec}  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
${pod}      containers:
        - name: ${name}${mark}
          image: registry.example.com/mysite:1
${container}`;
}

/** A probe that asks over HTTP; more lines go into `httpGet`. */
export function probe(path: string, { lines = '', kind = 'readinessProbe', mark = '' } = {}): string {
  return `          ${kind}:${mark}
            httpGet:
              path: ${path}
              port: 8000
${lines}`;
}

/** Headers of a probe. */
export function probeHeaders(headers: Readonly<Record<string, string>>): string {
  const items = Object.entries(headers).map(([name, value]) => `                - name: ${name}\n                  value: ${value}\n`);
  return `              httpHeaders:\n${items.join('')}`;
}

/** A service in front of the pods of a name. */
export function service(name: string, ports = '    - port: 80\n      targetPort: 8000\n', app = name): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    app: ${app}\n  ports:\n${ports}`;
}
