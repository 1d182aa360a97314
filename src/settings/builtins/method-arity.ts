/** How many positional arguments the methods of built-in types take, at least and at most: `str.split` of CPython 3.11 and so on. */
const TABLE: Readonly<Record<string, string>> = {
  str:
    'upper:0 lower:0 title:0 capitalize:0 swapcase:0 casefold:0 isdigit:0 isalpha:0 isalnum:0 isspace:0 isupper:0 islower:0 isdecimal:0 ' +
    'isnumeric:0 isidentifier:0 istitle:0 isascii:0 isprintable:0 strip:0-1 lstrip:0-1 rstrip:0-1 split:0-2 rsplit:0-2 splitlines:0-1 ' +
    'startswith:1-3 endswith:1-3 find:1-3 rfind:1-3 index:1-3 rindex:1-3 count:1-3 replace:2-3 join:1 partition:1 rpartition:1 zfill:1 ' +
    'center:1-2 ljust:1-2 rjust:1-2 encode:0-2 removeprefix:1 removesuffix:1 translate:1 expandtabs:0-1 format_map:1',
  list: 'append:1 extend:1 insert:2 remove:1 pop:0-1 clear:0 copy:0 reverse:0 sort:0 count:1 index:1-3',
  dict: 'get:1-2 setdefault:1-2 pop:1-2 update:0-1 keys:0 values:0 items:0 copy:0 clear:0 popitem:0',
  set: 'add:1 discard:1 remove:1 pop:0 clear:0 copy:0 symmetric_difference:1 issubset:1 issuperset:1 isdisjoint:1',
};

const ARITY: ReadonlyMap<string, readonly [number, number]> = new Map(
  Object.entries(TABLE).flatMap(([type, methods]) =>
    methods.split(' ').map((one): [string, readonly [number, number]] => {
      const [name = '', counts = '0'] = one.split(':');
      const [least = 0, most = least] = counts.split('-').map(Number);
      return [`${type}.${name}`, [least, most]];
    }),
  ),
);

/** The methods of the table that take arguments by name. */
const NAMED = new Set('str.split str.rsplit str.splitlines str.encode str.expandtabs list.sort dict.update'.split(' '));

/** Whether a method of a built-in type refuses so many arguments. Keywords may stand for positional ones that are missing. */
export function refusesCount(type: string, method: string, positional: number, keywords: number): boolean {
  const arity = ARITY.get(`${type}.${method}`);
  if (arity === undefined) return false;
  return positional > arity[1] || positional + keywords < arity[0] || (keywords > 0 && !NAMED.has(`${type}.${method}`));
}
