import { defineRule, type Process, type RepositoryFacts, type SettingsFacts, type Span } from '../../src/rule.ts';
import { mayComeFromDebug } from '../shared/requests/debug-only.ts';
import { isPresumedRun } from '../shared/requests/web.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const NAME = 'OAUTHLIB_INSECURE_TRANSPORT';
const COMPOSE = 'services:\n  web:\n    build: .\n    environment:\n';

export default defineRule({
  id: 'apps/oauth-over-http',
  title: 'OAuth accepts plain HTTP',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'oauthlib then takes part in logins over plain HTTP: whoever listens on the way reads tokens and authorisation codes.',
  fix: 'Remove OAUTHLIB_INSECURE_TRANSPORT; behind a proxy that ends TLS, set SECURE_PROXY_SSL_HEADER instead.',
  autofix: 'safe',
  links: [
    'https://oauthlib.readthedocs.io/en/latest/oauth2/security.html',
    'https://datatracker.ietf.org/doc/html/rfc6749#section-3.1.2.1',
  ],
  cwe: ['CWE-319', 'CWE-523'],
  cross: true,
  examples: {
    bad: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': `${COMPOSE}      ${NAME}: "1" # !\n` },
      { ...django(), Dockerfile: DOCKERFILE.replace('WORKDIR', `ENV ${NAME}=1 # !\nWORKDIR`) },
      { ...django(`import os\n\nos.environ['${NAME}'] = '1' # !\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
    ],
    good: [
      { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': `${COMPOSE}      ${NAME}: ""\n` },
      { ...django(`import os\n\nDEBUG = False\nif DEBUG:\n    os.environ['${NAME}'] = '1'\n`), Procfile: 'web: gunicorn mysite.wsgi\n' },
      {
        ...django(),
        'mysite/development.py': `import os\n\nfrom .settings import *\n\nos.environ['${NAME}'] = '1'\n`,
        Procfile: 'web: gunicorn mysite.wsgi\n',
      },
    ],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository, deployment }, ctx) {
    const given = isPresumedRun(deployment) ? null : givenIn(settings.processes);
    const at = given?.at ?? setIn(settings, repository);
    if (at === null) return;
    ctx.report({
      at,
      message: `\`${NAME}\` is set: oauthlib exchanges tokens and authorisation codes over plain HTTP as well.`,
      subject: NAME,
    });
  },
});

/** oauthlib asks whether the text is empty and nothing else (oauthlib/oauth2/rfc6749/utils.py). */
function givenIn(processes: readonly Process[]) {
  for (const { environment, at } of processes) {
    const value = environment.variables.get(NAME);
    if (value?.kind === 'known' && value.value !== '') return { at: value.origin.step === 'default' ? at : value.origin };
  }
  return null;
}

/** An assignment at the margin of a settings file that is loaded, so that it is always made. */
function setIn(settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read'>): Span | null {
  for (const file of settings.evaluated.files) {
    const text = repository.read(file) ?? '';
    const found = new RegExp(
      `^os\\.environ\\[(['"])${NAME}\\1\\]\\s*=\\s*(['"])[^'"]+\\2|^os\\.environ\\.setdefault\\((['"])${NAME}\\3\\s*,\\s*(['"])[^'"]+\\4\\)`,
      'm',
    ).exec(text);
    if (found === null) continue;
    const at = { file, start: found.index, end: found.index + found[0].length };
    if (!mayComeFromDebug({ step: 'text', at }, { settings, repository })) return at;
  }
  return null;
}
