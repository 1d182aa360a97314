import { defineRule, type Report, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isAllowed, isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const BODY = `${'MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAK7v2m9x4q8w1z5c\n'.repeat(3)}`;

function pem(kind = ''): string {
  return `-----BEGIN ${kind}PRIVATE KEY-----\n${BODY}-----END ${kind}PRIVATE KEY-----\n`;
}

/** The mark stands on the first line. */
function marked(text: string): string {
  return text.replace('KEY-----\n', 'KEY----- # !\n');
}

export default defineRule({
  id: 'secrets/private-key-committed',
  title: 'Private key committed',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who reads the repository or its history can be the server, log in over SSH or sign tokens.',
  fix: 'Make a new key, keep it where only production reads it, and take this one out of use.',
  autofix: 'none',
  links: [
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    'https://www.rfc-editor.org/rfc/rfc7468#section-10',
  ],
  cwe: ['CWE-321', 'CWE-540'],
  examples: {
    bad: [
      { ...django(), 'deploy/server.key': marked(pem()) },
      { ...django(), 'deploy/id_rsa': marked(pem('OPENSSH ')) },
      { ...django(), 'deploy/ssl/site.pem': marked(pem('RSA ')) },
      { ...django(`JWT_KEY = """${marked(pem('EC '))}"""\n`) },
      { ...django(), '.env.production': `JWT_KEY="-----BEGIN PRIVATE KEY-----\\n${BODY.replaceAll('\n', '\\n')}" # !\n` },
      { ...django(), 'deploy/server.p12': 'binary # !\n' },
      { ...django(), 'docker/a.key': marked(pem()), 'docker/b.key': pem() },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ nginx: '      - ./certs/site.key:/etc/nginx/site.key:ro\n' }),
        'certs/site.key': marked(pem()),
      },
    ],
    good: [
      { ...django(), 'deploy/server.crt': '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n' },
      { ...django(), 'deploy/server.key': pem().replace('PRIVATE', 'PUBLIC').replace('PRIVATE', 'PUBLIC') },
      { ...django("HEADER = '-----BEGIN PRIVATE KEY-----'\n") },
      { ...django(), 'deploy/server.key': '-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----\n' },
      { ...django(), 'tests/keys/server.key': pem(), 'docs/server.key': pem(), 'deploy/localhost.key': pem() },
      { ...django(), 'mysite/tests/test_jwt.py': `KEY = """${pem()}"""\n` },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    const folders = new Map<string, Found[]>();
    for (const found of [...pemKeys(repository), ...stores(repository)]) {
      const folder = found.at.file.slice(0, found.at.file.lastIndexOf('/') + 1);
      folders.set(folder, [...(folders.get(folder) ?? []), found]);
    }
    for (const found of folders.values()) {
      const [first, ...others] = [...found].sort((a, b) => Number(b.isUsed) - Number(a.isUsed));
      if (first === undefined) continue;
      const { file } = first.at;
      const more = others.length === 0 ? '' : others.length === 1 ? ', another beside it' : `, ${others.length} more beside it`;
      const report: Report = {
        at: first.at,
        message: `A private key stands in \`${file}\`${more}: everyone who can read the repository has it.`,
        subject: file,
        related: others.slice(0, 5).map(({ at }) => ({ at, message: 'another key' })),
        ...(first.isUsed ? {} : { severity: 'note', because: 'nothing that is deployed names it' }),
      };
      reportIfTracked(file, () => report, repository, ctx);
    }
  },
});

interface Found {
  readonly at: Span;
  /** Whether something of production reads it, as far as the repository tells. */
  readonly isUsed: boolean;
}

function pemKeys(repository: RepositoryFacts): readonly Found[] {
  return repository.holding(['PRIVATE KEY']).flatMap((file) => {
    const match = isForShow(file) ? null : PEM.exec(repository.read(file) ?? '');
    if (match === null || /example|dummy|fake|not a real/i.test(match[0])) return [];
    const at = { file, start: match.index, end: match.index + match[0].indexOf('-----', 5) + 5 };
    return isAllowed(file, at.start, at.end, repository) ? [] : [{ at, isUsed: isUsed(file, match[0], repository) }];
  });
}

function stores(repository: RepositoryFacts): readonly Found[] {
  return repository.files.flatMap((file) => {
    const holds = STORE.test(file) && !isForShow(file) && !/debug|trust|cacerts/i.test(file) && (repository.bytes(file) ?? 0) > 0;
    return holds ? [{ at: { file, start: 0, end: 0 }, isUsed: isUsed(file, '', repository) }] : [];
  });
}

/** A key for logging in, one that the code itself holds, one in a folder named for production, or one that a deployment mounts or copies. */
function isUsed(file: string, head: string, { model }: RepositoryFacts): boolean {
  if (/OPENSSH/.test(head) || /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$|\.(py|ya?ml|env|sh|toml)$|(^|\/)\.env/.test(file)) return true;
  if (/(^|[/._-])(prod|production|live|deploy|deployment|staging)(?=$|[/._-])/i.test(file)) return true;
  const within = (source: string) => source !== '' && source !== '.' && (source === file || file.startsWith(`${source}/`));
  return model.deployments.some(({ processes }) =>
    processes.some(
      ({ mounts, image }) =>
        mounts.items.some(({ kind, source }) => kind === 'bind' && within(source)) ||
        image?.build?.copies.some(
          ({ from, sources }) => from === null && sources.some((source) => within(below(image.build?.context ?? '', source))),
        ),
    ),
  );
}

function below(context: string, source: string): string {
  const path = source.replace(/^\.?\/+|\/+$/g, '');
  return context === '' || context === '.' ? path : `${context}/${path}`;
}

/** The label with a key behind it: code that only asks for the label, and templates, have none. */
const PEM =
  /-----BEGIN (?:(?:RSA|EC|OPENSSH|DSA|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|\s|"|'|\+)*(?:[A-Za-z-]+: [^\n]*\n\s*)*(?:[A-Za-z0-9+/=]|\\r|\\n|\s|["'+]){100}/;
const STORE = /\.(p12|pfx|jks|keystore)$/i;
