import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { unknown } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import type { JobStep } from '../model.ts';

/** What a step leaves behind for the steps after it. */
export interface StepEffects {
  readonly environment: Environment;
}

/** `read` gives the text of a file of the checkout, seen from the step's folder; null when there is none. */
export function scriptEffects(step: JobStep, environment: Environment, read: (path: string) => string | null): StepEffects {
  if (step.script === null) return { environment };
  return { environment: afterScript(step.script.text, step.script.at, environment, read) };
}

/** Something may give variables of any name. */
export function opened(environment: Environment, because: string, at: Span): Environment {
  return environment.closed === true ? { variables: environment.variables, closed: { because, at } } : environment;
}

/** Variables that a step gives in a way whose values are not followed; none named means that any may be given. */
export function provided(environment: Environment, names: readonly string[], at: Span, because: string): Environment {
  if (names.length === 0) return opened(environment, because, at);
  const variables = new Map(environment.variables);
  for (const name of names) {
    if (!variables.has(name)) variables.set(name, unknown('opaque-env', textOrigin(at, because), [name], 'str'));
  }
  return { variables, closed: environment.closed };
}

const WRITES = /(?:>>?|\btee(?:\s+-a)?)\s*["']?(\$\{?GITHUB_ENV\}?|(?:[\w./$ {}-]*\/)?\.?[\w.-]*\.?env[\w.-]*)["']?/;
const MAKES_FILE =
  /\b(?:cp|mv|ln|install|base64|curl|wget|gpg|sops|aws|gcloud|vault|op|doppler|envsubst|make|python|python3|node|\.\/\S+)\b[^\n]*\.env\b/;

const COPY = /\bcp\s+(?:-\w+\s+)*["']?([\w./-]+)["']?\s+["']?([\w./-]*\.env[\w.-]*)["']?/g;

/** `cp .env.example .env`: the file of the checkout gives its names; the rest of the script is looked at as before. */
function afterCopies(source: string, at: Span, before: Environment, read: (path: string) => string | null) {
  let environment = before;
  const script = source.replace(COPY, (all, from: string) => {
    const text = read(from);
    if (text === null) return all;
    const names = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=/gm)].map((one) => one[1] ?? '');
    if (names.length > 0) environment = provided(environment, names, at, `a step copies ${from}`);
    return '';
  });
  return { script, environment };
}

/**
 * A script that writes `.env` or GITHUB_ENV gives variables to what follows: a library reads the file, or the runner sets
 * them. Only their names are taken; a copy or a program gives any.
 */
function afterScript(source: string, at: Span, before: Environment, read: (path: string) => string | null): Environment {
  const { script, environment } = afterCopies(source, at, before, read);
  const writes = script.split('\n').some((line) => WRITES.test(line));
  if (MAKES_FILE.test(script)) return opened(environment, 'a step makes the env file', at);
  if (!writes) return environment;
  const names = new Set<string>();
  for (const [, name] of script.matchAll(/(?:^|["'\s;]|echo\s+-e\s+["']?|\\n)(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=/gm))
    if (name !== undefined) names.add(name);
  const opaque = /\$\{?[A-Z_]*(?:ENV_FILE|DOTENV|ENVFILE)\b|secrets\.\w*ENV\w*|\bcat\s+[^<\n]*>>?|\bprintenv\b|\benv\s*>/.test(script);
  const listed = provided(environment, [...names], at, 'a step writes it');
  return opaque ? opened(listed, 'a step writes the env file', at) : listed;
}
