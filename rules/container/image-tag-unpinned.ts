import { defineRule, type Span } from '../../src/rule.ts';
import { type ImageReference, imageReference, sourceImage } from '../shared/processes/image-reference.ts';
import { isMeantForProduction, isWorkshop } from '../shared/processes/meant-for-production.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const compose = (services: string) => ({ ...files, 'docker-compose.prod.yml': `services:\n  web:\n    build: .\n${services}` });

const DATABASES = /^(postgres|postgis\/postgis|pgvector\/pgvector|mysql|mariadb|mongo)$/;
const OTHERS = /^(python|redis|valkey\/valkey|nginx|nginxinc\/nginx-unprivileged|traefik|caddy|rabbitmq|memcached)$/;

export default defineRule({
  id: 'container/image-tag-unpinned',
  title: 'Image tag latest or missing',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'The next pull or build brings another major release without review: a database refuses the data of the one before, Python another minor release than the tests ran on.',
  fix: 'Name at least the major release and, where there is one, the minor (`postgres:17`, `python:3.13-slim`).',
  autofix: 'none',
  links: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
  cwe: ['CWE-1357'],
  examples: {
    bad: [
      { ...files, Dockerfile: DOCKERFILE.replace('python:3.12-slim', 'python # !') },
      { ...files, Dockerfile: DOCKERFILE.replace('3.12-slim', 'latest # !') },
      compose('  db:\n    image: postgres:latest # !\n'),
      // One finding a file.
      compose('  db:\n    image: postgres # !\n  cache:\n    image: redis\n  proxy:\n    image: nginx:alpine\n'),
    ],
    good: [
      { ...files, Dockerfile: DOCKERFILE },
      compose('  db:\n    image: postgres:17\n  cache:\n    image: redis:7-alpine\n'),
      compose(`  db:\n    image: postgres@sha256:${'0a'.repeat(32)}\n`),
      // Somebody else's image, and the project's own.
      compose('  tools:\n    image: example/tools\n  site:\n    image: registry.example.com/site:latest\n'),
      { ...files, 'docker-compose.yml': 'services:\n  web:\n    build: .\n  db:\n    image: postgres\n' },
      { ...files, Dockerfile: `FROM python:3.12-slim AS python\n${DOCKERFILE.replace('FROM python:3.12-slim', 'FROM python')}` },
    ],
  },
  needs: ['deployment', 'processes'],
  check({ deployment, processes }, ctx) {
    const meant = isMeantForProduction(deployment) && !isWorkshop(deployment);
    const found = new Map<string, Found[]>();
    for (const { image, at: declared } of processes) {
      const source = sourceImage(image);
      const built = image?.build != null;
      if (source?.reference.kind !== 'known' || (!built && !meant)) continue;
      const reference = imageReference(source.reference.value);
      const at = built
        ? (image?.build?.base?.at ?? declared)
        : source.reference.origin.step === 'text'
          ? source.reference.origin.at
          : declared;
      if (!isFloating(reference, source.reference.value)) continue;
      const inFile = found.get(at.file) ?? [];
      if (!inFile.some((one) => one.at.start === at.start)) found.set(at.file, [...inFile, { reference, at }]);
    }
    for (const [file, images] of found) {
      const database = images.find(({ reference }) => DATABASES.test(reference.repository));
      const first = database ?? images[0];
      if (first === undefined) continue;
      ctx.report({
        at: first.at,
        message: `${images.map(({ reference }) => `\`${reference.repository}\``).join(', ')} ${images.length === 1 ? 'names' : 'name'} no release: the next pull may bring another.`,
        subject: file,
        related: images.filter((one) => one !== first).map(({ reference, at }) => ({ at, message: `\`${reference.repository}\`` })),
        ...(database === undefined ? {} : { severity: 'warning' }),
      });
    }
  },
});

interface Found {
  readonly reference: ImageReference;
  readonly at: Span;
}

/** A tag that stands for whatever is newest. */
function isFloating({ repository, tag, digest }: ImageReference, written: string): boolean {
  if (digest || written.endsWith(':') || !(DATABASES.test(repository) || OTHERS.test(repository))) return false;
  return (
    tag === null ||
    tag === 'latest' ||
    !/\d/.test(tag.replace(/alpine[\d.]*|trixie|bookworm|bullseye|slim|perl|management|stable|mainline/g, ''))
  );
}
