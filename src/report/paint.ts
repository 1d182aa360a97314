import { styleText } from 'node:util';
import type { Severity } from '../core/finding.ts';

/** How the parts of a text report look. Each function returns its text, coloured or not. */
export interface Paint {
  severity(severity: Severity, text: string): string;
  primary(text: string): string;
  secondary(text: string): string;
  frame(text: string): string;
  strong(text: string): string;
  good(text: string): string;
  quiet(text: string): string;
}

type Style = Parameters<typeof styleText>[0];

const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

export function paintWith(colour: boolean): Paint {
  const style = (format: Style) => (text: string) => (colour && text !== '' ? styleText(format, text, { validateStream: false }) : text);
  return {
    severity: (severity, text) => style(['bold', COLOURS[severity]])(text),
    primary: style(['bold', 'red']),
    secondary: style('blue'),
    frame: style('blue'),
    strong: style('bold'),
    good: style('green'),
    quiet: style('dim'),
  };
}
