import { type ComposeFacts, defineRule, isSecretName, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { startScripts } from '../shared/processes/start-scripts.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { isDefaultPassword } from '../shared/stores/datastore-password.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const KEY = 'k7v2m9x4q8w1z5c3b6n0p-f7d2s9a4g8h1j5l3r6t0y-u7i2o9e4';

function web(variable: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': compose({ web: `    environment:\n      ${variable}` }),
    ...more,
  };
}

export default defineRule({
  id: 'secrets/interpolation-fallback',
  title: 'Fallback value for a secret in interpolation',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'On the day the variable is missing production starts all the same, with a secret that everyone who reads the repository knows.',
  fix: 'Let the start fail instead: `${SECRET_KEY:?SECRET_KEY is required}`.',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/compose-file/interpolation/', 'https://12factor.net/config'],
  cwe: ['CWE-1188', 'CWE-798'],
  examples: {
    bad: [
      web(`APP_SECRET: \${APP_SECRET:-${KEY}} # !\n`),
      web(`APP_TOKEN: \${SITE_TOKEN-${KEY}} # !\n`),
      web('DB_PASSWORD: ${DB_PASSWORD:-changeme} # !\n'),
      web('SECRET_KEY: ${SECRET_KEY:-1(@k7v2m9x4q8w1z5c3b6n0pf7d2s9a4g8h1j5l3r6t0yu7i2o9e4} # !\n'),
      web('DB_PASSWORD: ${PG:-changeme} # !\n', { '.env': 'PG=v3KpQ9xTf27LwZ\n' }),
      {
        ...django(),
        Dockerfile: DOCKERFILE.replace('CMD [', 'ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ['),
        'entrypoint.sh': `#!/bin/sh\nexport APP_SECRET="\${APP_SECRET:-${KEY}}" # !\nexec "$@"\n`,
      },
    ],
    good: [
      web('APP_SECRET: ${APP_SECRET:?}\n'),
      web('APP_SECRET: ${APP_SECRET:-}\n'),
      web('APP_SECRET: ${APP_SECRET:-${OTHER_SECRET}}\n'),
      web('APP_SECRET_FILE: ${APP_SECRET_FILE:-/run/secrets/app}\n'),
      web('SITE_NAME: ${SITE_NAME:-library}\n'),
      // A token for somebody else's door that is none opens nothing.
      web('MAIL_API_KEY: ${MAIL_API_KEY:-undefined}\n'),
      web('MAIL_API_KEY: ${MAIL_API_KEY:-some-token}\n'),
      { ...web('SITE: a\n'), 'docker-compose.dev.yml': compose({ web: `    environment:\n      APP_SECRET: \${APP_SECRET:-${KEY}}\n` }) },
      // The rule about passwords of data stores says it already.
      web('DB_PASSWORD: ${DB_PASSWORD:-postgres}\n', {
        'docker-compose.yml': compose({
          web: '    environment:\n      DB_PASSWORD: ${DB_PASSWORD:-postgres}\n',
          services: '  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:-postgres}\n',
        }),
      }),
    ],
  },

  needs: ['deployment', 'processes', 'repository'],
  check({ deployment, processes, repository }, ctx) {
    const places = new Map<string, Place[]>();
    const add = (place: Place) => places.set(place.name, [...(places.get(place.name) ?? []), place]);
    const { stores, compose: facts } = deployment;
    const said = new Set(
      composeFallbacks(facts).flatMap(({ name, text }) => (stores.some((store) => isDefaultPassword(store, text)) ? [name] : [])),
    );
    for (const place of composeFallbacks(facts)) add(place);
    for (const file of startScripts(processes, repository)) for (const place of scriptFallbacks(file, repository)) add(place);
    for (const [name, [first, ...others]] of places) {
      if (first === undefined || said.has(name)) continue;
      ctx.report({
        at: first.at,
        message: `\`${first.key}\` falls back to a text of the repository when ${name === first.key ? 'it' : `\`${name}\``} is missing.`,
        subject: /(^|_)SECRET_KEY$/.test(first.key) && !first.key.startsWith('AWS_') ? 'SECRET_KEY' : name,
        related: others.slice(0, 5).map(({ at }) => ({ at, message: 'the same here' })),
      });
    }
  },
});

interface Place {
  readonly name: string;
  /** The variable that the text ends in. */
  readonly key: string;
  readonly service: string | null;
  readonly text: string;
  readonly at: Span;
}

function composeFallbacks(facts: ComposeFacts | null): readonly Place[] {
  return (facts?.substitutions ?? []).flatMap(({ name, operator, operand, feeds, at }) => {
    const [, service = null, key = name] = /^services\.(.+)\.environment\.([^.]+)$/.exec(feeds) ?? [];
    const named = isSecretName(key) ? key : name;
    if (!operator?.endsWith('-') || !isSecretName(named) || !opens(named, operand)) return [];
    return [{ name, key: named, service, text: operand, at }];
  });
}

/** What the project itself asks of others opens with anything that is known; a token shown to somebody else only when it is real. */
function opens(name: string, operand: string): boolean {
  if (!isLiteral(operand)) return false;
  return /SECRET_KEY$|PASS|PWD|SIGNING|JWT/i.test(name) && !name.startsWith('AWS_') ? true : looksReal(operand);
}

/** Something that is used as it stands: a path leads to a secret, a reference is one of its own. */
function isLiteral(operand: string): boolean {
  const bare = operand.trim().replace(/^(["'])(.*)\1$/, '$2');
  return bare !== '' && !/[$`]/.test(bare) && !/^(\.?\/.*|@?(none|null|undefined|unset)( none)?|true|false|yes|no|\d{1,5})$/i.test(bare);
}

function scriptFallbacks(file: string, { read }: Pick<RepositoryFacts, 'read'>): readonly Place[] {
  const text = read(file) ?? '';
  return [...text.matchAll(/^(?![ \t]*#).*?\$\{(\w+):?[-=]([^}\n]*)\}/gm)].flatMap((match) => {
    const [whole, name = '', operand = ''] = match;
    if (!isSecretName(name) || !opens(name, operand)) return [];
    const end = match.index + whole.length;
    const start = match.index + whole.lastIndexOf('${');
    return [{ name, key: name, service: null, text: operand, at: { file, start, end } }];
  });
}
