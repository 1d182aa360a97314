/** Commands of the program. `check` is meant when none is named. */
export const COMMANDS = ['check', 'settings', 'env', 'topology', 'explain', 'rules', 'init'] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface OptionSpec {
  readonly name: string;
  /** Placeholder of its value; null for a switch. */
  readonly value: string | null;
  readonly repeatable: boolean;
  /** Commands that take it. */
  readonly on: readonly CommandName[];
  /** Null keeps it out of the help. */
  readonly help: string | null;
  readonly aliasOf?: string;
}

const ANALYSES = ['check', 'settings', 'env', 'topology'] as const;

function option(name: string, value: string | null, on: readonly CommandName[], help: string | null, repeatable = false): OptionSpec {
  return { name, value, on, help, repeatable };
}

/** Every option (DESIGN §8). The help and the errors are made from it. */
export const OPTIONS: readonly OptionSpec[] = [
  option(
    'format',
    'FORMAT[=FILE]',
    ['check', 'settings', 'env', 'topology', 'explain', 'rules'],
    'output format; for check repeatable, each to its own FILE',
    true,
  ),
  option('output', 'FILE', ['check', 'settings', 'env', 'topology', 'rules'], 'write the report to FILE instead of standard output'),
  option('fail-on', 'LEVEL', ['check'], 'exit 1 from this severity on: error, warning (default), note, never'),
  option('select', 'RULE|AREA/*', ['check'], 'report only these rules', true),
  option('ignore', 'RULE|AREA/*', ['check'], 'do not report these rules', true),
  option('strict', null, ['check'], 'suppressions must give a reason'),
  option('settings', 'MODULE', ANALYSES, 'judge only this settings module, whatever the deployments load', true),
  { ...option('module', 'MODULE', ANALYSES, null, true), aliasOf: 'settings' },
  option('class', 'CLASS', ANALYSES, 'class of django-configurations that holds the settings'),
  option('path', 'DIR', ANALYSES, 'import root besides those found; the first is the working directory', true),
  option('env-file', 'FILE', ANALYSES, 'file of variables that production gets', true),
  option('env', 'NAME=VALUE', ANALYSES, 'variable that production gets', true),
  option('hermetic', null, ANALYSES, 'only --env and --env-file are given, nothing of the deployments'),
  option('deployment', 'ID', ANALYSES, 'judge only this deployment (topology lists them)'),
  option('cpus', 'N', ['check'], 'CPU cores of the production machine, for rules about workers'),
  option('django', 'VERSION', ANALYSES, 'Django release, instead of the one the project pins'),
  option('python', 'VERSION', ANALYSES, 'Python release, instead of the one the project pins'),
  option('today', 'DATE', ['check'], 'date that decides end of life, YYYY-MM-DD (default: today)'),
  option('config', 'FILE', ANALYSES, 'configuration file (default: django-prodcheck.toml or pyproject.toml at the root)'),
  option('show-undecided', null, ['check'], 'list every rule that could not be settled, with the reason'),
  option('statistics', null, ['check'], 'count findings by rule'),
  option('quiet', null, ['check'], 'findings only, without the opening and the summary'),
  option('show-secrets', null, ['settings'], 'print secret values'),
  option('all', null, ['settings'], 'list the settings that only Django sets, too'),
  option('color', 'WHEN', ['check', 'settings', 'env', 'topology', 'explain', 'rules'], 'auto (default), always, never'),
  option('help', null, COMMANDS, 'show this help'),
  option('version', null, ['check'], 'show the version'),
  option('debug', null, COMMANDS, null),
];
