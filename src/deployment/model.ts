import type { Answer, Collection } from '../core/data.ts';
import type { Span } from '../core/span.ts';
import type { Value } from '../core/value.ts';
import type { Environment, ReleaseRange } from '../settings/model.ts';
import type { ContainerLogging, HealthClient, KeptVariable, Privilege } from './container-model.ts';
import type { InfrastructureFacts } from './infrastructure-model.ts';
import type { KubernetesFacts } from './kubernetes-model.ts';
import type { Pipeline } from './pipeline-model.ts';
import type { PlaybookFacts } from './playbook-model.ts';
import type { ProxyFacts } from './proxy-model.ts';

export type * from './container-model.ts';
export type * from './infrastructure-model.ts';
export type * from './kubernetes-model.ts';
export type * from './pipeline-model.ts';
export type * from './playbook-model.ts';
export type * from './proxy-model.ts';

/** All that the repository says about how it is run: the product of the stage "link". */
export interface DeploymentModel {
  readonly projects: readonly Project[];
  /** Production deployments, sorted by id. Development and test ones are in `setAside`. */
  readonly deployments: readonly Deployment[];
  readonly setAside: readonly SetAside[];
  readonly pipelines: readonly Pipeline[];
  /** Resources that Terraform and CloudFormation files declare, those of development left out; null when there are none. */
  readonly infrastructure: InfrastructureFacts | null;
  /** Ansible playbooks and roles for production; null when there are none. */
  readonly playbooks: PlaybookFacts | null;
}

/** A manifest that is no production, with the reason: shown by `topology`, so that a wrong guess is seen. */
export interface SetAside {
  readonly id: string;
  readonly because: string;
}

/** An import root with manage.py or a settings module that some process loads. */
export interface Project {
  /** Its folder, '' for the root. Names the project. */
  readonly root: string;
  readonly importRoots: readonly string[];
  readonly django: ReleaseRange;
  /** "3.12" when an image, lock file or version file pins it. */
  readonly python: string | null;
  /** Dotted names of settings modules found in it. */
  readonly settingsModules: readonly string[];
  readonly packages: PackageFacts;
}

export interface PackageFacts {
  /** Whether dependency files list the distribution ("djangorestframework"); names are normalised (PEP 503). */
  installs(name: string): Answer;
  /** Stricter: `yes` when all that a production install may use lists it without condition, `no` when locks leave it out. */
  has(name: string): Answer;
  range(name: string): ReleaseRange | null;
}

export interface Evidence {
  readonly at: Span;
  /** "WORKDIR /app", "wsgi.py sets the default": why this is taken for production or for that module. */
  readonly text: string;
  /** It stands in a job or script that deploys. */
  readonly deploys?: true;
}

export type DeploymentKind =
  | 'compose'
  | 'kubernetes'
  | 'ecs'
  | 'platform'
  | 'procfile'
  | 'systemd'
  | 'supervisor'
  | 'uwsgi'
  | 'mod-wsgi'
  | 'ansible'
  | 'image'
  | 'script'
  | 'settings';

/** One way in which the repository is put into production. Its id is the path of the defining manifest (DESIGN §3). */
export interface Deployment {
  readonly id: string;
  readonly kind: DeploymentKind;
  readonly project: Project | null;
  /** Why it counts as production. */
  readonly evidence: readonly Evidence[];
  readonly processes: readonly Process[];
  /** Server blocks of every proxy that belongs to this deployment. */
  readonly proxy: ProxyFacts | null;
  readonly stores: readonly Store[];
  /** The manifest itself, when it is a compose file set. */
  readonly compose: ComposeFacts | null;
  /** What Kubernetes manifests say beside their processes, when it is run by them. */
  readonly kubernetes: KubernetesFacts | null;
  /** The platform that builds and starts it, ends TLS and restarts it. */
  readonly platform: PlatformFacts | null;
  /** True for a start script that nothing refers to: only faults of its own text are judged. */
  readonly alternative: boolean;
}

export type Role = 'web' | 'worker' | 'beat' | 'proxy' | 'database' | 'cache' | 'broker' | 'task' | 'other';

export interface Process {
  /** Service name, unit name, Procfile entry. */
  readonly name: string;
  readonly role: Role;
  /** Where it is declared: the service key, the unit's [Service] line, the CMD instruction. */
  readonly at: Span;
  readonly host: 'container' | 'machine';
  readonly image: Image | null;
  /** Argument vector after shell and entrypoint resolution; unknown when it cannot be resolved. */
  readonly command: Value<readonly Value<string>[]>;
  /** The text a person would change to alter the command. */
  readonly commandAt: Span;
  /** Commands that run in this process before or instead of the server, in order (entrypoint scripts followed). */
  readonly steps: readonly Command[];
  readonly environment: Environment;
  readonly workdir: Value<string>;
  /** User name or id; "root" or "0" when nothing says otherwise. */
  readonly user: Value<string>;
  /** Set when the process is an application server. */
  readonly server: Server | null;
  /** Set when it is a Celery (or like) worker or scheduler. */
  readonly taskQueue: TaskQueue | null;
  /** Null for processes that do not load Django. */
  readonly settings: SettingsChoice | null;
  readonly mounts: Collection<Mount>;
  readonly ports: readonly PublishedPort[];
  readonly dependsOn: readonly Dependency[];
  /** CPUs this process may use, in cores; null when nothing says. */
  readonly cpus: Value<number> | null;
  /** The memory limit as written ("512m"); null when nothing says. */
  readonly memory: Value<string> | null;
  readonly replicas: Value<number>;
  readonly restart: Value<string> | null;
  readonly healthcheck: { readonly at: Span; readonly disabled: boolean } | null;
  /** Shares the network of the host (or of another service): localhost is then not the container. */
  readonly hostNetwork: Answer;
  /** Requests of a container that the orchestrator asks for; empty when none are known. */
  readonly probes: readonly Probe[];
  /** CPU and memory an orchestrator sets aside ("250m", "512Mi"); null when nothing does. */
  readonly requests: { readonly cpu: Value<string> | null; readonly memory: Value<string> | null } | null;
  /** Seconds between the signal to stop and the kill; null when nothing says: the default of its manager holds. */
  readonly stopGrace: Value<number> | null;
  /** The signal that asks it to stop ("SIGTERM"); null when nothing names one: the default of its manager holds. */
  readonly stopSignal: Value<string> | null;
  /** Ports the container declares (EXPOSE, containerPort); what is published to the host is in `ports`. */
  readonly exposed: readonly { readonly port: Value<number>; readonly name: string | null; readonly at: Span }[];
  /** Empty for a process with the walls that its runtime builds by default. */
  readonly privileges: readonly Privilege[];
  /** What its manifest says of the driver that takes its output; null when it says nothing. */
  readonly logging: ContainerLogging | null;
  /** The fixed name of its container; null when the runtime makes one up. */
  readonly containerName: Value<string> | null;
  /** Labels of the service or pod: some proxies read them. */
  readonly labels: ReadonlyMap<string, Value<string>>;
  readonly unit: Unit | null;
  readonly program: SupervisorProgram | null;
  readonly paths: PathMap;
}

/** How an orchestrator or load balancer asks whether a process is alive. */
export interface Probe {
  readonly kind: 'liveness' | 'readiness' | 'startup' | 'health';
  /** Null for a probe that only connects, for a command that is not known to ask over HTTP, and for one that a template fills in. */
  readonly http: {
    readonly path: Value<string>;
    /** A number, or the name of a declared port. */
    readonly port: Value<string>;
    readonly scheme: 'http' | 'https';
    /** The Host header that is sent; null: the address of the container. */
    readonly host: Value<string> | null;
    readonly headers: ReadonlyMap<string, Value<string>>;
  } | null;
  /** Null for a probe that asks over the network by itself. */
  readonly argv: readonly Value<string>[] | null;
  /** The program of a command that asks over HTTP. */
  readonly client?: HealthClient;
  readonly at: Span;
}

/** A section of a supervisor configuration that starts a program. */
export interface SupervisorProgram {
  readonly file: string;
  readonly at: Span;
  /** The container in which its supervisord runs, under the name that other containers reach it by; null on a machine. */
  readonly within: string | null;
  /** The value of an option as written, without its comment; null when the section (and its defaults) do not set it. */
  get(option: string): { readonly text: string; readonly at: Span } | null;
}

export type PlatformName =
  | 'heroku'
  | 'render'
  | 'fly'
  | 'railway'
  | 'app-engine'
  | 'digitalocean'
  | 'dokku'
  | 'cloud-run'
  | 'elastic-beanstalk'
  | 'other';

/** What a platform is known to do in front of the processes it starts. */
export interface PlatformFacts {
  readonly name: PlatformName;
  /** The file that names it; null for a bare Procfile. */
  readonly file: string | null;
  readonly at: Span;
  /** Its router ends TLS and sets X-Forwarded-Proto itself. */
  readonly endsTls: Answer;
  /** Its router (or a setting of its manifest) sends plain requests to HTTPS. */
  readonly redirectsToHttps: { readonly answer: Answer; readonly at: Span | null };
  /** Files written at run time are lost when an instance is replaced. */
  readonly ephemeralDisk: Answer;
}

/** Where the settings module of a process comes from. */
export interface SettingsChoice {
  /** What the process really loads. Unknown when its sources cannot be read. */
  readonly module: Value<string>;
  /** Path of the module in the tree; null when it is absent, or the module unknown. */
  readonly file: string | null;
  /** `missing`: no such file; `empty`: it sets none of INSTALLED_APPS, ROOT_URLCONF, DATABASES; `unset`: no source names one. */
  readonly fault: 'missing' | 'empty' | 'unset' | null;
  /** Set when the module is named for development and this one for production stands beside it: loading it is a fault as well. */
  readonly production?: string;
  /** The one module that is meant, when the choice itself is a fault or made out of view (catalogue: presumed links). */
  readonly presumed: { readonly module: string; readonly file: string; readonly because: string; readonly at: Span } | null;
  readonly evidence: readonly Evidence[];
}

/** Translates between the paths a process sees, volumes and the repository. Everything it does not map is unknown. */
export interface PathMap {
  /** What stands at an absolute path of the process (or a `<ROOT>/…` path of its code). */
  locate(path: string): Location;
  /** The absolute path at which a file of the repository (path relative to its root, or `<ROOT>/…`) is seen by the process. */
  runtimePath(repositoryPath: string): string | null;
}

export type Location =
  /** In a mounted volume; `volume` is a named volume ("static_data"), a host path or a repository path. */
  | {
      readonly in: 'volume';
      readonly kind: 'named' | 'bind' | 'tmpfs' | 'anonymous';
      readonly volume: string;
      readonly subpath: string;
      readonly mount: Mount;
    }
  /** In the layers of the image or container: lost when it is recreated. `repository` is set when it is a copy of a file of the tree. */
  | { readonly in: 'container'; readonly path: string; readonly repository: string | null }
  /** On the disk of the machine. `repository` is set when it lies in the checkout. */
  | { readonly in: 'machine'; readonly path: string; readonly repository: string | null }
  | { readonly in: 'unknown'; readonly because: string };

export interface Mount {
  readonly kind: 'named' | 'bind' | 'tmpfs' | 'anonymous';
  /** Volume name, or host path (relative ones resolved against the root: "./nginx.conf" becomes "nginx.conf"). */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly at: Span;
}

export interface PublishedPort {
  /** Host address; '' or 0.0.0.0 is every interface. */
  readonly address: Value<string>;
  /** Null: a random host port. */
  readonly published: Value<string> | null;
  readonly target: Value<number>;
  readonly at: Span;
}

export interface Dependency {
  readonly on: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly at: Span;
}

/** A command line found in an image build, script, unit, pipeline or entrypoint, cleared of wrappers (exec, sudo, poetry run, env A=B). */
export interface Command {
  /** argv[0] without folders ("python", "gunicorn", "manage.py" for `./manage.py`); null when not known. */
  readonly name: string | null;
  readonly argv: readonly Value<string>[];
  readonly at: Span;
  /** Environment it runs in, inline assignments included. */
  readonly environment: Environment;
  readonly workdir: Value<string>;
  /** Runs only when some condition holds. */
  readonly conditional: boolean;
  /** Its failure stops nothing (`|| true`, `-` prefix). */
  readonly failureIgnored: boolean;
  /** Runs on another machine over ssh: nothing of the local environment reaches it. */
  readonly remote: boolean;
  /** Django management command when it is one: `manage.py migrate` → migrate. */
  readonly management: { readonly name: string; readonly at: Span } | null;
  /** The settings module this command loads, for management commands, servers and workers. */
  readonly settings: SettingsChoice | null;
  /** The wrapper that starts it again when files change (watchmedo, watchfiles). */
  readonly reloader?: Value<string>;
}

export interface Image {
  /** The image name for images that are pulled ("postgres:16"); null when it is built here. */
  readonly reference: Value<string> | null;
  /** Last path part of the reference without tag: "postgres", "nginx". For built images that of the final external base. */
  readonly base: string | null;
  readonly tag: string | null;
  /** Set when it is built from a Dockerfile of the tree. */
  readonly build: Build | null;
}

export interface Build {
  readonly dockerfile: string;
  /** Build context, relative to the root. */
  readonly context: string;
  /** The FROM line of the stage that is shipped. */
  readonly at: Span;
  /** The image at the bottom, with its place in FROM; null for `scratch`. */
  readonly base: { readonly reference: Value<string>; readonly at: Span } | null;
  /** Variables that the shipped stages set or declare, in order. */
  readonly kept: readonly KeptVariable[];
  readonly environment: Environment;
  readonly workdir: Value<string>;
  readonly user: Value<string>;
  readonly userAt: Span | null;
  /** RUN commands of the shipped stage, in order, with the environment and folder they run in. */
  readonly runs: readonly Command[];
  readonly copies: readonly Copy[];
  readonly command: InstructionCommand | null;
  readonly entrypoint: InstructionCommand | null;
  readonly healthcheck: { readonly at: Span; readonly disabled: boolean } | null;
  /** What HEALTHCHECK asks; null when there is none, or it is turned off. */
  readonly probe: Probe | null;
  readonly exposed: Process['exposed'];
  readonly stopSignal: Value<string> | null;
  /** Whether .dockerignore keeps a path (relative to the context) out of the context. */
  ignores(path: string): boolean;
  /** The .dockerignore in force; null when there is none. */
  readonly ignoreFile: string | null;
}

export interface InstructionCommand {
  readonly form: 'exec' | 'shell';
  readonly argv: readonly Value<string>[];
  readonly at: Span;
}

export interface Copy {
  /** Sources relative to the context; '.' is all of it. */
  readonly sources: readonly string[];
  readonly target: Value<string>;
  /** The stage or image it copies from; null for the context. */
  readonly from: string | null;
  readonly at: Span;
}

/** Effective configuration of an application server: defaults < configuration file < its variables < command line. */
export interface Server {
  readonly software: 'gunicorn' | 'uvicorn' | 'daphne' | 'hypercorn' | 'granian' | 'uwsgi' | 'waitress' | 'mod_wsgi' | 'runserver';
  readonly interface: 'wsgi' | 'asgi' | 'unknown';
  /** "mysite.wsgi:application". */
  readonly app: Value<string>;
  readonly binds: Collection<Bind>;
  readonly workers: Value<number>;
  readonly threads: Value<number>;
  /** "sync", "gthread", "gevent", "uvicorn.workers.UvicornWorker"; threads > 1 make sync gthread. */
  readonly workerClass: Value<string>;
  /** Seconds; 0 is none. */
  readonly timeout: Value<number>;
  readonly maxRequests: Value<number>;
  readonly maxRequestsJitter: Value<number>;
  /** Addresses whose forwarded headers are believed; "*" is all. */
  readonly forwardedAllowIps: Value<readonly string[]>;
  readonly preload: Value<boolean>;
  readonly accessLog: Value<string | null>;
  readonly errorLog: Value<string | null>;
  /** It loads changed code by itself, or a wrapper starts it again. */
  readonly reload: Value<boolean>;
  /** It goes to the background and leaves whoever started it. */
  readonly daemon: Value<boolean>;
  /** What one of its own options is set to ("worker_tmp_dir", "trusted-proxy", "harakiri"); null when nothing sets it: its default holds. */
  option(name: string): Value<string> | null;
  /** Everything that sets an option, the weakest first: a variable, the configuration file, a variable that holds arguments, the command line. */
  sources(name: string): readonly OptionSource[];
  /** Configuration file in the tree, when one is used. */
  readonly configFile: string | null;
}

/** One place that sets an option of a server. */
export interface OptionSource {
  readonly from: 'variable' | 'file' | 'arguments' | 'command';
  readonly value: Value<string>;
}

export type Bind = (
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number; readonly at: Span | null }
  | { readonly kind: 'unix'; readonly path: string; readonly at: Span | null }
  | { readonly kind: 'fd'; readonly at: Span | null }
  /** It is no process that listens: httpd runs this Python file (mod_wsgi). */
  | { readonly kind: 'script'; readonly path: string; readonly at: Span | null }
) & {
  /** What is spoken there; HTTP when it is not given. */
  readonly protocol?: 'uwsgi' | 'fastcgi';
};

export interface TaskQueue {
  readonly software: 'celery' | 'django-q' | 'huey' | 'rq' | 'dramatiq';
  /** The Celery app module ("-A proyecto"). */
  readonly app: Value<string>;
  /** -b/--broker on the command line. */
  readonly broker: Value<string> | null;
  /** A wrapper starts it again when files change. */
  readonly reload: Value<boolean>;
  /** It goes to the background (`multi start`, `--detach`). */
  readonly daemon: Value<boolean>;
}

export interface Store {
  readonly kind: 'postgresql' | 'mysql' | 'redis' | 'memcached' | 'rabbitmq' | 'mongodb' | 'elasticsearch' | 'pgbouncer';
  /** Name under which other processes reach it: the service name. */
  readonly name: string;
  readonly process: Process;
  /** Whether a client needs a password. */
  readonly authenticated: Answer;
  /** What its command line, configuration file or variables set an option to (`max_connections`); null when nothing does: its default holds. */
  option(name: string): Value<string> | null;
}

export interface ComposeFacts {
  readonly files: readonly string[];
  readonly version: Span | null;
  /** Variables interpolated without default and given by nothing. */
  readonly unsetVariables: readonly { readonly name: string; readonly at: Span; readonly feeds: string }[];
  /** env_file entries whose file is absent. */
  readonly missingEnvFiles: readonly { readonly path: string; readonly required: boolean; readonly at: Span; readonly service: string }[];
  /** Every `$NAME` and `${NAME…}` of the keys that are read, in the order they are met; `$$` is none. */
  readonly substitutions: readonly Substitution[];
  /** env_file entries whose file is there, by service. */
  readonly envFiles: readonly { readonly path: string; readonly raw: boolean; readonly at: Span; readonly service: string }[];
  /** Values of `environment` maps that YAML takes for a boolean; `written` is the text. */
  readonly booleans: readonly { readonly name: string; readonly written: string; readonly at: Span; readonly service: string }[];
  readonly volumes: ReadonlySet<string>;
  /** A stack of a swarm, which starts and restarts services by rules of its own: keys say so that nothing else reads. */
  readonly swarm: boolean;
}

/** One place where compose puts a variable into a text. */
export interface Substitution {
  readonly name: string;
  /** `:-`, `-`, `:?`, `?`, `:+`, `+`; null for `$NAME` and `${NAME}`. */
  readonly operator: string | null;
  /** What stands behind the operator, as written. */
  readonly operand: string;
  readonly braced: boolean;
  /** How many characters of the whole text no variable gives. */
  readonly literal: number;
  /** A file that compose reads gives it; `maybe` when such a file is absent. */
  readonly given: Answer;
  readonly at: Span;
  /** The key it ends in: "services.web.environment.SECRET_KEY". */
  readonly feeds: string;
}

/** A systemd unit as far as rules ask about it. */
export interface Unit {
  readonly file: string;
  readonly at: Span;
  readonly user: Value<string> | null;
  readonly type: string | null;
  readonly execLines: readonly {
    readonly key: string;
    readonly words: readonly { readonly text: string; readonly at: Span; readonly quoted: boolean }[];
    readonly at: Span;
  }[];
  readonly reload: Span | null;
  readonly runtimeDirectories: readonly string[];
  readonly logsDirectories: readonly string[];
  readonly stateDirectories: readonly string[];
  /** Names of sandboxing options that are on (NoNewPrivileges, PrivateTmp, ProtectSystem, ProtectHome, DynamicUser). */
  readonly sandboxing: readonly string[];
  /** A socket unit or tmpfiles entry that covers a path. */
  readonly socketPaths: readonly string[];
  readonly socketActivated: boolean;
  get(section: string, key: string): readonly { readonly text: string; readonly at: Span }[];
}
