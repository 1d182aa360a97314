import { defineRule, type EnvAssignment, isSecretName, type RepositoryFacts } from '../../src/rule.ts';
import { isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { isRealEnvFile } from '../shared/secrets/env-files.ts';
import { providerTokens } from '../shared/secrets/provider-tokens.ts';
import { looksGenerated, looksReal } from '../shared/secrets/secret-value.ts';
import { urlPasswords } from '../shared/secrets/url-password.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';
const PASSWORD = 'fS8pQ2vLw0Xk';

export default defineRule({
  id: 'secrets/env-file-committed',
  title: 'Environment file with secrets tracked by git',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who can read the repository, its forks or its history has the credentials of production.',
  fix: 'Take it out with `git rm --cached`, change every value in it, and add the name to .gitignore.',
  autofix: 'unsafe',
  links: [
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    'https://12factor.net/config',
  ],
  cwe: ['CWE-538', 'CWE-798'],
  examples: {
    bad: [
      { ...django(), '.env': `DEBUG=0\nSECRET_KEY=${KEY} # !\n` },
      { ...django(), 'deploy/.env.production': `DB_PASSWORD=${PASSWORD} # !\n` },
      { ...django(), 'prod.env': `MAIL_API_KEY=${KEY.replaceAll('-', '')} # !\n` },
      { ...django(), '.env': `DATABASE_URL=postgres://app:${PASSWORD}@db.mysite.net/app # !\n` },
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
        '.env': `DEBUG=1\nSECRET_KEY=${KEY} # !\n`,
      },
    ],
    good: [
      { ...django(), '.env': 'DEBUG=0\nSECRET_KEY=\nDB_PASSWORD=changeme\nMAIL_API_KEY=<your key>\n' },
      { ...django(), '.env': 'SITE_NAME=library\nPOSTGRES_PASSWORD=postgres\n' },
      { ...django(), '.env.example': `SECRET_KEY=${KEY}\n`, '.env.test': `SECRET_KEY=${KEY}\n`, 'local.env': `DB_PASSWORD=${PASSWORD}\n` },
      // For the machine of whoever works on it: nothing that is deployed names it.
      { ...django(), '.env': `DEBUG=True\nSECRET_KEY=${KEY}\nDB_PASSWORD=${PASSWORD}\n` },
      { ...django(), '.env': 'DB_USER=library\nDB_PASSWORD=library1234\n' },
      // The keys that every test chain starts with.
      { ...django(), '.env': `NODE_URL=http://ganache:8545\nFUNDER_PRIVATE_KEY=0x${'4f3edf983ac636a65a842ce7c78d9aa706d3b113'}\n` },
      { ...django(), '.env': 'SECRET_KEY=${OTHER_KEY}\nTOKEN_FILE=/run/secrets/token\n' },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    const named = namedFiles(repository);
    for (const file of repository.files) {
      if (!isRealEnvFile(file) || isForShow(file)) continue;
      const lines = repository.assignments(file, 'python-dotenv');
      const forDevelopment = !named.has(file) && lines.some(isDebug);
      const own = namesIn(lines);
      const isChain = /ganache|hardhat|anvil/i.test(repository.read(file) ?? '');
      const secrets = lines.filter(
        (line) => isLeaked(line, forDevelopment) && !isMadeUp(line, own) && !(isChain && /PRIVATE_KEY$/.test(line.key)),
      );
      const [first] = secrets;
      if (first === undefined) continue;
      const names = [...new Set(secrets.map(({ key }) => `\`${key}\``))];
      const listed = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      const message = `\`${file}\` is tracked by git and gives ${listed} to everyone who can read the repository.`;
      reportIfTracked(file, () => ({ at: first.keyAt, message, subject: file }), repository, ctx);
    }
  },
});

/** Env files that a deployment reads. */
function namedFiles({ model }: RepositoryFacts): ReadonlySet<string> {
  return new Set(
    model.deployments.flatMap(({ compose: facts, processes }) => [
      ...(facts?.envFiles.map(({ path }) => path) ?? []),
      ...processes.flatMap(({ environment }) =>
        [...environment.variables.values()].flatMap((value) =>
          value.kind === 'known' && value.origin.step === 'env' && value.origin.at !== undefined ? [value.origin.at.file] : [],
        ),
      ),
    ]),
  );
}

function isDebug({ key, value }: EnvAssignment): boolean {
  return /(^|_)DEBUG$/.test(key) && value?.matches(/^(1|true|on|yes)$/i) === true;
}

/** Names of users and databases in the file. */
function namesIn(lines: readonly EnvAssignment[]): readonly string[] {
  return lines.flatMap(({ key, value }) =>
    value !== null && value.length > 2 && /(USER|USERNAME|DB|NAME|DATABASE)$/.test(key) ? [value.reveal().toLowerCase()] : [],
  );
}

/** A password made of the user's or the database's own name is one for a container on one's machine. */
function isMadeUp({ key, value }: EnvAssignment, names: readonly string[]): boolean {
  const text = value?.reveal().toLowerCase() ?? '';
  return /PASS|PWD/i.test(key) && names.some((name) => text.includes(name) || (text.length > 2 && name.includes(text)));
}

/** What a developer's own file holds is his own, but for what a stranger's server takes. */
function isLeaked({ key, value }: EnvAssignment, forDevelopment: boolean): boolean {
  if (value === null || value.length === 0) return false;
  const text = value.reveal();
  if (providerTokens(text).length > 0) return true;
  if (forDevelopment) return false;
  if (urlPasswords(text).some(({ trivial, host }) => !trivial && host.includes('.') && !/^(127\.|0\.0)/.test(host))) return true;
  if (!isSecretName(key)) return false;
  return /PASS|PWD/i.test(key) ? looksReal(value) : looksGenerated(value);
}
