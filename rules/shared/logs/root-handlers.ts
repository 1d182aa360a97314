import type { Answer, Process, RepositoryFacts, SettingsFacts, Span } from '../../../src/rule.ts';

/** Something beside LOGGING that gives the root logger a handler. */
export interface RootHandlers {
  readonly is: Answer;
  readonly because: string;
  readonly at: Span;
}

/** daphne and waitress call logging.basicConfig, granian configures the root: read in daphne 4.2, waitress 3.0, granian 2.8. */
const CONFIGURING = new Set(['daphne', 'waitress', 'granian']);

const SET_UP =
  /^[^#\n]*?\b(basicConfig\s*\(|dictConfig\s*\(|fileConfig\s*\(|addHandler\s*\(|(import|from)\s+(loguru|structlog|django_structlog|coloredlogs|absl)\b)/gm;

/** AWS Lambda gives the root logger a handler before the code runs. */
const SERVERLESS = /(^|\/)(zappa_settings\.(json|ya?ml|toml)|serverless\.(ya?ml|ts|json)|samconfig\.toml|vercel\.json)$/;

/** Code that only runs by hand sets nothing up for the server. */
const BY_HAND =
  /(^|\/)(management\/commands|scripts?|bin|tools?|utils?\/scripts|docs?|notebooks?)\/|(^|\/)(manage|setup|fabfile|noxfile|tasks)\.py$/;

export function rootHandlersElsewhere(settings: SettingsFacts, repository: RepositoryFacts): RootHandlers | null {
  const servers = settings.processes.filter(({ server }) => server !== null);
  const configuring = servers.find(({ server }) => CONFIGURING.has(server?.software ?? ''));
  if (configuring !== undefined && servers.every(({ server }) => CONFIGURING.has(server?.software ?? '')))
    return { is: 'yes', because: 'The server sets up logging.', at: configuring.commandAt };
  const told = servers.find((process) => readsLogConfig(process, repository));
  if (told !== undefined) return { is: 'maybe', because: 'The server is given a logging configuration of its own.', at: told.commandAt };
  const installed = servers.length === 0 && [...CONFIGURING].some((name) => settings.project.packages.installs(name) === 'yes');
  if (installed) return { is: 'maybe', because: 'The server that runs it may set up logging.', at: settings.top };
  const serverless = repository.files.find((file) => SERVERLESS.test(file));
  if (serverless !== undefined)
    return { is: 'maybe', because: 'The function platform sets up logging.', at: { file: serverless, start: 0, end: 0 } };
  const [code] = repository.codeMentions(SET_UP).items.filter(({ file }) => !BY_HAND.test(file));
  return code === undefined ? null : { is: 'maybe', because: 'The code sets up logging by itself.', at: code };
}

function readsLogConfig({ command, server }: Process, { read }: RepositoryFacts): boolean {
  const words = command.kind === 'known' ? command.value : [];
  const option = words.some(
    (word) => word.kind !== 'known' || /^--(log-config|log_config|logging-config|log-config-json)\b/.test(word.value),
  );
  const file = server?.configFile ?? null;
  return option || (file !== null && /\blogconfig/.test(read(file) ?? ''));
}
