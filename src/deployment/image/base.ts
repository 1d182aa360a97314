import type { Value } from '../../core/value.ts';
import type { Image } from '../model.ts';

/** What is certain about a public base image without pulling it. */
export interface BaseFacts {
  /** Starts as root in `/` when the Dockerfile says nothing else. */
  readonly root: boolean;
  /** Sets no variable that Django projects read, so that a process of it has a closed environment. */
  readonly plain: boolean;
  /** Built on an image of Python, which sets variables that tell its release. */
  readonly python: boolean;
}

/** Official images (and a few as well known) whose configuration was looked up. Anything else may set what it likes. */
const ROOT_AND_PLAIN = new Set([
  'python',
  'pypy',
  'debian',
  'ubuntu',
  'alpine',
  'busybox',
  'node',
  'buildpack-deps',
  'nginx',
  'httpd',
  'caddy',
  'traefik',
  'postgres',
  'redis',
  'valkey/valkey',
  'mysql',
  'mariadb',
  'mongo',
  'rabbitmq',
  'golang',
  'ruby',
  'fedora',
  'amazonlinux',
  'rockylinux',
  'almalinux',
  'ghcr.io/astral-sh/uv',
  'nikolaik/python-nodejs',
  'continuumio/miniconda3',
  'postgis/postgis',
  'pgvector/pgvector',
  'timescale/timescaledb',
]);

/** Images that set nothing a project reads, and start as another user. */
const PLAIN = new Set(['edoburu/pgbouncer', 'bitnami/pgbouncer', 'bitnamilegacy/pgbouncer']);

const OFFICIAL = /^(?:(?:(?:index\.)?docker\.io|public\.ecr\.aws\/docker|mirror\.gcr\.io)\/)?(?:library\/)?/;

/** The parts of an image reference: "ghcr.io/org/app:1.2@sha256:…" is repository "ghcr.io/org/app", base "app", tag "1.2". */
export interface Reference {
  readonly repository: string;
  readonly base: string;
  readonly tag: string | null;
}

export function parseReference(text: string): Reference {
  const [named = ''] = text.split('@');
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  return { repository, base: repository.slice(slash + 1).toLowerCase(), tag: colon === -1 ? null : named.slice(colon + 1) };
}

export function baseFacts(reference: Value<string> | null): BaseFacts {
  if (reference === null) return { root: true, plain: true, python: false };
  if (reference.kind !== 'known') return { root: false, plain: false, python: false };
  const { repository } = parseReference(reference.value);
  // `distroless` and `nonroot` variants of such images have names of their own; tags do not change the facts used here.
  const known = ROOT_AND_PLAIN.has(repository.replace(OFFICIAL, ''));
  const plain = known || PLAIN.has(repository.replace(OFFICIAL, ''));
  return { root: known, plain, python: known && /(^|\/|:)python/.test(reference.value) };
}

/** The facts of an image that is pulled. */
export function pulledImage(reference: Value<string>): Image {
  const parts = reference.kind === 'known' ? parseReference(reference.value) : null;
  return { reference, base: parts?.base ?? null, tag: parts?.tag ?? null, build: null };
}
