/** An encoded value (corpus encoding) as Python would write it, shortened to one line. */
export function encodedInWords(value: unknown, limit = 160): string {
  const words = literal(value, 0);
  return words.length > limit ? `${words.slice(0, limit - 1)}…` : words;
}

function literal(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
  if (depth > 20 || typeof value !== 'object') return '…';
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, depth + 1)).join(', ')}]`;
  return special(new Map<string, unknown>(Object.entries(value)), depth);
}

function special(entries: ReadonlyMap<string, unknown>, depth: number): string {
  if (entries.has('$secret')) return '•••';
  if (entries.has('$unknown') && entries.get('$unknown') === true) return entries.get('many') === true ? '…' : 'unknown';
  const type = entries.get('$type');
  if (typeof type === 'string') return typed(type, entries, depth);
  return `{${[...entries].map(([key, one]) => (key === '$unknown' ? '…' : `'${key}': ${literal(one, depth + 1)}`)).join(', ')}}`;
}

function typed(type: string, entries: ReadonlyMap<string, unknown>, depth: number): string {
  const items = entries.get('items');
  const listed = Array.isArray(items) ? items : [];
  const inner = () => listed.map((one) => literal(one, depth + 1)).join(', ');
  switch (type) {
    case 'tuple':
      return `(${inner()}${listed.length === 1 ? ',' : ''})`;
    case 'set':
      return listed.length === 0 ? 'set()' : `{${inner()}}`;
    case 'dict':
      return `{${listed.map((pair) => (Array.isArray(pair) ? `${literal(pair[0], depth + 1)}: ${literal(pair[1], depth + 1)}` : '…')).join(', ')}}`;
    case 'path':
      return `Path(${literal(entries.get('value'), depth)})`;
    case 'timedelta':
      return `timedelta(seconds=${literal(entries.get('seconds'), depth)})`;
    default:
      return `<${type} ${String(entries.get('value') ?? entries.get('name') ?? entries.get('class') ?? entries.get('pattern') ?? '').slice(0, 80)}>`.replace(
        ' >',
        '>',
      );
  }
}
