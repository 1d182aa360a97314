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
];
