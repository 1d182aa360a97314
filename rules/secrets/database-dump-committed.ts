import { defineRule, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isForShow, reportIfTracked } from '../shared/secrets/committed.ts';
import { django } from '../shared/values/examples.ts';

const HASH = `pbkdf2_sha256$600000$${'k7v2m9x4q8w1z5c3b6n0pf'}$${'dZt7Qm4Xw9Lr2Vb6Nc8Kd1Hs5Jf3Ab2Cd4Ef6Gh8='}`;
const FILLER = '-- a line that says nothing, as long dumps have them by the thousand\n'.repeat(320);

export default defineRule({
  id: 'secrets/database-dump-committed',
  title: 'Database file or dump committed',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Personal data, sessions and password hashes of users stay in the history, where everyone with the repository can read and crack them.',
  fix: 'Remove it, rewrite the history, and have the users choose new passwords; add the name to .gitignore.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/auth/passwords/#how-django-stores-passwords',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
  ],
  cwe: ['CWE-538', 'CWE-359'],
  examples: {
    bad: [
      { ...django(), 'db.sqlite3': `SQLite format 3 # !\n${FILLER}` },
      { ...django(), 'backup/site.sql': `${FILLER}COPY public.auth_user (id, password) FROM stdin; # !\n1\t${HASH}\n\\.\n` },
      { ...django(), 'site.dump.sql': `${FILLER}INSERT INTO \`django_session\` VALUES ('k7v2', 'x'); # !\n` },
      {
        ...django(),
        'data.json': `[\n  {"model": "auth.user", "pk": 1, "fields": {"password": "${HASH}", "email": "anna@library.net"}} # !\n]\n`,
      },
    ],
    good: [
      { ...django(), 'schema.sql': `${FILLER}CREATE TABLE auth_user (id int);\n` },
      { ...django(), 'db.sqlite3': '' },
      { ...django(), 'tests/data.sqlite3': FILLER, 'fixtures/users.json': `[{"model": "auth.user", "fields": {"password": "${HASH}"}}]\n` },
      { ...django(), 'data.json': '[{"model": "auth.user", "pk": 1, "fields": {"password": "!", "email": "a@mysite.net"}}]\n' },
      { ...django(), 'db/dml/data.sql': `${FILLER}INSERT INTO auth_user VALUES (1, '${HASH}');\n` },
      { ...django(), 'data.json': `[{"model": "auth.user", "fields": {"password": "${HASH}", "email": "a@example.com"}}]\n` },
      { ...django(), 'small.sql': `INSERT INTO auth_user VALUES (1, '${HASH}');\n` },
    ],
  },

  needs: ['repository'],
  check({ repository }, ctx) {
    for (const file of repository.files) {
      if (!/\.(sqlite3?|sql|dump|pgdump|json)$/i.test(file) || isForShow(file)) continue;
      const found = dumpIn(file, repository);
      if (found === null) continue;
      const message = `\`${file}\` holds ${found.what}: it stays in the history of the repository.`;
      reportIfTracked(file, () => ({ at: found.at, message, subject: file }), repository, ctx);
    }
  },
});

/** Smaller ones are seeds and examples. */
const LARGE = 20_000;
const ROWS = /\b(?:COPY|INSERT\s+INTO)\s+(?:["`]?\w+["`]?\.)?["`]?(auth_user|\w+_(?:user|customuser)|django_session)["`]?\s*(?:\(|VALUES)/i;
const USER = /"model"\s*:\s*"\w+\.\w*user"/i;
const HASHED = /"password"\s*:\s*"(?:pbkdf2_sha(?:256|1)\$\d|argon2\$|bcrypt(?:_sha256)?\$|scrypt\$\d)/;

/** Data that an installation begins with. */
const SEED = /(^|[/._-])(dml|ddl|install\w*|setup|init\w*|bootstrap|schema|seeds?|initdb|migrations?)(?=$|[/._-])/i;
/** A person's: not those that examples are written with. */
const ADDRESS =
  /"email"\s*:\s*"[^"@\s]+@(?!(?:[\w-]+\.)?(?:example|test|localhost|mail|email|admin|local|user|foo|bar|mysite)\b)[^"@\s]+\.[a-z]{2,}"/i;

function dumpIn(file: string, { bytes, read }: RepositoryFacts): { readonly at: Span; readonly what: string } | null {
  const size = bytes(file) ?? 0;
  const whole: Span = { file, start: 0, end: 0 };
  if (/\.sqlite3?$/i.test(file)) return size > LARGE ? { at: whole, what: 'a database' } : null;
  if (/\.json$/i.test(file)) {
    if (!/user|dump|data|backup|fixture|initial|db/i.test(file.slice(file.lastIndexOf('/') + 1))) return null;
    const text = read(file) ?? '';
    const hash = USER.test(text) && ADDRESS.test(text) ? HASHED.exec(text) : null;
    return hash === null ? null : { at: placed(file, hash), what: 'users with the hashes of their passwords' };
  }
  const rows = size > LARGE && !SEED.test(file) ? ROWS.exec(read(file) ?? '') : null;
  return rows === null ? null : { at: placed(file, rows), what: `rows of \`${rows[1] ?? ''}\`` };
}

function placed(file: string, match: RegExpExecArray): Span {
  return { file, start: match.index, end: match.index + match[0].length };
}
