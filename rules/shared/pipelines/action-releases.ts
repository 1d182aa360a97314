import type { JobStep, RepositoryFacts, Span } from '../../../src/rule.ts';

/** An action as a step names it. */
export interface ActionUse {
  /** "actions/checkout", lower case, without a folder below it. */
  readonly name: string;
  /** As written behind the @. */
  readonly ref: string;
  /** The release that the reference or the comment behind a commit names; null when neither does. */
  readonly version: readonly number[] | null;
  readonly isCommit: boolean;
  readonly at: Span;
}

/** The action of a step of GitHub; null for local ones and images. The place is the reference as written. */
export function actionOf({ uses, at }: JobStep, { read }: Pick<RepositoryFacts, 'read'>): ActionUse | null {
  const found = /^([\w.-]+\/[\w.-]+)(?:\/[^@]*)?@(.+)$/.exec(uses ?? '');
  if (found === null) return null;
  const [, name = '', ref = ''] = found;
  const isCommit = /^[0-9a-f]{40}$/i.test(ref);
  const text = isCommit ? (read(at.file) ?? '').slice(at.end).split('\n', 1)[0] : '';
  const version = isCommit ? /^["']?\s*#\s*(?:tag[:=]\s*)?v?(\d+(?:\.\d+)*)/.exec(text ?? '')?.[1] : /^v?(\d+(?:\.\d+)*)$/.exec(ref)?.[1];
  return { name: name.toLowerCase(), ref, version: version?.split('.').map(Number) ?? null, isCommit, at };
}

export interface RetiredAction {
  readonly name: string;
  /** Releases that GitHub refuses. A floating tag (`v4`) has one part and is moved on. */
  readonly isRetired: (version: readonly number[]) => boolean;
  /** The day on which runs began to fail. */
  readonly since: string;
  readonly instead: string;
  readonly source: string;
}

const ARTIFACTS = 'https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/';
const CACHES = 'https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/';
const below = (major: number) => (version: readonly number[]) => (version[0] ?? 0) < major;
/** Pinned releases before 3.4.0 and 4.2.0 speak to a service that was closed. */
const oldCache = ([major = 0, minor, patch]: readonly number[]) =>
  major < 3 || (patch !== undefined && minor !== undefined && ((major === 3 && minor < 4) || (major === 4 && minor < 2)));

export const RETIRED_ACTIONS: readonly RetiredAction[] = [
  { name: 'actions/upload-artifact', isRetired: below(3), since: '2024-06-30', instead: 'v4 or later', source: ARTIFACTS },
  { name: 'actions/download-artifact', isRetired: below(3), since: '2024-06-30', instead: 'v4 or later', source: ARTIFACTS },
  { name: 'actions/upload-artifact', isRetired: below(4), since: '2025-01-30', instead: 'v4 or later', source: ARTIFACTS },
  { name: 'actions/download-artifact', isRetired: below(4), since: '2025-01-30', instead: 'v4 or later', source: ARTIFACTS },
  { name: 'actions/cache', isRetired: oldCache, since: '2025-03-01', instead: 'v4 or later', source: CACHES },
];

/** The first releases of each action on Node.js 20 and 24, read from `runs.using` of its tags on 2026-11-21. */
export const NODE_RELEASES: ReadonlyMap<string, { readonly node20: number; readonly node24: number }> = new Map([
  ['actions/checkout', { node20: 4, node24: 5 }],
  ['actions/setup-python', { node20: 5, node24: 6 }],
  ['actions/setup-node', { node20: 4, node24: 5 }],
  ['actions/cache', { node20: 4, node24: 5 }],
  ['actions/upload-artifact', { node20: 4, node24: 6 }],
  ['actions/download-artifact', { node20: 4, node24: 7 }],
  ['docker/login-action', { node20: 3, node24: 4 }],
  ['docker/build-push-action', { node20: 5, node24: 7 }],
  ['docker/setup-buildx-action', { node20: 3, node24: 4 }],
  ['docker/metadata-action', { node20: 5, node24: 6 }],
]);

/** The day from which actions for Node.js 20 are run on 24 with a warning; those for 12 and 16 have been since 2024-06-30. */
export const NODE20_FORCED = '2026-06-02';
