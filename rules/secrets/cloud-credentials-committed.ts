import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { django } from '../shared/values/examples.ts';

const TOKEN = 'Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3Zt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3';

function kubeconfig(user: string): string {
  return `apiVersion: v1\nkind: Config\nclusters: []\nusers:\n  - name: deploy\n    user:\n      ${user}\n`;
}

export default defineRule({
  id: 'secrets/cloud-credentials-committed',
  title: 'kubeconfig, cloud credential or VPN file committed',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who can read the repository or its history can act in the cluster, the account or the network.',
  fix: 'Remove it, take its credential out of use, and add the name to .gitignore.',
  autofix: 'none',
  links: [
    'https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/',
    'https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-files.html',
  ],
  cwe: ['CWE-538', 'CWE-798'],
  replaces: ['secrets/private-key-committed', 'secrets/provider-token-committed'],
  examples: {
    bad: [
      { ...django(), 'deploy/kubeconfig.yaml': kubeconfig(`token: ${TOKEN} # !`) },
      { ...django(), 'deploy/config.yml': kubeconfig(`client-key-data: ${TOKEN} # !`) },
      { ...django(), '.aws/credentials': `[default]\naws_secret_access_key = k7v2m9x4q8w1z5c3b6n0pF7d2S9a4g8H1j5L3r6T # !\n` },
    ],
    good: [
      { ...django(), 'deploy/kubeconfig.yaml': kubeconfig('token: <token>') },
      { ...django(), 'deploy/kubeconfig.yaml': kubeconfig('token: ${KUBE_TOKEN}') },
      { ...django(), 'deploy/kubeconfig.yaml': kubeconfig('exec: {command: aws}') },
      { ...django(), 'deploy/app.yaml': `apiVersion: v1\nkind: ConfigMap\ndata:\n  token: ${TOKEN}\n` },
      { ...django(), 'examples/kubeconfig.yaml': kubeconfig(`token: ${TOKEN}`) },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    for (const file of repository.holding(['kind: Config', 'aws_secret_access_key', '<key>'])) {
      const at = isForShow(file) ? null : credentialIn(file, repository);
      if (at === null) continue;
      const message = `\`${file}\` holds a credential that opens the cluster, account or network: everyone who can read the repository has it.`;
      reportIfTracked(file, () => ({ at, message, subject: file }), repository, ctx);
    }
  },
});

const CLUSTER = /^[ \t]*(?:- )?(token|client-key-data|password):[ \t]*["']?[\w+/=.-]{20,}["']?[ \t]*$/m;
const ACCOUNT = /^[ \t]*aws_secret_access_key[ \t]*=[ \t]*(?![^\n]*EXAMPLE)[A-Za-z0-9/+]{40}[ \t]*$/m;
const NETWORK = /<key>\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function credentialIn(file: string, { read }: RepositoryFacts): Span | null {
  const text = read(file) ?? '';
  const pattern = /^kind: Config[ \t]*\r?$/m.test(text)
    ? CLUSTER
    : /\.ovpn$/.test(file)
      ? NETWORK
      : /(^|\/)\.?aws\/credentials$/.test(file)
        ? ACCOUNT
        : null;
  const match = pattern?.exec(text) ?? null;
  if (match === null) return null;
  const start = match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0);
  return { file, start, end: start + (/^[^\s:=>]+/.exec(match[0].trimStart())?.[0].length ?? 1) };
}
