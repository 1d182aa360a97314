function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** False only for a contradiction between what Python says and what we say: unknown parts of ours agree with anything. */
export function agrees(truth: unknown, ours: unknown): boolean {
  if (isRecord(ours) && ours['$unknown'] === true) return true;
  if (isRecord(truth) && (truth['$type'] === 'other' || truth['$type'] === 'deep' || truth['$type'] === 'big')) return true;
  if (isRecord(ours) && ours['$type'] === 'object') return true;
  if (Array.isArray(truth) && Array.isArray(ours)) {
    const gap = ours.findIndex((one) => isRecord(one) && one['many'] === true);
    if (gap === -1) return truth.length === ours.length && truth.every((one, i) => agrees(one, ours[i]));
    return truth.length >= gap && ours.slice(0, gap).every((one, i) => agrees(truth[i], one));
  }
  if (isRecord(truth) && isRecord(ours)) {
    if (truth['$type'] === 'set' && Array.isArray(ours['items']) && Array.isArray(truth['items'])) {
      const sorted = [...ours['items']].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      const wanted = [...truth['items']].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return sorted.some((one) => isRecord(one)) || agrees(wanted, sorted);
    }
    // An open dict claims what it lists.
    if ('$unknown' in ours) return Object.keys(ours).every((key) => key === '$unknown' || agrees(truth[key], ours[key]));
    const keys = new Set([...Object.keys(truth), ...Object.keys(ours)]);
    return [...keys].every((key) => key in truth && key in ours && agrees(truth[key], ours[key]));
  }
  return Object.is(truth, ours) || (truth === 0 && ours === 0);
}
