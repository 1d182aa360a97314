import { bindValue, known, unknown, type Value } from '../../core/value.ts';

/** "8000" or "8000/tcp"; ranges are not read. */
export function portOf(value: Value<string>): Value<number> {
  return bindValue(value, ({ value: text, origin }) => {
    const port = /^(\d+)(?:\/(?:tcp|udp|sctp))?$/.exec(text.trim())?.[1];
    return port === undefined ? unknown('unsupported-syntax', origin) : known(Number(port), origin);
  });
}
