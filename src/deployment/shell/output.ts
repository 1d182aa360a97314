import { known, type Value } from '../../core/value.ts';
import type { ShellCommand, ShellScript } from '../../syntax/shell/script.ts';
import { textOf } from '../command/command.ts';
import { resolvePath, type Shell } from './state.ts';

/** `dirname "$0"`, `pwd`, `cd "$(dirname "$0")" && pwd`: where the script stands. */
export function outputOf(shell: Shell, script: ShellScript): Value<string> | null {
  const texts = script.commands.map((one) => one.words.map((word) => wordText(word.parts)).join(' '));
  const whole = texts.join(' ; ');
  const folder = shell.script?.includes('/') ? shell.script.slice(0, shell.script.lastIndexOf('/')) || '/' : null;
  const at = script.commands[0]?.span;
  if (at === undefined) return null;
  if (/^pwd( -[LP])?$/.test(whole)) return shell.workdir;
  const found = /^(?:cd )?(?:-- )?(?:\$\(dirname (?:-- )?\$\{?0\}?\)|dirname (?:-- )?\$0)(\/[\w./-]*)?(?: ; pwd(?: -[LP])?)?$/.exec(whole);
  const path = found === null || folder === null ? null : resolvePath(textOf(shell.workdir), folder + (found[1] ?? ''));
  return path === null ? null : known(path, { step: 'text', at });
}

function wordText(parts: ShellCommand['words'][number]['parts']): string {
  return parts
    .map((part) => {
      if (part.kind === 'literal' || part.kind === 'other') return part.text;
      if (part.kind === 'variable') return part.name.startsWith('BASH_SOURCE') ? '$0' : `$${part.name}`;
      return `$(${part.script?.commands.map((one) => one.words.map((word) => wordText(word.parts)).join(' ')).join(' ; ') ?? ''})`;
    })
    .join('');
}
