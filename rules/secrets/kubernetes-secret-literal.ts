import {
  type Context,
  type Data,
  defineRule,
  isSecretName,
  type KubernetesObject,
  type RepositoryFacts,
  type Span,
} from '../../src/rule.ts';
import { podContainers } from '../shared/processes/pods.ts';
import { isAllowed, isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { decodedSecret } from '../shared/secrets/encoded.ts';
import { isEnvFile } from '../shared/secrets/env-files.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { cluster } from '../shared/values/cluster-example.ts';
import { isMapping, isSequence } from '../shared/values/data.ts';

const VALUE = 'fS8pQ2vLw0XkT4nB';
const ENV = (name: string, value: string) => `          env:\n            - name: ${name}\n              value: ${value}\n`;
const config = (kind: string, body: string) => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: keys\n${body}`;
const kept = (text: string) => cluster({ files: { 'k8s/keys.yaml': text } });

export default defineRule({
  id: 'secrets/kubernetes-secret-literal',
  title: 'Secret value in a plain manifest',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever can read the repository, its forks or its history has the credential; base64 hides nothing.',
  fix: 'Take the value from a Secret that an external store, Sealed Secrets or SOPS makes, and change the credential.',
  autofix: 'unsafe',
  links: ['https://kubernetes.io/docs/concepts/security/secrets-good-practices/'],
  cwe: ['CWE-798', 'CWE-312'],
  examples: {
    bad: [
      cluster({ container: ENV('SECRET_KEY', `${VALUE} # !`) }),
      kept(config('ConfigMap', `data:\n  DB_PASSWORD: ${VALUE} # !\n`)),
      kept(config('Secret', `stringData:\n  password: ${VALUE} # !\n  user: app\n`)),
      kept(config('Secret', 'data:\n  password: ZlM4cFEydkx3MFhrVDRuQg== # !\n')),
      kept(config('Secret', 'data:\n  DATABASE_URL: cG9zdGdyZXM6Ly9hcHA6ZlM4cFEydkx3MFhrQGRiL2FwcA== # !\n')),
      {
        ...cluster(),
        'k8s/kustomization.yaml': `resources: [web.yaml]\nsecretGenerator:\n  - name: keys\n    literals:\n      - api-token=${VALUE} # !\n`,
      },
    ],
    good: [
      cluster({
        container:
          '          env:\n            - name: SECRET_KEY\n              valueFrom:\n                secretKeyRef:\n                  name: keys\n                  key: key\n',
      }),
      cluster({ container: ENV('SECRET_KEY', 'change-me') }),
      cluster({ container: ENV('SECRET_KEY', '${SECRET_KEY}') }),
      cluster({ container: ENV('PASSWORD_RESET_TIMEOUT', '"86400"') }),
      cluster({ container: ENV('SECRET_KEY_FILE', '/run/secrets/key') }),
      kept(config('SealedSecret', `spec:\n  encryptedData:\n    password: ${VALUE}\n`)),
      kept(config('Secret', `stringData:\n  password: ${VALUE}\nsops:\n  version: 3.8.1\n`)),
      kept(config('Secret', 'data:\n  password: Y2hhbmdlbWU=\n')),
      kept(config('Secret', 'stringData:\n  host: database.mysite.internal\n  region: eu-central-1\n')),
      kept(config('Secret', 'type: kubernetes.io/tls\ndata:\n  tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n')),
    ],
  },

  needs: ['kubernetes', 'repository'],
  check({ kubernetes, repository }, ctx) {
    const found = [
      ...kubernetes.objects.items.flatMap(configSecrets),
      ...podContainers(kubernetes).flatMap(({ object, path }) => variables(object, path)),
    ];
    const told = new Set<string>();
    for (const one of found) {
      const { file } = one.at;
      if (isForShow(file) || isEnvFile(file) || isAllowed(file, one.at.start, one.at.end, repository)) continue;
      // One name is one credential, however many containers are given it.
      if (told.has(one.name)) continue;
      told.add(one.name);
      report(one, repository, ctx);
    }
  },
});

interface FoundSecret {
  readonly name: string;
  readonly at: Span;
  readonly where: string;
}

function report({ name, at, where }: FoundSecret, repository: RepositoryFacts, ctx: Context): void {
  const message = `\`${name}\` of ${where} stands in the repository: whoever can read it has the credential.`;
  reportIfTracked(at.file, () => ({ at, message, subject: name }), repository, ctx);
}

/** What rules of their own speak of. */
const ELSEWHERE = /^DJANGO_SUPERUSER_PASSWORD$/;

function variables(object: KubernetesObject, path: readonly (string | number)[]): readonly FoundSecret[] {
  const list = object.get(...path, 'env');
  const count = list.kind === 'known' && isSequence(list.value) ? list.value.items.length : 0;
  return Array.from({ length: count }, (_, index) => [...path, 'env', index]).flatMap((entry) => {
    const name = text(object, entry, 'name');
    const value = text(object, entry, 'value');
    if (name === null || value === null || !isSecretName(name) || ELSEWHERE.test(name) || !looksReal(value)) return [];
    return [{ name, at: object.placeOf(...entry, 'value'), where: `the ${object.kind} \`${object.name}\`` }];
  });
}

function text(object: KubernetesObject, ...path: readonly (string | number | readonly (string | number)[])[]): string | null {
  const value = object.get(...path.flat());
  return value.kind === 'known' && typeof value.value === 'string' ? value.value : null;
}

/** Entries of a ConfigMap that are named like secrets, and those of a Secret that are some. */
function configSecrets(object: KubernetesObject): readonly FoundSecret[] {
  if (object.kind !== 'ConfigMap' && object.kind !== 'Secret') return [];
  const encrypted = object.get('sops');
  if (encrypted.kind !== 'known' || encrypted.value !== undefined) return [];
  return ['data', 'stringData'].flatMap((part) => {
    const map = object.get(part);
    const keys = map.kind === 'known' ? keysOf(map.value) : [];
    const found = keys.flatMap((key): readonly FoundSecret[] => {
      const written = text(object, part, key);
      const value = written !== null && part === 'data' && object.kind === 'Secret' ? decodedSecret(written) : written;
      if (value === null || ELSEWHERE.test(key) || !isCredential(key, value, object.kind)) return [];
      return [{ name: key, at: object.placeOf(part, key), where: `the ${object.kind} \`${object.name}\`` }];
    });
    return found;
  });
}

function keysOf(data: Data | undefined): readonly string[] {
  return isMapping(data) ? data.entries.flatMap(({ key }) => (typeof key === 'string' ? [key] : [])) : [];
}

/** A Secret spells its keys as it likes, and holds names of users and hosts as well. */
function isCredential(key: string, value: string, kind: string): boolean {
  const name = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[-.]/g, '_');
  if (kind === 'Secret' && /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s@]+@/i.test(value))
    return looksReal(/:\/\/[^:]*:([^@]*)@/.exec(value)?.[1] ?? '');
  if (kind === 'Secret' && /-----BEGIN [A-Z ]*PRIVATE KEY/.test(value)) return true;
  return isSecretName(name) && looksReal(value);
}
