import { defineRule, endOfLife, endOfLifeSource, isEnded, supportedReleases } from '../../src/rule.ts';
import { pythonsInUse } from '../shared/processes/python-release.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const image = (base: string) => ({ ...django(), Dockerfile: DOCKERFILE.replace('python:3.12-slim', base) });
const procfile = (file: string, text: string) => ({ ...django(), Procfile: 'web: gunicorn mysite.wsgi\n', [file]: text });

export default defineRule({
  id: 'dependencies/python-end-of-life',
  title: 'End-of-life Python base image',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'Nobody mends security holes of that Python any more, and libraries stop to support it: the next urgent update of one of them may not install.',
  fix: 'Move to a release that is supported, and let the tests run with it first.',
  autofix: 'unsafe',
  links: ['https://devguide.python.org/versions/', endOfLifeSource('python').source],
  cwe: ['CWE-1104'],
  replaces: ['dependencies/base-image-end-of-life'],
  examples: {
    bad: [
      image('python:3.9-slim # !'),
      image('python:3.10.12-bookworm # !'),
      image('ghcr.io/astral-sh/uv:python3.8-bookworm # !'),
      procfile('runtime.txt', 'python-3.9.18 # !\n'),
      procfile('.python-version', '3.8 # !\n'),
    ],
    good: [
      image('python:3.12-slim'),
      // The newest of its major release, and one that the table does not know.
      image('python:3-slim'),
      image('python:3.19'),
      procfile('runtime.txt', 'python-3.13.1\n'),
      // Not the stage that is shipped.
      { ...django(), Dockerfile: `FROM python:3.8 AS old\nRUN true\n${DOCKERFILE}` },
      // The version file of a developer's machine says nothing of the image.
      { ...image('python:3.12-slim'), '.python-version': '3.8\n' },
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    for (const { release, at, by } of pythonsInUse(repository)) {
      if (!isEnded('python', release, ctx.today)) continue;
      ctx.report({
        at,
        message: `Production runs Python ${release} by ${by}, which has had no security fixes since ${endOfLife('python', release)}.`,
        subject: at.file,
        fix: `Move to a release that is supported (${supportedReleases('python', ctx.today).join(', ')}), and let the tests run with it first.`,
      });
    }
  },
});
