import { compose, image, type Mutation, requirement } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a database without fixes',
    edits: compose('postgres:16.10', 'postgres:13'),
    expect: ['ci/datastore-version-mismatch', 'dependencies/datastore-end-of-life'],
  },
  { name: 'a Django without fixes', edits: requirement('Django==5.2.8', 'Django==5.1.4'), expect: ['dependencies/django-end-of-life'] },
  {
    name: 'a Python without fixes',
    edits: image('python:3.12-slim-bookworm', 'python:3.10-slim-bookworm'),
    expect: ['ci/python-version-mismatch', 'dependencies/python-end-of-life'],
  },
  {
    name: 'a Python too old for Django',
    edits: [...requirement('Django==5.2.8', 'Django==6.0.1'), ...image('python:3.12-slim-bookworm', 'python:3.11-slim-bookworm')],
    expect: ['ci/python-version-mismatch', 'dependencies/python-unsupported-by-django'],
  },
  {
    name: 'a distribution without fixes',
    edits: image('python:3.12-slim-bookworm', 'python:3.12-slim-bullseye'),
    expect: ['dependencies/base-image-end-of-life'],
  },
  {
    name: 'an image that is no longer published',
    edits: compose('redis:7.4-alpine', 'bitnami/redis:7.4'),
    expect: ['dependencies/bitnami-image-retired'],
  },
  {
    name: 'a server that smuggles',
    edits: requirement('gunicorn==23.0.0', 'gunicorn==20.1.0'),
    expect: ['dependencies/gunicorn-vulnerable'],
  },
  { name: 'Django in any release', edits: requirement('Django==5.2.8', 'Django>=5.2'), expect: ['dependencies/requirements-not-pinned'] },
];
