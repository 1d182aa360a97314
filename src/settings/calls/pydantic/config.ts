import { boolArg, isLeftOut, pathArg, textArg } from '../../builtins/native.ts';
import { envFileAt } from '../../imports/libraries.ts';
import { type Run, unknownAt } from '../../run.ts';
import type { CallArgs, Site, Unk, Val } from '../../values/object.ts';
import { isFrom } from './classes.ts';
import type { Generation, Model } from './types.ts';

/** The options of a settings class, as far as they are followed. */
export interface Options {
  readonly caseSensitive: boolean;
  readonly prefix: string;
  readonly delimiter: string | null;
  readonly maxSplit: number;
  /** Null: releases differ. */
  readonly ignoreEmpty: boolean | null;
  readonly noneText: string | null;
  /** Env files that stand in the tree, in the order they are read. */
  readonly files: readonly string[];
  readonly secrets: readonly Val[];
  readonly extra: 'forbid' | 'allow' | 'ignore';
  readonly byName: boolean;
  readonly decoding: boolean;
  readonly validateDefault: boolean;
  /** pydantic-settings 2.8 or later, whose nested names and extra variables differ from those of earlier releases. */
  readonly recent: boolean;
  /** 2.16 or later: a variable that begins like a field is no longer taken for its own. */
  readonly latest: boolean;
}

/** Options that change nothing of what is followed here. */
const HARMLESS = new Set([
  'arbitrary_types_allowed',
  'protected_namespaces',
  'title',
  'frozen',
  'allow_mutation',
  'orm_mode',
  'from_attributes',
  'json_schema_extra',
  'schema_extra',
  'use_attribute_docstrings',
  'hide_input_in_errors',
  'defer_build',
  'ser_json_timedelta',
  'json_encoders',
  'cli_prog_name',
  'cli_hide_none_type',
  'cli_avoid_json',
  'cli_enforce_required',
  'fields',
  'env_prefix_target',
  'nested_model_default_partial_update',
]);
const READ = new Set([
  'case_sensitive',
  'env_prefix',
  'env_nested_delimiter',
  'env_nested_max_split',
  'env_ignore_empty',
  'env_parse_none_str',
  'env_file',
  'env_file_encoding',
  'secrets_dir',
  'extra',
  'populate_by_name',
  'validate_by_name',
  'allow_population_by_field_name',
  'enable_decoding',
  'validate_default',
  'validate_all',
  'validate_assignment',
]);

/** Options that earlier releases of pydantic-settings pass over. */
const SINCE: ReadonlyMap<string, string> = new Map([
  ['env_parse_none_str', '2.2'],
  ['enable_decoding', '2.7'],
  ['env_nested_max_split', '2.8'],
]);

/** The options of a class with what the call overrides; an unknown where one of them is not followed. */
export function optionsOf(run: Run, model: Model, generation: Generation, args: CallArgs, site: Site): Options | Unk {
  const refuse = () => unknownAt(run, 'unsupported-syntax', site);
  const config = new Map(model.config);
  for (const [name, value] of args.kw) {
    if (!name.startsWith('_')) continue;
    if (!READ.has(name.slice(1))) return refuse();
    // `_env_file=None` means no file; for the other options None means: as the class says.
    if (name === '_env_file' || !isLeftOut(value)) config.set(name.slice(1), value);
  }
  for (const [name, value] of config) {
    const since = SINCE.get(name);
    if (since !== undefined && !isLeftOut(value) && isFrom(run, 'pydantic-settings', since) !== true) return refuse();
    if (READ.has(name) || HARMLESS.has(name)) {
      if (
        (name === 'env_prefix_target' && textArg(value) !== 'variable') ||
        (name === 'nested_model_default_partial_update' && boolArg(value, false) !== false)
      )
        return refuse();
    } else if (!isLeftOut(value)) return refuse();
  }
  const flag = (name: string, otherwise: boolean) => (isLeftOut(config.get(name)) ? otherwise : boolArg(config.get(name), otherwise));
  const text = (name: string): string | null | undefined => (isLeftOut(config.get(name)) ? null : textArg(config.get(name)));
  const split = config.get('env_nested_max_split');
  const maxSplit = isLeftOut(split) ? 0 : split?.k === 'known' && split.obj.t === 'int' ? Number(split.obj.v) : undefined;
  const caseSensitive = flag('case_sensitive', false);
  const prefix = text('env_prefix');
  const delimiter = text('env_nested_delimiter');
  const ignoreEmpty = flag('env_ignore_empty', false);
  const noneText = text('env_parse_none_str');
  const extra = extraOf(config.get('extra'), model.isSettings);
  const byName =
    generation === 1 ? flag('allow_population_by_field_name', false) : flag('validate_by_name', flag('populate_by_name', false) === true);
  const decoding = flag('enable_decoding', true);
  const validateDefault = generation === 1 ? flag('validate_all', model.isSettings) : flag('validate_default', model.isSettings);
  const files = filesOf(run, config.get('env_file'), config.get('env_file_encoding'));
  const secrets = config.get('secrets_dir');
  if (
    caseSensitive === undefined ||
    prefix === undefined ||
    delimiter === undefined ||
    ignoreEmpty === undefined ||
    noneText === undefined ||
    extra === undefined ||
    byName === undefined ||
    decoding === undefined ||
    validateDefault === undefined ||
    maxSplit === undefined ||
    files === undefined
  )
    return refuse();
  return {
    caseSensitive,
    prefix: prefix ?? '',
    delimiter: delimiter === '' ? null : delimiter,
    maxSplit,
    ignoreEmpty: ignoreEmpty ? (isFrom(run, 'pydantic-settings', '2.2') ?? null) : false,
    noneText,
    files,
    secrets: isLeftOut(secrets) || secrets === undefined ? [] : [secrets],
    extra,
    byName,
    decoding,
    validateDefault,
    latest: isFrom(run, 'pydantic-settings', '2.16') === true,
    recent: generation === 1 || isFrom(run, 'pydantic-settings', '2.8') === true,
  };
}

function extraOf(value: Val | undefined, isSettings: boolean): Options['extra'] | undefined {
  if (isLeftOut(value)) return isSettings ? 'forbid' : 'ignore';
  const text = textArg(value);
  return text === 'forbid' || text === 'allow' || text === 'ignore' ? text : undefined;
}

/** The env files that exist, in order; undefined when one of them cannot be told. */
function filesOf(run: Run, value: Val | undefined, encoding: Val | undefined): readonly string[] | undefined {
  if (isLeftOut(value) || value === undefined) return [];
  const items =
    value.k === 'known' && value.obj.t === 'tuple'
      ? value.obj.items
      : value.k === 'known' && value.obj.t === 'list' && value.obj.cell.state.alternatives === null
        ? value.obj.cell.state.items
        : [value];
  const written = isLeftOut(encoding) ? 'utf-8' : textArg(encoding)?.toLowerCase();
  const found: string[] = [];
  for (const item of items) {
    const path = pathArg(item);
    const file = path === undefined || path.startsWith('~') ? undefined : envFileAt(run, path);
    if (file === undefined) return undefined;
    if (file === null) continue;
    const read = run.request.tree.read(file);
    const safe =
      written === 'utf-8' ||
      written === 'utf8' ||
      (written !== undefined && /^(ascii|latin-?1|iso-8859-1|cp1252)$/.test(written) && read.ok && /^[\x00-\x7f]*$/.test(read.text));
    if (!read.ok || !safe) return undefined;
    found.push(file);
  }
  return found;
}
