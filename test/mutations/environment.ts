import { add, compose, image, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a variable that nothing gives',
    edits: add('PAYMENT_URL = os.environ["PAYMENT_URL"]'),
    expect: ['environment/required-variable-missing'],
  },
  {
    name: 'a module that is not there',
    edits: image('library.settings.production', 'library.settings.prod'),
    expect: ['environment/settings-module-not-found'],
  },
  {
    name: 'development settings in the image',
    edits: image('library.settings.production', 'library.settings.development'),
    expect: ['environment/development-settings-in-production'],
  },
  {
    name: 'DEBUG switched on by the image',
    edits: [
      ...setting('DEBUG = False', 'DEBUG = os.environ.get("DEBUG", "0") == "1"'),
      ...image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    DEBUG=1 \\\n'),
    ],
    expect: ['environment/debug-enabled-by-deployment'],
  },
  {
    name: 'a value of the image that the settings refuse',
    edits: [
      ...add('if os.environ.get("SITE_MODE") == "preview":\n    raise RuntimeError("no preview in production")'),
      ...image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    SITE_MODE=preview \\\n'),
    ],
    expect: ['environment/settings-refuse-environment'],
  },
  {
    name: 'a tag that nothing gives',
    edits: compose('postgres:16.10', 'postgres:${PG_TAG}'),
    expect: ['environment/interpolated-variable-missing'],
  },
  {
    name: 'another module for the worker',
    edits: [
      ...compose('"--concurrency=2"]\n', '"--concurrency=2"]\n    environment:\n      DJANGO_SETTINGS_MODULE: library.settings.batch\n'),
      {
        file: 'library/settings/batch.py',
        replace: 'from .production import *  # noqa: F403\n\nDATABASES["default"]["HOST"] = "replica.library.example"  # noqa: F405\n',
      },
    ],
    expect: ['environment/settings-module-differs'],
  },
  {
    name: 'blocking calls allowed in the event loop',
    edits: image('    PYTHONUNBUFFERED=1 \\\n', '    PYTHONUNBUFFERED=1 \\\n    DJANGO_ALLOW_ASYNC_UNSAFE=0 \\\n'),
    expect: ['environment/async-unsafe-allowed'],
  },
  {
    name: 'a boolean of YAML',
    edits: compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    SHOW_BANNER: True\n'),
    expect: ['environment/yaml-boolean-variable'],
  },
  {
    name: 'a password with a dollar sign',
    edits: [
      ...compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    CATALOGUE_TOKEN: k7v2m9x4q8w1$z5c3\n'),
      ...add('CATALOGUE_TOKEN = os.environ["CATALOGUE_TOKEN"]'),
    ],
    expect: ['environment/dollar-sign-interpolated'],
  },
  {
    name: 'a variable of the container for compose',
    edits: [
      ...compose('  env_file: .env\n', '  env_file: [.env, branch.env]\n'),
      ...compose('postgres:16.10', 'postgres:${PG_TAG}'),
      { file: 'branch.env', replace: 'PG_TAG=16.10\n' },
      {
        file: '.env',
        replace:
          'SECRET_KEY=\nPOSTGRES_DB=library\nPOSTGRES_USER=library\nPOSTGRES_PASSWORD=some-placeholder\nEMAIL_HOST_USER=\nEMAIL_HOST_PASSWORD=\n',
      },
    ],
    expect: ['container/secrets-in-build-context', 'environment/env-file-not-interpolated', 'secrets/secret-key-weak'],
  },
  {
    name: 'a variable that is written another way',
    edits: [
      ...compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    CATALOGUE_HOSTS: catalogue.library.example\n'),
      ...add('CATALOGUE_HOST = os.environ.get("CATALOGUE_HOST", "")'),
    ],
    expect: ['environment/variable-never-read'],
  },
  {
    name: 'a name of the example that nothing reads',
    edits: [{ file: '.env.example', find: 'EMAIL_HOST_USER=\n', replace: 'EMAIL_HOST_USER=\nSHELF_COLOUR=green\n' }],
    expect: ['environment/example-file-drift'],
  },
];
