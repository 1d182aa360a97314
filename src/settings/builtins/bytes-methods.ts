import { originAt, type Run, unknownAt } from '../run.ts';
import { listFrom, withItems } from '../values/iterate.ts';
import { bool, type CallArgs, int, type Known, known, type NativeCall, none, type Site, str, type Val } from '../values/object.ts';
import { codec, decoded } from './codecs.ts';

/** Methods of bytes. */

function bytes(v: string, self: Known, at: Site): Known {
  return known({ t: 'bytes', v }, originAt(at, undefined, self.origin), self.secret);
}

function bytesArg(value: Val | undefined): string | undefined {
  return value?.k === 'known' && value.obj.t === 'bytes' ? value.obj.v : undefined;
}

function stripped(text: string, chars: string, where: 'both' | 'left' | 'right'): string {
  let from = 0;
  let to = text.length;
  if (where !== 'right') while (from < to && chars.includes(text.charAt(from))) from++;
  if (where !== 'left') while (to > from && chars.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

export function bytesMethod(run: Run, self: Known, v: string, name: string): NativeCall | undefined {
  const open = (at: Site) => unknownAt(run, 'unsupported-syntax', at);
  const one =
    (use: (part: string, at: Site) => Val): NativeCall =>
    (args, at) => {
      const part = bytesArg(args.pos[0]);
      return part === undefined || args.pos.length > 1 ? open(at) : use(part, at);
    };
  const strip =
    (where: 'both' | 'left' | 'right'): NativeCall =>
    (args, at) => {
      const chars = args.pos.length === 0 ? ' \t\n\r\v\f' : bytesArg(args.pos[0]);
      return chars === undefined ? open(at) : bytes(stripped(v, chars, where), self, at);
    };
  switch (name) {
    case 'decode':
      return (args, at) => {
        const text = decoded(v, codec(args));
        return text === undefined
          ? unknownAt(run, 'unsupported-syntax', at, { type: 'str' })
          : str(text, originAt(at, undefined, self.origin), self.secret);
      };
    case 'hex':
      return (args, at) =>
        args.pos.length > 0
          ? open(at)
          : str(
              v.replace(/[\s\S]/g, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')),
              originAt(at),
              self.secret,
            );
    case 'upper':
      return (_args, at) =>
        bytes(
          v.replace(/[a-z]/g, (char) => char.toUpperCase()),
          self,
          at,
        );
    case 'lower':
      return (_args, at) =>
        bytes(
          v.replace(/[A-Z]/g, (char) => char.toLowerCase()),
          self,
          at,
        );
    case 'strip':
      return strip('both');
    case 'lstrip':
      return strip('left');
    case 'rstrip':
      return strip('right');
    case 'startswith':
      return one((part, at) => bool(v.startsWith(part), originAt(at)));
    case 'endswith':
      return one((part, at) => bool(v.endsWith(part), originAt(at)));
    case 'find':
      return one((part, at) => int(v.indexOf(part), originAt(at)));
    case 'count':
      return one((part, at) => (part === '' ? open(at) : int(v.split(part).length - 1, originAt(at))));
    case 'split':
      return one((part, at) =>
        part === ''
          ? open(at)
          : known(
              listFrom(
                run,
                v.split(part).map((each) => bytes(each, self, at)),
              ),
              originAt(at),
            ),
      );
    case 'replace':
      return (args: CallArgs, at) => {
        const [from, to] = [bytesArg(args.pos[0]), bytesArg(args.pos[1])];
        return from === undefined || from === '' || to === undefined || args.pos.length > 2
          ? open(at)
          : bytes(v.split(from).join(to), self, at);
      };
    case 'join':
      return (args, at) =>
        withItems(run, args.pos[0] ?? none(originAt(at)), at, (items) => {
          const parts = items.map(bytesArg);
          return parts.includes(undefined) ? open(at) : bytes(parts.join(v), self, at);
        });
    default:
      return undefined;
  }
}
