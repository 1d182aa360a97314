import type { Answer, PackageFacts, Process, RepositoryFacts, SettingsFacts, Span } from '../../../src/rule.ts';

/** Something that tells people of errors by itself: a tracker, or a monitor that records exceptions. */
export interface ErrorReporter {
  /** 'yes' when code that production runs starts it; 'maybe' when something only points at one. */
  readonly is: Answer;
  readonly name: string;
  readonly at: Span | null;
}

/** What starts one in code: a call, or its Django app or middleware. */
const STARTS =
  /^[^#\n]*?\b(sentry_sdk\.init\s*\(|raven\.contrib\.django|rollbar\.(contrib\.django|init)|bugsnag\.(configure|django)|honeybadger\.(contrib|configure)|elasticapm\.contrib\.django|newrelic\.agent\.initialize|ddtrace\.(contrib\.django|auto|patch_all)|scout_apm\.django|opentelemetry\.instrumentation|DjangoInstrumentor\(|logfire\.configure|configure_azure_monitor\(|raygun4py\.middleware|pybrake\.(django|middleware)|appsignal\.Appsignal|airbrake\.|google\.cloud\.error_reporting|error_report\b.*middleware)/gm;

/** Anything that may be one, or leads records of the log elsewhere. */
const POINTS =
  /^[^#\n]*?\b(sentry|raven\.|rollbar|bugsnag|honeybadger|opentelemetry|newrelic|elasticapm|ddtrace|datadog|appsignal|airbrake|pybrake|raygun|scout_apm|applicationinsights|opencensus|azure\.monitor|logfire|highlight_io|logtail|posthog|stackify|instana|atatus|opbeat|glitchtip|exceptionless|google\.cloud\.(logging|error_reporting)|watchtower|logstash|graypy|got_request_exception|def process_exception|error_report|django_slack|django_telegram)/gim;

const PACKAGES = [
  'sentry-sdk',
  'raven',
  'rollbar',
  'bugsnag',
  'honeybadger',
  'elastic-apm',
  'newrelic',
  'ddtrace',
  'scout-apm',
  'opentelemetry-distro',
  'opentelemetry-instrumentation-django',
  'logfire',
  'azure-monitor-opentelemetry',
  'appsignal',
  'pybrake',
  'raygun4py',
  'instana',
  'atatus',
  'highlight-io',
];

/** Wrappers that put a monitor into the server from outside, and variables that switch one on. */
const WRAPPERS = /\b(ddtrace-run|newrelic-admin|opentelemetry-instrument|appsignal-wrap|AUTOWRAPT_BOOTSTRAP)\b/;
const MANIFEST =
  /(^|\/)(Procfile[^/]*|[^/]*Dockerfile[^/]*|[^/]*\.(ya?ml|sh|service|conf|ini|toml|json)|[^/]*(entrypoint|start|run)[^/.]*)$/i;
const VARIABLES =
  /SENTRY|ROLLBAR|BUGSNAG|HONEYBADGER|NEW_RELIC|ELASTIC_APM|^DD_|DATADOG|^OTEL_|APPSIGNAL|RAYGUN|APPLICATIONINSIGHTS|GLITCHTIP/i;

interface Where {
  readonly evaluations: readonly SettingsFacts[];
  readonly processes: readonly Process[];
  readonly packages: PackageFacts | null;
  readonly repository: RepositoryFacts;
}

/** The best sign of an error reporter; null when the repository holds none. */
export function errorReporter({ evaluations, processes, packages, repository }: Where): ErrorReporter | null {
  const evaluated = new Set(evaluations.flatMap((one) => one.evaluated.files));
  const isSettings = (file: string) =>
    /(^|\/)(settings|config|conf)[^/]*(\/|\.py$)/.test(file) && !/(^|\/)(wsgi|asgi|celery|apps)\.py$/.test(file);
  const started = repository.codeMentions(STARTS).items.find(({ file }) => evaluated.has(file) || !isSettings(file));
  if (started !== undefined) return { is: 'yes', name: nameIn(started, repository), at: started };
  const [pointed] = repository.codeMentions(POINTS).items;
  if (pointed !== undefined) return { is: 'maybe', name: nameIn(pointed, repository), at: pointed };
  const listed = PACKAGES.find((name) => packages?.installs(name) === 'yes');
  if (listed !== undefined) return { is: 'maybe', name: listed, at: null };
  const wrapper = wrapped(repository);
  if (wrapper !== null) return { is: 'maybe', name: 'a monitor', at: wrapper };
  const told = processes.find(({ environment }) => [...environment.variables.keys()].some((name) => VARIABLES.test(name)));
  return told === undefined ? null : { is: 'maybe', name: 'a monitor', at: told.at };
}

/** Wrappers are cleared from the commands, so the manifests are asked as texts. */
function wrapped({ files, read }: RepositoryFacts): Span | null {
  for (const file of files) {
    if (!MANIFEST.test(file)) continue;
    const found = WRAPPERS.exec(read(file) ?? '');
    if (found !== null) return { file, start: found.index, end: found.index + found[0].length };
  }
  return null;
}

function nameIn({ file, start, end }: Span, { read }: RepositoryFacts): string {
  const text = (read(file) ?? '').slice(start, end);
  const found =
    /(sentry|raven|rollbar|bugsnag|honeybadger|elasticapm|newrelic|ddtrace|datadog|opentelemetry|scout_apm|logfire|appsignal|airbrake|raygun)/i.exec(
      text,
    );
  return found?.[1]?.toLowerCase() ?? 'an error reporter';
}
