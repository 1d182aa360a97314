import { type Build, defineRule, isSecretName, type KeptVariable, originOf, placeOf, type Span } from '../../src/rule.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { urlPasswords } from '../shared/secrets/url-password.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const image = (lines: string, more: Record<string, string> = {}) => ({
  ...django(),
  Dockerfile: DOCKERFILE.replace('WORKDIR', `${lines}\nWORKDIR`),
  ...more,
});
const KEY = 'hJ4rT9vQ2xW7mZ0pL6bN3cY8sK5dF1gA';

export default defineRule({
  id: 'container/secret-in-image-layer',
  title: 'Secret stored in ENV or ARG',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'ENV is part of the image and ARG of its history: whoever can pull the image reads the secret with `docker history` or `docker inspect`, in every version that was ever pushed.',
  fix: 'Give it at run time; a build step that needs a secret takes it with `RUN --mount=type=secret`. Replace the value: it counts as known.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/', 'https://docs.docker.com/build/building/secrets/'],
  cwe: ['CWE-538', 'CWE-798'],
  examples: {
    bad: [
      image(`ENV SECRET_KEY=${KEY} # !`),
      image(`ARG API_TOKEN=${KEY} # !`),
      image(`ENV DEBUG=0 \\\n    DATABASE_URL=postgres://app:${KEY}@db:5432/app # !`),
      image('ARG SECRET_KEY', {
        'docker-compose.yml': `services:\n  web:\n    build:\n      context: .\n      args:\n        SECRET_KEY: \${SECRET_KEY:?} # !\n`,
      }),
    ],
    good: [
      image('ENV SECRET_KEY=dummy'),
      image('ARG SECRET_KEY'),
      image(`RUN --mount=type=secret,id=token API_TOKEN=$(cat /run/secrets/token) true`),
      image('RUN SECRET_KEY=build-only python manage.py collectstatic --noinput'),
      image('ENV PASSWORD_FILE=/run/secrets/password ACCESS_TOKEN_LIFETIME=300'),
      // What the stage leaves behind is not shipped.
      { ...django(), Dockerfile: `FROM python:3.12 AS build\nARG API_TOKEN=${KEY}\n${DOCKERFILE}` },
      // The image declares no argument of that name, so nothing keeps it.
      image('ARG OTHER', {
        'docker-compose.yml': 'services:\n  web:\n    build:\n      context: .\n      args:\n        SECRET_KEY: ${SECRET_KEY:?}\n',
      }),
      image('ARG API_TOKEN', {
        'docker-compose.yml': 'services:\n  web:\n    build:\n      context: .\n      args:\n        API_TOKEN: dummy\n',
      }),
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    const told = new Set<string>();
    for (const { image } of processes) {
      for (const one of image?.build?.kept ?? []) {
        const key = `${image?.build?.dockerfile} ${one.name}`;
        if (told.has(key) || !isSecretHere(one)) continue;
        told.add(key);
        ctx.report({ at: placeFor(one), message: messageFor(one, image?.build ?? null), subject: one.name });
      }
    }
  },
});

/** Has a rule of its own. */
const SUPERUSER = 'DJANGO_SUPERUSER_PASSWORD';

function isSecretHere({ name, value, given }: KeptVariable): boolean {
  if (value === null || value.kind === 'conditional' || name === SUPERUSER) return false;
  if (value.kind === 'unknown') return given && isSecretName(name);
  return (isSecretName(name) && looksReal(value.value)) || urlPasswords(value.value).some(({ trivial }) => !trivial);
}

/** What whoever builds gives is changed where he gives it. */
function placeFor({ given, value, at }: KeptVariable): Span {
  return (given && value !== null ? placeOf(originOf(value)) : undefined) ?? at;
}

function messageFor({ kind, name, given }: KeptVariable, build: Build | null): string {
  if (given) return `\`${name}\` is given to the build as an argument: it stays in the history of the image.`;
  return `\`${kind} ${name}\` puts a secret into the image of \`${build?.dockerfile ?? 'the Dockerfile'}\`: whoever can pull it can read it.`;
}
