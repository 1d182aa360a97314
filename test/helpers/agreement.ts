/** Whether what we say known agrees with what Python says, in the encoding of settings-truth.py. */

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGap(one: unknown): boolean {
  return isRecord(one) && one['many'] === true;
}

/** Python prints -0.0, 1.0 and 1 apart; JSON knows one kind of number, so only what it can say is compared. */
function numberOf(truth: unknown): number | undefined {
  if (typeof truth === 'number') return truth;
  return isRecord(truth) && typeof truth['$float'] === 'string' ? Number(truth['$float']) : undefined;
}

/** Items in order; a gap stands for any number of them. */
function agreesInOrder(truth: readonly unknown[], ours: readonly unknown[]): boolean {
  const [first, ...rest] = ours;
  if (ours.length === 0) return truth.length === 0;
  if (isGap(first)) return Array.from({ length: truth.length + 1 }, (_one, i) => i).some((i) => agreesInOrder(truth.slice(i), rest));
  return truth.length > 0 && agrees(truth[0], first) && agreesInOrder(truth.slice(1), rest);
}

/** Members in any order: each of ours is one of Python's, and none is left unless a gap stands for it. */
function agreesAsSet(truth: readonly unknown[], ours: readonly unknown[]): boolean {
  const left = [...truth];
  for (const one of ours) {
    if (isGap(one)) continue;
    const at = left.findIndex((other) => agrees(other, one));
    if (at === -1) return false;
    left.splice(at, 1);
  }
  return left.length === 0 || ours.some(isGap);
}

/** Keys and values; the order of keys counts, because settings are iterated. */
function agreesAsMap(truth: readonly unknown[], ours: readonly (readonly [unknown, unknown])[], complete: boolean): boolean {
  const pairs = truth.filter((one): one is readonly [unknown, unknown] => Array.isArray(one) && one.length === 2);
  if (complete && pairs.length !== ours.length) return false;
  return ours.every(([key, value], i) => {
    const found = complete ? pairs[i] : pairs.find(([other]) => agrees(other, key));
    return found !== undefined ? agrees(found[0], key) && agrees(found[1], value) : isRecord(value) && value['$unknown'] === true;
  });
}

function pairsOf(ours: Readonly<Record<string, unknown>>): readonly (readonly [unknown, unknown])[] | undefined {
  if (ours['$type'] === undefined) return Object.entries(ours).filter(([key]) => key !== '$unknown');
  if (ours['$type'] !== 'dict' || !Array.isArray(ours['items'])) return undefined;
  return ours['items'].filter((one): one is readonly [unknown, unknown] => Array.isArray(one));
}

/** False only for a contradiction: unknown parts of ours agree with anything. */
export function agrees(truth: unknown, ours: unknown): boolean {
  if (isRecord(ours) && ours['$unknown'] === true) return true;
  const number = numberOf(truth);
  if (number !== undefined || typeof ours === 'number') return Object.is(number, ours) || (number === 0 && ours === 0);
  if (Array.isArray(truth)) return Array.isArray(ours) && agreesInOrder(truth, ours);
  if (!isRecord(truth)) return truth === ours;
  if (truth['$type'] === 'other') return true;
  if (!isRecord(ours)) return false;
  if (Array.isArray(truth['$dict']) || truth['$type'] === 'dict') {
    const pairs = pairsOf(ours);
    const items = truth['$dict'] ?? truth['items'];
    const complete = ours['$unknown'] === undefined && !(Array.isArray(ours['items']) && ours['items'].some(isGap));
    return pairs !== undefined && Array.isArray(items) && agreesAsMap(items, pairs, complete);
  }
  // What objects, classes and functions are called is for reading only.
  if (['object', 'class', 'callable', 'module'].includes(String(truth['$type'])))
    return ['object', 'class', 'callable', 'module'].includes(String(ours['$type']));
  if (truth['$type'] !== ours['$type']) return false;
  if (Array.isArray(truth['items']) && Array.isArray(ours['items']))
    return truth['$type'] === 'set' ? agreesAsSet(truth['items'], ours['items']) : agreesInOrder(truth['items'], ours['items']);
  return Object.keys(truth).every((key) => agrees(truth[key], ours[key]));
}
