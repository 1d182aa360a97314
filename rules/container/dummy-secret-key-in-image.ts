import { defineRule, placeOf, type SettingsFacts, type Span } from '../../src/rule.ts';
import { keyOf, weaknessOf } from '../shared/secrets/secret-key.ts';
import { looksReal } from '../shared/secrets/secret-value.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';
import { readRelated, variableOf } from '../shared/values/origin.ts';

const files = django("import os\nSECRET_KEY = os.environ['SECRET_KEY']\n");
const ENV = 'ENV SECRET_KEY=dummy-key-for-the-build';
const image = (line: string) => DOCKERFILE.replace('CMD', `${line}\nCMD`);
const compose = (web: string) => `services:\n  web:\n    build: .\n${web}`;

export default defineRule({
  id: 'container/dummy-secret-key-in-image',
  title: 'Dummy SECRET_KEY persists in the image',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'On the day the runtime forgets the variable, the site does not fail to start: it runs with a key that everybody can read, and anybody can forge sessions and password-reset links.',
  fix: 'Give it to the one command that needs it: `RUN SECRET_KEY=dummy python manage.py collectstatic --noinput`.',
  autofix: 'safe',
  links: [
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secret-key',
  ],
  cwe: ['CWE-1392'],
  replaces: ['secrets/secret-key-weak', 'secrets/secret-key-publicly-known'],
  examples: {
    bad: [
      // Whoever starts the image may forget it.
      { ...files, Dockerfile: image(`${ENV} # !`) },
    ],
    good: [
      { ...files, Dockerfile: image(ENV), 'docker-compose.yml': compose('    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n') },
      { ...files, Dockerfile: image('RUN SECRET_KEY=dummy python manage.py collectstatic --noinput') },
      // Definitely in use: then it is the key of production itself that is at fault.
      { ...files, Dockerfile: image(ENV), 'docker-compose.yml': compose('') },
      // No secret of the settings.
      { ...files, Dockerfile: image('ENV APP_TITLE=dummy') },
    ],
    // The env file is not in the repository: it may give the key or not.
    undecided: [{ ...files, Dockerfile: image(ENV), 'docker-compose.yml': compose('    env_file: ops.env\n') }],
  },
  needs: ['evaluations'],
  check({ evaluations }, ctx) {
    const told = new Set<string>();
    for (const settings of evaluations) {
      const value = settings.get('SECRET_KEY');
      if (value.kind === 'unknown' && keptNames(settings).some((name) => value.names.includes(name)))
        ctx.undecided('Whether the runtime gives the key that stands in the image is not in the repository.', value.origin);
      if (value.kind !== 'known') continue;
      const key = keyOf(value.value);
      const variable = variableOf(value.origin);
      const at = variable?.state === 'given' ? variable.at : undefined;
      if (key === null || key.length === 0 || looksReal(key) || at === undefined || !isOfImage(at, settings) || told.has(at.file)) continue;
      // Where nothing else can give it, the key itself is the fault, and its own rules say so.
      if (settings.processes.every(({ environment }) => environment.closed === true)) continue;
      told.add(at.file);
      ctx.report({
        at,
        message: `\`${variable?.name}\` stands in the image: where the runtime does not give it, the site starts with a key that everybody can read.`,
        subject: 'SECRET_KEY',
        related: readRelated(value.origin),
        django: weaknessOf(key, settings.django) === null ? [] : ['security.W009'],
      });
    }
  },
});

/** Names that the image sets, and that something which is not in view may set again. */
function keptNames({ processes }: SettingsFacts): readonly string[] {
  return processes.flatMap(({ image, environment }) =>
    (image?.build?.kept ?? []).flatMap(({ kind, name, at }) => {
      const value = environment.variables.get(name);
      const isVeiled = value?.kind === 'unknown' && placeOf(value.origin)?.file === at.file;
      return kind === 'ENV' && isVeiled ? [name] : [];
    }),
  );
}

/** Whether a place is an ENV of the image that a process runs. */
function isOfImage(at: Span, { processes }: SettingsFacts): boolean {
  return processes.some(({ image }) =>
    image?.build?.kept.some((one) => one.kind === 'ENV' && one.at.file === at.file && one.at.start <= at.start && at.end <= one.at.end),
  );
}
