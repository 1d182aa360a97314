import type { Data } from '../../core/data.ts';
import { type Origin, textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, originOf, unknown, type Value } from '../../core/value.ts';
import { entriesOf, entry, get, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import type { YamlEntry } from '../../syntax/yaml/node.ts';
import { HOLE } from '../filled-text.ts';
import type { Play, PlaybookTask } from '../model.ts';
import { commandsOfTask, type TaskCommands } from './commands.ts';
import type { WrittenTask } from './plays.ts';
import { dataOf, filled, textOfData, type VariableLookup, within } from './values.ts';

/** Keys of a task that are no module. */
const KEYWORDS = new Set(
  'action any_errors_fatal args async become become_exe become_flags become_method become_user changed_when check_mode collections connection debugger delay delegate_facts delegate_to diff environment failed_when ignore_errors ignore_unreachable listen local_action loop loop_control module_defaults name no_log notify poll port register remote_user retries run_once tags throttle timeout until vars when'.split(
    ' ',
  ),
);
/** Modules whose argument is a command line and not `key=value` words. */
const FREE_FORM = new Set(['command', 'shell', 'raw', 'script', 'win_command', 'win_shell']);

/** A task with its arguments as its module gets them. */
export function taskOf(written: WrittenTask, play: Play | null, lookup: VariableLookup, running: TaskCommands): PlaybookTask | null {
  const module = moduleOf(written.node);
  if (module === null) return null;
  const name = module.key.slice(module.key.lastIndexOf('.') + 1);
  const args = argumentsOf(name, module, written.node, lookup);
  const title = get(written.node, 'name');
  const task: Omit<PlaybookTask, 'commands'> = {
    file: written.file,
    play,
    at: written.node.span,
    name: title?.kind === 'scalar' ? title.text : null,
    module: name,
    handler: written.handler,
    role: written.role,
    get: (...path) => within(args, path),
    placeOf: (...path) => placeWithin(module, written.node, path),
    keyword: (key) => keywordOf(key, written, lookup),
    conditions: conditionsOf(written),
  };
  return { ...task, commands: commandsOfTask(task, freeText(name, module, lookup), running) };
}

function moduleOf(node: YamlMap): YamlEntry | null {
  const own = node.entries.find(({ key }) => !KEYWORDS.has(key) && !key.startsWith('with_'));
  return own ?? null;
}

function argumentsOf(name: string, module: YamlEntry, task: YamlMap, lookup: VariableLookup): Value<Data> {
  const extra = entriesOf(get(task, 'args')).map((one) => ({ key: one.key, value: dataOf(one.value, lookup) }));
  const { value } = module;
  const origin = textOrigin(value.span);
  if (value.kind === 'map') {
    const own = value.entries.map((one) => ({ key: one.key, value: dataOf(one.value, lookup) }));
    const raw = own.find((one) => FREE_FORM.has(name) && one.key === 'cmd');
    return known(
      { kind: 'dict', entries: [...own, ...extra, ...(raw === undefined ? [] : [{ key: '_raw', value: raw.value }])], complete: true },
      origin,
    );
  }
  if (value.kind === 'seq' || value.text === '') return known({ kind: 'dict', entries: extra, complete: true }, origin);
  const text = filled(value.text, lookup, origin);
  const pairs = pairsIn(text, FREE_FORM.has(name)).map(([key, one]) => ({ key, value: textValue(one, origin) }));
  return known({ kind: 'dict', entries: [...pairs, ...extra], complete: !text.includes(HOLE) }, origin);
}

function textValue(text: string, origin: Origin): Value<Data> {
  return text.includes(HOLE) ? unknown('host', origin, [], 'str') : known(text, origin);
}

const PAIR = /(?:^|\s)([a-z_]\w*)=("[^"]*"|'[^']*'|[^\s"']*)/g;
/** Keys that command and shell take out of their text. */
const OF_COMMANDS = new Set(['chdir', 'creates', 'removes', 'executable', 'warn', 'stdin']);

/** `src=a.j2 dest=/etc/a`; of a command line only the keys that are no part of it. */
function pairsIn(text: string, free: boolean): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const [, key = '', value = ''] of text.matchAll(PAIR)) {
    if (!free || OF_COMMANDS.has(key)) pairs.push([key, value.replace(/^(["'])(.*)\1$/, '$2')]);
  }
  return free ? [...pairs, ['_raw', withoutPairs(text)]] : pairs;
}

function withoutPairs(text: string): string {
  return text.replace(PAIR, (all, key: string) => (OF_COMMANDS.has(key) ? '' : all)).trim();
}

/** The text that a shell or command module runs, with the places of its characters; null when it runs none. */
function freeText(name: string, module: YamlEntry, lookup: VariableLookup): { readonly text: string; readonly node: YamlNode } | null {
  if (!FREE_FORM.has(name)) return null;
  const node = module.value.kind === 'map' ? get(module.value, 'cmd') : module.value;
  if (node?.kind !== 'scalar' || node.text === '') return null;
  const text = filled(node.text, lookup, textOrigin(node.span));
  // Blanks keep every other character at its place.
  return { text: text.replace(PAIR, (all, key: string) => (OF_COMMANDS.has(key) ? ' '.repeat(all.length) : all)), node };
}

function placeWithin(module: YamlEntry, task: YamlMap, path: readonly (string | number)[]): Span {
  let node: YamlNode | undefined = module.value;
  let at = module.keySpan;
  for (const key of path) {
    const found: YamlEntry | undefined =
      typeof key === 'string' ? (entry(node, key) ?? (node === module.value ? entry(get(task, 'args'), key) : undefined)) : undefined;
    node = found?.value ?? (typeof key === 'number' && node?.kind === 'seq' ? node.items[key] : undefined);
    if (node === undefined) return at;
    at = found?.keySpan ?? node.span;
  }
  return at;
}

/** Of an include only what it hands on to its tasks; `name` and `vars` are its own. */
function keywordOf(key: string, { node, around }: WrittenTask, lookup: VariableLookup): Value<Data | undefined> {
  for (const one of [node, ...around]) {
    const found = get(one, key);
    if (found !== undefined) return dataOf(found, lookup);
  }
  return known(undefined, textOrigin(node.span));
}

function conditionsOf({ node, around }: WrittenTask): readonly string[] {
  return [node, ...around].flatMap((one) => {
    const when = get(one, 'when');
    if (when === undefined) return [];
    const items = when.kind === 'seq' ? when.items : [when];
    return items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  });
}

/** The pattern of a play as a text. */
export function patternOf(node: YamlNode | undefined, lookup: VariableLookup): Value<string> {
  if (node === undefined) return unknown('unsupported-syntax', { step: 'default', of: 'Ansible' }, [], 'str');
  const value = dataOf(node, lookup);
  const text = textOfData(value);
  if (text !== null) return known(text, originOf(value));
  if (node.kind === 'seq') {
    const parts = node.items.map((one) => textOfData(dataOf(one, lookup)));
    if (parts.every((one) => one !== null)) return known(parts.join(','), textOrigin(node.span));
  }
  return unknown('host', textOrigin(node.span), [], 'str');
}
