import type { Data } from '../../src/core/data.ts';
import { guardsInWords } from '../../src/core/guard.ts';
import { defaultOrigin } from '../../src/core/origin.ts';
import { known, type Value } from '../../src/core/value.ts';
import { readOwnFile } from '../../src/files/disk.ts';
import { memoryTree } from '../../src/files/memory.ts';
import { wasmPlaces } from '../../src/files/wasm.ts';
import { encodeSettled, evaluateSettings } from '../../src/settings/index.ts';
import type { Environment, EvaluatedSettings, SettingsRequest } from '../../src/settings/model.ts';
import { initPython } from '../../src/syntax/python/index.ts';

export async function startPython(): Promise<void> {
  const { runtime, grammar } = wasmPlaces();
  await initPython({ runtime: readOwnFile(runtime), grammar: readOwnFile(grammar) });
}

/** An environment of NAME=VALUE pairs; open when something that is not listed may be set as well. */
export function environmentOf(pairs: readonly string[], open = false): Environment {
  const variables = new Map<string, Value<string>>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    variables.set(name, known(pair.slice(at + 1), { step: 'env', name, state: 'given', from: 'the test' }));
  }
  return { variables, closed: open ? { because: 'the test says so' } : true };
}

export function evaluateFiles(
  files: Readonly<Record<string, string>>,
  environment: Environment,
  more: Partial<SettingsRequest> = {},
): EvaluatedSettings {
  return evaluateSettings({
    tree: memoryTree(files),
    module: 'settings',
    importRoots: [''],
    environment,
    django: { from: '5.2', before: '5.3', exact: '5.2.1', origin: defaultOrigin('the test') },
    python: '3.12',
    argv: ['gunicorn'],
    ...more,
  });
}

function shown(one: Value<Data>): string {
  return one.kind === 'unknown' ? `unknown (${one.why})` : JSON.stringify(encodeSettled(one, { showSecrets: true }));
}

/** A value in the words of the specs. */
export function inWords(value: Value<Data> | undefined): string {
  if (value === undefined) return 'absent';
  if (value.kind !== 'conditional') return shown(value);
  return value.cases.map((one) => `${shown(one.then)} when ${guardsInWords(one.when)}`).join('; ');
}
