import { describe, expect, it } from 'vitest';
import { maskUrls } from '../../src/core/secret.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { maskUserParts, secretsIn } from '../../src/report/mask.ts';
import { context, finding, run } from './sample.ts';

const SECRET = 'Zq7-planted-Secret';
const HOME = 'harmless';

/** Every kind of file in which a secret can stand: each must hide SECRET and still show HOME. */
const PLANTED: readonly (readonly [name: string, file: string, text: string])[] = [
  ['assignment', 'settings.py', `HOST = "${HOME}"\nSECRET_KEY = "${SECRET}"\n`],
  ['triple quotes', 'settings.py', `HOST = "${HOME}"\nPRIVATE_KEY = """first\n${SECRET}\nlast"""\n`],
  ['parenthesised', 'settings.py', `HOST = "${HOME}"\nSECRET_KEY = (\n    "abc"\n    "${SECRET}"\n)\n`],
  ['fallback', 'settings.py', `HOST = "${HOME}"\nSECRET_KEY = config("SECRET_KEY", default="${SECRET}")\n`],
  ['fallback on its own line', 'settings.py', `HOST = "${HOME}"\nKEY = os.environ.get(\n    "SECRET_KEY",\n    "${SECRET}",\n)\n`],
  ['or', 'settings.py', `HOST = "${HOME}"\nSECRET_KEY = os.environ.get("A") or "${SECRET}"\n`],
  ['dict', 'settings.py', `DATABASES = {"default": {"PASSWORD": "${SECRET}", "HOST": "${HOME}"}}\n`],
  ['subscript', 'settings.py', `HOST = "${HOME}"\nDATABASES["default"]["PASSWORD"] = "${SECRET}"\n`],
  ['keyword', 'settings.py', `connect(host="${HOME}", password="${SECRET}")\n`],
  ['dict()', 'settings.py', `DATABASES = dict(default=dict(PASSWORD="${SECRET}", HOST="${HOME}"))\n`],
  ['setdefault', 'settings.py', `HOST = "${HOME}"\nos.environ.setdefault("SECRET_KEY", "${SECRET}")\n`],
  ['comment', 'settings.py', `HOST = "${HOME}"\n# SECRET_KEY = "${SECRET}"\n`],
  ['url', 'settings.py', `URL = "postgres://user:${SECRET}@db/name"  # ${HOME}\n`],
  ['url with an at sign', 'settings.py', `URL = "postgres://user:a@${SECRET}@db/name"  # ${HOME}\n`],
  ['url with a slash', 'settings.py', `URL = "postgres://user:a/${SECRET}@db/name"  # ${HOME}\n`],
  ['token in url', 'settings.py', `URL = "https://${SECRET}@host/path"  # ${HOME}\n`],
  ['env file', '.env', `HOST=${HOME}\nSECRET_KEY=${SECRET}\n`],
  ['env file, quoted', '.env', `HOST=${HOME}\nexport DB_PASSWORD='${SECRET} # x'\n`],
  ['env file, spaced', '.env', `HOST=${HOME}\nDB_PASSWORD = ${SECRET} and more ${SECRET}\n`],
  [
    'env file, several lines',
    '.env',
    `HOST=${HOME}\nPRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----"\n`,
  ],
  ['env file, lower case', '.env', `HOST=${HOME}\ndb_password=${SECRET}\n`],
  ['env file, url', '.env', `HOST=${HOME}\nDATABASE_URL=postgres://u:${SECRET}@db/x\n`],
  ['env file, commented out', '.env', `HOST=${HOME}\n#SECRET_KEY=${SECRET}\n`],
  ['compose map', 'docker-compose.yml', `services:\n  web:\n    environment:\n      HOST: ${HOME}\n      DB_PASSWORD: "${SECRET}"\n`],
  ['compose list', 'docker-compose.yml', `services:\n  web:\n    environment:\n      - HOST=${HOME}\n      - DB_PASSWORD=${SECRET}\n`],
  ['compose flow', 'docker-compose.yml', `services:\n  web: {environment: {DB_PASSWORD: ${SECRET}}}\n  db: ${HOME}\n`],
  [
    'compose fallback',
    'docker-compose.yml',
    `services:\n  web:\n    environment:\n      A: \${DB_PASSWORD:-${SECRET}}\n      HOST: ${HOME}\n`,
  ],
  ['compose command', 'docker-compose.yml', `services:\n  r:\n    command: redis-server --requirepass ${SECRET}\n    image: ${HOME}\n`],
  ['block scalar', 'k8s.yaml', `data:\n  host: ${HOME}\n  privateKey: |\n    first\n    ${SECRET}\n`],
  ['name and value', 'k8s.yaml', `env:\n  - name: HOST\n    value: ${HOME}\n  - name: DB_PASSWORD\n    value: ${SECRET}\n`],
  ['Secret', 'k8s.yaml', `kind: Secret\nmetadata:\n  name: ${HOME}\ndata:\n  anything: ${SECRET}\n`],
  [
    'Secret of several lines',
    'k8s.yaml',
    `kind: Service\nmetadata: {name: ${HOME}}\n---\nkind: Secret\nstringData:\n  a.conf: |\n    first\n    ${SECRET}\n`,
  ],
  ['generator', 'kustomization.yaml', `namespace: ${HOME}\nsecretGenerator:\n  - name: a\n    literals:\n      - anything=${SECRET}\n`],
  ['workflow', '.github/workflows/ci.yml', `env:\n  HOST: ${HOME}\n  SECRET_KEY: ${SECRET}\n`],
  ['workflow script', '.github/workflows/ci.yml', `run: |\n  echo ${HOME}\n  export SECRET_KEY=${SECRET}\n`],
  ['Dockerfile', 'Dockerfile', `ENV HOST=${HOME}\nENV SECRET_KEY=${SECRET}\n`],
  ['Dockerfile, old form', 'Dockerfile', `ENV HOST=${HOME}\nENV SECRET_KEY ${SECRET}\n`],
  ['Dockerfile, inline', 'Dockerfile', `ENV HOST=${HOME}\nRUN SECRET_KEY=${SECRET} python manage.py collectstatic\n`],
  ['Dockerfile, continued', 'Dockerfile', `ENV HOST=${HOME}\nENV A=1 \\\n    SECRET_KEY=first\\\n${SECRET}\n`],
  ['unit', 'gunicorn.service', `[Service]\nEnvironment=HOST=${HOME}\nEnvironment="SECRET_KEY=${SECRET}"\n`],
  ['script', 'start.sh', `HOST=${HOME}\nexport SECRET_KEY="${SECRET}"\n`],
  ['script option', 'start.sh', `echo ${HOME}\nmysql --password ${SECRET}\nmysql --password=${SECRET}\n`],
  ['nginx', 'nginx.conf', `server_name ${HOME};\nproxy_set_header Authorization "Basic ${SECRET}";\n`],
  ['ini', 'app.ini', `[a]\nhost = ${HOME}\npassword = ${SECRET}\n`],
  ['toml', 'app.toml', `host = "${HOME}"\napi_key = "${SECRET}"\n`],
  ['json', 'app.json', `{\n"host": "${HOME}",\n"SECRET_KEY": "${SECRET}"\n}\n`],
  ['name apart from value', 'task.json', `{"name": "HOST", "value": "${HOME}"},\n{"name": "DB_PASSWORD", "value": "${SECRET}"}\n`],
  ['value before name', 'task.json', `{\n"value": "${SECRET}",\n"name": "DB_PASSWORD"\n},{\n"value": "${HOME}",\n"name": "HOST"\n}\n`],
  ['value that reads like a name', 'settings.py', `HOST = "${HOME}"\nSECRET_KEY = "${SECRET}_PASSWORD"\n`],
  ['or after a look-up', 'settings.py', `HOST = "${HOME}"\nKEY = os.environ["SECRET_KEY"] or "${SECRET}"\n`],
  ['Procfile', 'Procfile', `web: ${HOME}\nworker: SECRET_KEY=${SECRET} celery\n`],
  ['terraform', 'main.tf', `host = "${HOME}"\ndb_password = "${SECRET}"\n`],
];

describe('no excerpt shows a secret', () => {
  it.each(PLANTED)('%s (%s)', (_name, file, text) => {
    const files = { [file]: text };
    const lines = text.split('\n').slice(0, -1);
    let offset = 0;
    const findings = lines.map((line, index) => {
      const at = { file, start: offset, end: offset + line.length };
      offset += line.length + 1;
      return finding(at, { subject: String(index), related: [{ at: { file, start: 0, end: text.length }, message: 'all of it' }] });
    });
    const outputs = REPORTERS.map((reporter) => reporter.render(run(files, findings), context({ showUndecided: true, statistics: true })));
    for (const output of outputs) {
      expect(output).not.toContain(SECRET);
      expect(output).not.toContain(SECRET.slice(4));
    }
    expect(outputs[0]).toContain(HOME);
  });
});

describe('messages', () => {
  it('hides the password and keeps the user of a URL', () => {
    expect(maskUserParts(`bad redis://cache:${SECRET}@host/0 here`)).toBe('bad redis://cache:•••@host/0 here');
  });

  it('hides well-known tokens', () => {
    const tokens = ['AKIAABCDEFGHIJKLMNOP', 'ghp_abcdefghijklmnopqrstuvwxyz0123', 'sk_live_abcdefghijkl', 'django-insecure-x)y#z'];
    for (const token of tokens) expect(maskUserParts(`key ${token} here`)).toBe('key ••• here');
  });

  it('leaves ordinary words alone', () => {
    for (const words of ['SECRET_KEY is not set.', 'https://docs.djangoproject.com/en/5.2/', 'location /static/ in nginx.conf:12', 'a@b']) {
      expect(maskUserParts(words)).toBe(words);
    }
  });
});

describe('hostile text', () => {
  it.each([
    'a',
    'http://',
    '-eyJaaaaaaaa',
    'SECRET_KEY',
    'password ',
    '"',
    "'''",
    '#a-',
    'x:',
    '(',
    '-----BEGIN PRIVATE KEY-----',
    ' ',
    '\\ ',
    'name: a\n',
    'postgres://u:',
  ])('costs no more than its length: %j over and over', (piece) => {
    const text = `x = ${piece.repeat(300_000 / piece.length)}`;
    const from = performance.now();
    for (const file of ['a.py', 'b.yml']) secretsIn(file, text);
    secretsIn('a.py', `# ${text}`);
    maskUserParts(text);
    maskUrls(text);
    expect(performance.now() - from).toBeLessThan(8000);
  });
});

describe('regions', () => {
  it('keeps names of variables and what is not secret in view', () => {
    for (const [file, text] of [
      ['settings.py', 'SECRET_KEY = os.environ["SECRET_KEY"]\n'],
      ['settings.py', 'ALLOWED_HOSTS = ["www.example.com", "example.com"]\nDEBUG = True\n'],
      ['settings.py', 'AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]\n'],
      ['docker-compose.yml', 'services:\n  web:\n    image: registry/web@sha256:0a1b\n    env_file: .env\n'],
      ['Dockerfile', 'RUN pip install -r requirements.txt\nCMD ["gunicorn", "mysite.wsgi"]\n'],
    ] as const) {
      expect(secretsIn(file, text), text).toEqual([]);
    }
  });

  it('stays inside the text for any input', () => {
    for (const text of ['', '"', "'''", 'SECRET_KEY = "', 'PASSWORD:\n', 'a: |', 'SECRET_KEY=\\\n', '-----BEGIN PRIVATE KEY-----']) {
      for (const file of ['a.py', '.env', 'b.yml']) {
        for (const one of secretsIn(file, text)) {
          expect(one.start).toBeGreaterThanOrEqual(0);
          expect(one.end).toBeLessThanOrEqual(text.length);
        }
      }
    }
  });
});
