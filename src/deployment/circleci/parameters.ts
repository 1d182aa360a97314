import { asScalar, entriesOf, get, type YamlNode } from '../../syntax/yaml/index.ts';

/** What `<< parameters.x >>` stands for: known texts; what is absent is not known. */
export type Parameters = ReadonlyMap<string, string>;

export const PARAMETER = /<<\s*(?:parameters|pipeline\.parameters)\.([\w-]+)\s*>>/g;

/** The defaults that a job, command or executor declares, under what its caller hands over. */
export function parametersOf(declared: YamlNode | undefined, given: YamlNode | undefined, outer: Parameters): Parameters {
  const values = new Map<string, string>();
  for (const { key, value } of entriesOf(declared)) {
    const text = asScalar(get(value, 'default'))?.text;
    if (text !== undefined) values.set(key, text);
  }
  for (const { key, value } of entriesOf(given)) {
    const text = asScalar(value)?.text;
    const put = text === undefined ? null : withParameters(text, outer);
    if (put === null) values.delete(key);
    else values.set(key, put);
  }
  return values;
}

/** A text with its parameters put in; null when one of them is not known. */
export function withParameters(text: string, parameters: Parameters): string | null {
  let isKnown = true;
  const out = text.replace(PARAMETER, (all, name: string) => {
    const value = parameters.get(name);
    if (value === undefined) isKnown = false;
    return value ?? all;
  });
  return isKnown && !/<<[^<>]*>>/.test(out) ? out : null;
}
