import { arg, builtin, isLeftOut, PYTHON, typeObject } from '../../builtins/native.ts';
import { callUnknown } from '../../expressions/call.ts';
import { raise } from '../../raise.ts';
import { liftAll, originAt, type Run, unknownAt } from '../../run.ts';
import { type CallArgs, type Known, known, type Site, type Val } from '../../values/object.ts';
import type { ModuleTable } from '../registry.ts';

/** datetime.date and datetime.datetime: fixed dates are values, what asks the clock is random. */

const CLOCK = new Set(['now', 'utcnow', 'today']);
const UTC = 'datetime.timezone';

type Field = readonly [name: string, least: number, most: number];
const DATE: readonly Field[] = [
  ['year', 1, 9999],
  ['month', 1, 12],
  ['day', 1, 31],
];
const TIME: readonly Field[] = [
  ['hour', 0, 23],
  ['minute', 0, 59],
  ['second', 0, 59],
  ['microsecond', 0, 999_999],
];

function made(run: Run, args: CallArgs, fields: readonly Field[], at: Site): Val {
  const zone = args.kw.get('tzinfo') ?? args.pos[fields.length];
  const isUtc = zone?.k === 'known' && zone.obj.t === 'native' && zone.obj.cls === UTC;
  const isPlain = isLeftOut(zone) || isUtc;
  if (args.open !== null || !isPlain || args.kw.has('fold')) return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
  const given = fields.map(([name], i) => arg(args, i, name));
  if (given.slice(0, DATE.length).includes(undefined)) return raise(run, 'TypeError', 'missing required argument', at);
  const values = given.flatMap((one) => (one === undefined ? [] : [one]));
  return liftAll(run, values, (all) => {
    const numbers = all.map(({ obj }) => (obj.t === 'int' ? Number(obj.v) : Number.NaN));
    if (numbers.some(Number.isNaN)) return unknownAt(run, 'dynamic-call', at);
    const byField = fields.map((_, i) =>
      given[i] === undefined ? 0 : (numbers[given.slice(0, i).filter((one) => one !== undefined).length] ?? 0),
    );
    if (!isReal(byField, fields)) return raise(run, 'ValueError', 'a part of the date is out of range', at);
    return known({ t: 'datetime', v: `${isoText(byField)}${isUtc ? '+00:00' : ''}` }, originAt(at));
  });
}

function isReal(numbers: readonly number[], fields: readonly Field[]): boolean {
  if (!fields.every(([, least, most], i) => (numbers[i] ?? 0) >= least && (numbers[i] ?? 0) <= most)) return false;
  const [year = 1, month = 1, day = 1] = numbers;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** As isoformat() writes it. */
function isoText(numbers: readonly number[]): string {
  const pad = (value: number | undefined, width: number) => String(value ?? 0).padStart(width, '0');
  const date = `${pad(numbers[0], 4)}-${pad(numbers[1], 2)}-${pad(numbers[2], 2)}`;
  if (numbers.length === DATE.length) return date;
  const fraction = numbers[6] === 0 ? '' : `.${pad(numbers[6], 6)}`;
  return `${date}T${pad(numbers[3], 2)}:${pad(numbers[4], 2)}:${pad(numbers[5], 2)}${fraction}`;
}

function utc(): Known {
  return known({ t: 'native', cls: UTC, truth: true }, PYTHON);
}

export function datetimeNames(run: Run): ModuleTable {
  const attr = (name: string) =>
    builtin(name, (args, at) =>
      CLOCK.has(name) ? unknownAt(run, 'random', at) : callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at),
    );
  return {
    date: () => typeObject('date', (args, at) => made(run, args, DATE, at), attr),
    datetime: () => typeObject('datetime', (args, at) => made(run, args, [...DATE, ...TIME], at), attr),
    timezone: () =>
      typeObject(
        'timezone',
        (args, at) => callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at),
        (name) => (name === 'utc' ? utc() : undefined),
      ),
    UTC: utc,
  };
}
