import { casesOf, type Data, type Origin, type Process, type Span, type Value } from '../../../src/rule.ts';
import { truth } from '../values/data.ts';
import { type Variable, variableOf } from '../values/origin.ts';

/** Texts that people write to switch something off, and that count as true when nothing casts them. */
const MEANT_FALSE = /^(false|0|no|n|off|f|none|null|disabled?)$/i;

/** Why DEBUG is on. */
export type DebugCause =
  | { readonly is: 'text'; readonly origin: Origin; readonly variable: Variable | null }
  | { readonly is: 'given' | 'fallback'; readonly origin: Origin; readonly variable: Variable }
  | { readonly is: 'code'; readonly origin: Origin };

/** A variable as the settings read it. */
export interface Read {
  readonly name: string;
  readonly fallback: Value<Data> | null;
  readonly at: Span;
}

/** What of the settings decides why DEBUG is on. */
export interface DebugFacts {
  readonly debug: Value<Data | undefined>;
  readonly reads: readonly Read[];
  readonly processes: readonly Pick<Process, 'environment'>[];
}

/** Why DEBUG is definitely on; null when it is off or not known. Every rule about DEBUG asks here, so that exactly one of them speaks. */
export function debugCause({ debug, reads, processes }: DebugFacts): DebugCause | null {
  const causes = casesOf(debug).map(({ then }): DebugCause | null => {
    if (then.kind === 'unknown') return null;
    if (truth(then.value) !== 'yes') return null;
    const variable = variableOf(then.origin);
    if (typeof then.value === 'string') return { is: 'text', origin: then.origin, variable };
    if (variable === null) return { is: 'code', origin: then.origin };
    const text = variable.state === 'given' ? givenText(variable.name, processes) : fallbackText(variable.name, reads);
    if (text !== null && MEANT_FALSE.test(text)) return { is: 'text', origin: then.origin, variable };
    if (variable.state === 'absent') return { is: 'code', origin: then.origin };
    return { is: variable.state, origin: then.origin, variable };
  });
  const [first] = causes;
  return first !== undefined && causes.every((one) => one !== null) ? first : null;
}

function givenText(name: string, processes: DebugFacts['processes']): string | null {
  for (const { environment } of processes) {
    const value = environment.variables.get(name);
    if (value?.kind === 'known') return value.value;
  }
  return null;
}

function fallbackText(name: string, reads: readonly Read[]): string | null {
  const fallback = reads.find((read) => read.name === name)?.fallback;
  return fallback?.kind === 'known' && typeof fallback.value === 'string' ? fallback.value : null;
}
