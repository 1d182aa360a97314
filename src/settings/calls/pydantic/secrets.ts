import type { Origin } from '../../../core/origin.ts';
import { builtin } from '../../builtins/native.ts';
import { type Known, known, str } from '../../values/object.ts';

/** SecretStr: prints dots, and gives its text only when asked. */
export function secretText(home: string, text: string, origin: Origin): Known {
  return known(
    {
      t: 'native',
      cls: `${home}.types.SecretStr`,
      text: text === '' ? '' : '**********',
      truth: text !== '',
      attr: (name) => (name === 'get_secret_value' ? builtin(name, () => str(text, origin, true)) : undefined),
    },
    origin,
    true,
  );
}
