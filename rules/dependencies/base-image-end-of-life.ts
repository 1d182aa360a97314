import { CODE_NAMES, defineRule, endOfLife, endOfLifeSource, isEnded, type ProductName } from '../../src/rule.ts';
import { type ImageReference, releaseOf } from '../shared/processes/image-reference.ts';
import { productionImages } from '../shared/processes/production-images.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const image = (base: string) => ({ ...django(), Dockerfile: DOCKERFILE.replace('python:3.12-slim', base) });

export default defineRule({
  id: 'dependencies/base-image-end-of-life',
  title: 'Base image on an unsupported distribution release',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'OpenSSL, libc and the rest of the image get no security fixes any more, and on the day its packages move to the archive `apt-get update` fails and the image cannot be built.',
  fix: 'Use a tag on a supported release (`-bookworm`, `-trixie`, a current Alpine).',
  autofix: 'unsafe',
  links: [endOfLifeSource('debian').source, endOfLifeSource('alpine').source, endOfLifeSource('ubuntu').source],
  cwe: ['CWE-1104'],
  examples: {
    bad: [
      image('python:3.12-slim-bullseye # !'),
      image('python:3.12-alpine3.19 # !'),
      image('ubuntu:20.04 # !'),
      image('ubuntu:focal # !'),
      image('debian:buster-slim # !'),
      image('debian:11 # !'),
      image('alpine:3.18.4 # !'),
    ],
    good: [
      image('python:3.12-slim-bookworm'),
      image('python:3.12-alpine'),
      image('python:3.12-slim'),
      image('ubuntu:24.04'),
      image('debian:stable'),
      image('debian:13'),
      image('alpine:3'),
      // The stage is not shipped.
      { ...django(), Dockerfile: `FROM node:18-buster AS assets\nRUN true\n${DOCKERFILE}` },
    ],
    undecided: [{ ...django(), Dockerfile: `ARG BASE\n${DOCKERFILE.replace('python:3.12-slim', '$BASE')}` }],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const images = productionImages(repository.model, () => ctx.undecided('The tag of the base image is not in the repository.'));
    for (const { image, at, process } of images) {
      const found = process.image?.build === null ? null : distributionOf(image);
      if (found === null || !isEnded(found.product, found.release, ctx.today)) continue;
      ctx.report({
        at,
        message: `The image is built on ${found.name}, which has had no security fixes since ${endOfLife(found.product, found.release)}.`,
        subject: at.file,
      });
    }
  },
});

interface Distribution {
  readonly product: ProductName;
  readonly release: string;
  /** "Debian 11". */
  readonly name: string;
}

const TITLES: Readonly<Partial<Record<ProductName, string>>> = { debian: 'Debian', ubuntu: 'Ubuntu', alpine: 'Alpine' };

/** The distribution that the image is, or that its tag names. */
function distributionOf({ repository, tag }: ImageReference): Distribution | null {
  const named = (product: ProductName, release: string): Distribution => ({ product, release, name: `${TITLES[product]} ${release}` });
  const word = (tag ?? '').split(/[-_.]/).find((part) => Object.hasOwn(CODE_NAMES, part));
  const code = word === undefined ? undefined : CODE_NAMES[word];
  if (code !== undefined) return named(code.product, code.release);
  const alpine = /(?:^|-)alpine(3\.\d+)/.exec(tag ?? '')?.[1];
  if (alpine !== undefined) return named('alpine', alpine);
  const release = releaseOf(tag);
  if (release === null) return null;
  if (repository === 'debian') return named('debian', release.split('.')[0] ?? release);
  if (repository === 'ubuntu') return named('ubuntu', release);
  return repository === 'alpine' ? named('alpine', release.split('.').slice(0, 2).join('.')) : null;
}
