import { defineRule } from '../../src/rule.ts';
import { productionImages } from '../shared/processes/production-images.ts';
import { django } from '../shared/values/examples.ts';

const compose = (image: string) => ({
  ...django(),
  'docker-compose.yml': `services:\n  web:\n    image: app\n    command: gunicorn mysite.wsgi\n  store:\n    image: ${image}\n`,
});

export default defineRule({
  id: 'dependencies/bitnami-image-retired',
  title: 'Versioned Bitnami image from the retired catalogue',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'Since September 2025 the public `bitnami` namespace has no tags with a version: the pull fails on the next new host. What was moved to `bitnamilegacy` gets no updates, security fixes included.',
  fix: 'Move to the official image of the program.',
  autofix: 'unsafe',
  links: ['https://github.com/bitnami/containers/issues/83267', 'https://github.com/bitnami/charts/issues/35164'],
  cwe: ['CWE-1104'],
  examples: {
    bad: [
      compose('bitnami/redis:7.2 # !'),
      compose('docker.io/bitnami/postgresql:16.4.0-debian-12-r0 # !'),
      compose('bitnamilegacy/redis:7.4 # !'),
    ],
    good: [
      compose('redis:7.4'),
      compose('bitnami/redis:latest'),
      compose('bitnami/redis'),
      compose('registry.example.com/bitnami/redis:7.2'),
    ],
    undecided: [{ ...compose('bitnami/redis:${REDIS_RELEASE}'), '.env.example': 'REDIS_RELEASE=7\n' }],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    for (const { image, at } of productionImages(repository.model, () => ctx.undecided('The tag of an image is not in the repository.'))) {
      const legacy = image.repository.startsWith('bitnamilegacy/');
      const versioned = image.repository.startsWith('bitnami/') && image.tag !== null && image.tag !== 'latest' && !image.digest;
      if (!legacy && !versioned) continue;
      ctx.report({
        at,
        message: legacy
          ? `\`${image.repository}\` gets no updates any more.`
          : `\`${image.repository}:${image.tag}\` is no longer published: pulling it fails.`,
        subject: `${at.file} ${image.repository}`,
      });
    }
  },
});
