import type { Image, Origin, Span, Value } from '../../../src/rule.ts';

/** The parts of "ghcr.io/org/app:1.2@sha256:…"; official images have no namespace whatever their registry is called. */
export interface ImageReference {
  /** "postgres", "bitnami/redis", "ghcr.io/org/app". */
  readonly repository: string;
  /** "app". */
  readonly base: string;
  readonly tag: string | null;
  readonly digest: boolean;
}

const OFFICIAL = /^(?:(?:(?:index\.|registry-1\.)?docker\.io|public\.ecr\.aws\/docker|mirror\.gcr\.io)\/)?(?:library\/)?/;

export function imageReference(text: string): ImageReference {
  const [named = '', digest] = text.trim().split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = (colon === -1 ? named : named.slice(0, colon)).replace(OFFICIAL, '').toLowerCase();
  const tag = colon === -1 ? null : named.slice(colon + 1);
  return {
    repository,
    base: repository.slice(repository.lastIndexOf('/') + 1),
    tag: tag === '' ? null : tag,
    digest: digest !== undefined,
  };
}

/** The image that a container is made from: the one that is pulled, or the one at the bottom of its build. */
export function sourceImage(image: Image | null): { readonly reference: Value<string>; readonly at: Span | Origin } | null {
  if (image === null) return null;
  if (image.build !== null) return image.build.base;
  return image.reference === null ? null : { reference: image.reference, at: originAt(image.reference) };
}

function originAt(value: Value<string>): Origin {
  if (value.kind !== 'conditional') return value.origin;
  const [first] = value.cases;
  return first?.then.origin ?? { step: 'default', of: 'nothing' };
}

/** The number at the head of a tag: "16.4" of "16.4-alpine", "3" of "v3"; null for names like "latest". */
export function releaseOf(tag: string | null): string | null {
  return /^v?(\d+(?:\.\d+)*)(?=$|[-_+]|rc|beta|alpha)/.exec(tag ?? '')?.[1] ?? null;
}

/** The release of PostgreSQL in an image that is made from the official one; null when its tag does not tell. */
export function postgresRelease({ repository, tag }: ImageReference): string | null {
  if (repository === 'postgres' || repository === 'postgis/postgis') return releaseOf(tag);
  if (repository !== 'pgvector/pgvector' && repository !== 'timescale/timescaledb') return null;
  return /(?:^|-)pg(\d+(?:\.\d+)?)(?=$|-)/.exec(tag ?? '')?.[1] ?? null;
}
