import type { Finding, Related, Undecided } from '../core/finding.ts';
import { type Span, sameSpan } from '../core/span.ts';

/** Findings equal in rule, place, severity and message are one, with all their deployments. */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, placeKey(finding.at), finding.severity, finding.message]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? finding : joined(before, finding));
  }
  return [...merged.values()].sort(byPlace);
}

export function mergeUndecided(undecided: readonly Undecided[]): readonly Undecided[] {
  const merged = new Map<string, Undecided>();
  for (const one of undecided) {
    const key = JSON.stringify([one.rule, one.at && placeKey(one.at), one.why]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? one : { ...before, deployments: union(before.deployments, one.deployments) });
  }
  return [...merged.values()].sort(
    (a, b) => compareText(a.at?.file ?? '', b.at?.file ?? '') || (a.at?.start ?? 0) - (b.at?.start ?? 0) || compareText(a.rule, b.rule),
  );
}

/** By path, line and column (an offset orders both), id, then message. */
function byPlace(a: Finding, b: Finding): number {
  return (
    compareText(a.at.file, b.at.file) ||
    a.at.start - b.at.start ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message) ||
    a.at.end - b.at.end
  );
}

function joined(a: Finding, b: Finding): Finding {
  return {
    ...a,
    related: [...a.related, ...b.related.filter((one) => !a.related.some((other) => sameRelated(one, other)))],
    deployments: union(a.deployments, b.deployments),
    django: union(a.django, b.django),
  };
}

function sameRelated(a: Related, b: Related): boolean {
  return a.message === b.message && sameSpan(a.at, b.at);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort(compareText);
}

function placeKey(at: Span): string {
  return `${at.file}:${at.start}:${at.end}`;
}

/** Code unit order: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
