import { PRODUCTS, type ProductName } from './end-of-life-table.ts';
import { compareRelease } from './guard.ts';

export { CODE_NAMES, type ProductName } from './end-of-life-table.ts';

/**
 * The day on which a release ("16.4", "3.12", "8") got its last security fixes, or will; null when it is not known. A release that
 * names less than the table stands for the newest of its series: an image `redis:7` is 7.4. The newest series of all may
 * have releases that the table does not know yet, and those never count as ended.
 */
export function endOfLife(product: ProductName, release: string): string | null {
  const { releases } = PRODUCTS[product];
  const exact = releases.find(([series]) => release === series || release.startsWith(`${series}.`));
  if (exact !== undefined) return exact[1];
  const [newest] = releases;
  if (newest?.[0].startsWith(`${release}.`)) return null;
  return releases.find(([series]) => series.startsWith(`${release}.`))?.[1] ?? null;
}

/** Whether the support of a release had ended by a day ("2026-11-21"); never when its end is not known. */
export function isEnded(product: ProductName, release: string, today: string): boolean {
  const ended = endOfLife(product, release);
  return ended !== null && ended <= today;
}

/** The series of the table that are supported on a day, oldest first. */
export function supportedReleases(product: ProductName, today: string): readonly string[] {
  return PRODUCTS[product].releases
    .filter(([, ended]) => ended === null || ended > today)
    .map(([series]) => series)
    .sort(compareRelease);
}

/** Where the dates of a product come from. */
export function endOfLifeSource(product: ProductName): { readonly source: string; readonly asOf: string } {
  const { source, asOf } = PRODUCTS[product];
  return { source, asOf };
}
