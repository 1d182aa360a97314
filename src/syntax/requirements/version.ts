/** A version of PEP 440, taken apart. */
export interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly pre: readonly ['a' | 'b' | 'rc', number] | null;
  readonly post: number | null;
  readonly dev: number | null;
}

const VERSION =
  /^v?(?:(\d{1,9})!)?(\d{1,9}(?:\.\d{1,9}){0,11})(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d{0,9}))?(?:-(\d{1,9})|[-_.]?(?:post|rev|r)[-_.]?(\d{0,9}))?(?:[-_.]?(dev)[-_.]?(\d{0,9}))?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$/i;

/** Null for what is no version. Local parts (`+cpu`) are dropped. */
export function parseVersion(text: string): Version | null {
  const found = VERSION.exec(text.trim());
  if (found === null) return null;
  const [, epoch, release = '', stage, stageNumber, dash, post, dev, devNumber] = found;
  const isPost = dash !== undefined || post !== undefined;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    pre: stage === undefined ? null : [stageOf(stage), Number(stageNumber ?? 0)],
    post: isPost ? Number(dash ?? post ?? 0) : null,
    dev: dev === undefined ? null : Number(devNumber ?? 0),
  };
}

function stageOf(word: string): 'a' | 'b' | 'rc' {
  const first = word[0]?.toLowerCase();
  return first === 'a' ? 'a' : first === 'b' ? 'b' : 'rc';
}

/** Negative, zero or positive, in the order of PEP 440. */
export function compareVersions(a: Version, b: Version): number {
  const left = sortKey(a);
  const right = sortKey(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const RELEASE_PLACES = 12;

/** dev < a < b < rc < the release itself < post. */
function sortKey(version: Version): readonly number[] {
  const release = Array.from({ length: RELEASE_PLACES }, (_, i) => version.release[i] ?? 0);
  const stage = version.pre === null ? 3 : ['a', 'b', 'rc'].indexOf(version.pre[0]);
  const bareDev = version.pre === null && version.post === null && version.dev !== null;
  return [
    version.epoch,
    ...release,
    bareDev ? -1 : stage,
    version.pre?.[1] ?? 0,
    version.post === null ? -1 : version.post,
    version.dev === null ? Number.MAX_SAFE_INTEGER : version.dev,
  ];
}

/** "5.2.13" of 5.2.13, 5.2.13rc1 and 5.2.13.post1. */
export function releaseText(release: readonly number[]): string {
  return release.join('.');
}
