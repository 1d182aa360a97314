import { DOCKERFILE, django } from '../values/examples.ts';

/** A deployment whose application reaches PostgreSQL through the image edoburu/pgbouncer, with these variables and keys of the database. */
export function pooled(keys: string, variables: readonly string[] = ['POOL_MODE: transaction'], mark = ' # !'): Record<string, string> {
  return {
    ...django(
      `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'USER': 'app', 'PASSWORD': open('/run/db').read(), 'HOST': 'pooler', ${keys}}}${mark}\n`,
    ),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': `services:
  web:
    build: .
  pooler:
    image: edoburu/pgbouncer:v1.23.1-p3
    environment:
      DB_HOST: db
${variables.map((one) => `      ${one}\n`).join('')}  db:
    image: postgres:16
    volumes: ["pgdata:/var/lib/postgresql/data"]
volumes:
  pgdata:
`,
  };
}
