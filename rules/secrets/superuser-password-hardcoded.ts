import { defineRule, isPlaceholder, placeOf, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { startScripts } from '../shared/processes/start-scripts.ts';
import { isEnvFile } from '../shared/secrets/env-files.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const VARIABLE = 'DJANGO_SUPERUSER_PASSWORD';
const CREATE =
  "from django.contrib.auth import get_user_model; get_user_model().objects.create_superuser('admin', 'a@mysite.net', 'fS8pQ2vLw0')";

function web(line: string): Record<string, string> {
  return { ...django(), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: `    environment:\n      ${line}\n` }) };
}

function started(script: string): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE.replace('CMD', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD'),
    'entrypoint.sh': `#!/bin/sh\n${script}\nexec "$@"\n`,
  };
}

export default defineRule({
  id: 'secrets/superuser-password-hardcoded',
  title: 'Superuser created with a literal password',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Everyone who can read the repository can log in to the admin of production.',
  fix: 'Create the account by hand, or read its password from a secret store.',
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/stable/ref/django-admin/#createsuperuser'],
  cwe: ['CWE-798', 'CWE-1392'],
  replaces: ['secrets/interpolation-fallback'],
  examples: {
    bad: [
      web(`${VARIABLE}: fS8pQ2vLw0 # !`),
      web(`${VARIABLE}: admin # !`),
      web(`${VARIABLE}: \${ADMIN_PASSWORD:-admin} # !`),
      { ...django(), Dockerfile: DOCKERFILE.replace('WORKDIR', `ENV ${VARIABLE}=fS8pQ2vLw0 # !\nWORKDIR`) },
      started(`echo "${CREATE}" | python manage.py shell # !`),
      started(`export ${VARIABLE}=fS8pQ2vLw0 # !\npython manage.py createsuperuser --noinput`),
      started(`${VARIABLE}=fS8pQ2vLw0 python manage.py createsuperuser --noinput # !`),
    ],
    good: [
      web(`${VARIABLE}: \${ADMIN_PASSWORD:?}`),
      web(`${VARIABLE}: ''`),
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose({ web: '    env_file: .env\n' }),
        '.env': `${VARIABLE}=fS8pQ2vLw0\n`,
      },
      started(`echo "${CREATE.replace("'fS8pQ2vLw0'", "'$ADMIN_PASSWORD'")}" | python manage.py shell`),
      started(`export ${VARIABLE}="$ADMIN_PASSWORD"`),
      started(`# export ${VARIABLE}=fS8pQ2vLw0`),
      { ...django(), 'docker-compose.dev.yml': compose({ web: `    environment:\n      ${VARIABLE}: admin\n` }) },
      { ...django(), 'dev/entrypoint.sh': `export ${VARIABLE}=admin\n` },
    ],
  },

  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const told = new Set<string>();
    const report = (at: Span) => {
      // An export is met as a variable of the process and as a line of the script.
      const place = `${at.file}:${(repository.read(at.file) ?? '').lastIndexOf('\n', at.start)}`;
      if (told.has(place) || repository.tracks(at.file) === 'no') return;
      told.add(place);
      const message = `The superuser gets a password that stands in \`${at.file}\`: everyone who can read the repository can log in to the admin.`;
      ctx.report({ at, message, subject: VARIABLE });
    };
    for (const process of processes) {
      const value = process.environment.variables.get(VARIABLE);
      const at = value?.kind === 'known' ? placeOf(value.origin) : undefined;
      if (value?.kind !== 'known' || at === undefined || isEnvFile(at.file) || value.value === '' || /^[<$]/.test(value.value)) continue;
      if (!isGivenElsewhere(at, repository)) report(at);
    }
    for (const file of startScripts(processes, repository)) for (const at of literalsIn(file, repository)) report(at);
  },
});

/** The text refers to a variable, and what it found stands in a file that git may leave out. */
function isGivenElsewhere(at: Span, { read }: Pick<RepositoryFacts, 'read'>): boolean {
  const text = (read(at.file) ?? '').slice(at.start, at.end);
  return /\$/.test(text.replace(/\$\$/g, '')) && !/\$\{\w+:?-[^}$]+\}/.test(text);
}

const LITERALS: readonly RegExp[] = [
  new RegExp(`^(?![ \\t]*#).*?\\b${VARIABLE}=(["']?)([^\\s"'$\`;&|]+)\\1(?=[\\s;&|]|$)`, 'gm'),
  /^(?![ \t]*#).*?\bcreate_superuser\(([^()\n]*,\s*)(?:password\s*=\s*)?\\?["']([^"'$\\\n{}]+)\\?["']\s*\)/gm,
];

function literalsIn(file: string, { read }: Pick<RepositoryFacts, 'read'>): readonly Span[] {
  const text = read(file) ?? '';
  return LITERALS.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match[2] ?? '';
      // A mail address in the last place leaves the password out.
      if (/^<|@\w+\./.test(secret) || (isPlaceholder(secret) && secret === '')) return [];
      const indent = /^\s*/.exec(match[0])?.[0].length ?? 0;
      return [{ file, start: match.index + indent, end: match.index + match[0].length }];
    }),
  );
}
