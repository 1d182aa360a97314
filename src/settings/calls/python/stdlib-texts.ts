import { arg, builtin } from '../../builtins/native.ts';
import { callUnknown } from '../../expressions/call.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { listFrom, withItems } from '../../values/iterate.ts';
import { known, none, str, type Val } from '../../values/object.ts';
import type { ModelledModule } from '../registry.ts';

/** shlex and textwrap: functions of texts, as Lib/shlex.py and Lib/textwrap.py of Python 3.11 have them. */

function quoted(text: string): string {
  if (text === '') return "''";
  return /^[A-Za-z0-9_@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Words without quotes, escapes and comments. */
function plainWords(text: string): readonly string[] | undefined {
  return /["'\\#]/.test(text) ? undefined : text.split(/[ \t\r\n]+/).filter((word) => word !== '');
}

/** textwrap.dedent: lines of whitespace alone become empty, and what all others begin with is cut off. */
function dedented(text: string): string | undefined {
  // Python's \s and its line ends have more than ASCII: such texts are left alone.
  if (/[^\t\n\x20-\x7e]/.test(text.replace(/[\u00a1-\uffff]/g, ''))) return undefined;
  const lines = text.split('\n').map((line) => (/^[ \t]+$/.test(line) ? '' : line));
  const margins = lines.filter((line) => line !== '').map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  const [first = '', ...others] = margins;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  return lines.map((line) => (line === '' ? '' : line.slice(length))).join('\n');
}

export function textModules(run: Run): Readonly<Record<string, ModelledModule>> {
  const onText = (name: string, key: string, use: (text: string) => Val | undefined) => () =>
    builtin(name, (args, at) => {
      const value = arg(args, 0, key);
      if (value === undefined || args.open !== null || args.pos.length + args.kw.size > 1)
        return callUnknown(run, unknownAt(run, 'dynamic-call', at), args, at);
      return lift(run, value, (one) => {
        const made = one.obj.t === 'str' ? use(one.obj.v) : undefined;
        return made === undefined || made.k !== 'known'
          ? unknownAt(run, 'dynamic-call', at, { secret: one.secret })
          : { ...made, origin: originAt(at, undefined, one.origin), secret: one.secret };
      });
    });
  const text = (value: string | undefined) => (value === undefined ? undefined : str(value, { step: 'default', of: 'Python' }));
  return {
    shlex: {
      open: true,
      names: {
        quote: onText('quote', 's', (value) => (/^[\x00-\x7f]*$/.test(value) ? text(quoted(value)) : undefined)),
        split: onText('split', 's', (value) => {
          const words = plainWords(value);
          if (words === undefined) return undefined;
          const origin = { step: 'default', of: 'Python' } as const;
          return known(
            listFrom(
              run,
              words.map((word) => str(word, origin)),
            ),
            origin,
          );
        }),
        join: () =>
          builtin('join', (args, at) =>
            withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
              const words = items.map((item) => (item.k === 'known' && item.obj.t === 'str' ? item.obj.v : undefined));
              if (words.some((word) => word === undefined || !/^[\x00-\x7f]*$/.test(word)))
                return unknownAt(run, 'dynamic-call', at, { type: 'str' });
              return str(words.map((word) => quoted(word ?? '')).join(' '), originAt(at));
            }),
          ),
      },
    },
    textwrap: { open: true, names: { dedent: onText('dedent', 'text', (value) => text(dedented(value))) } },
  };
}
