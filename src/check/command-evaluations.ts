import type { Build, Command, DeploymentModel, Job, Pipeline, Project } from '../deployment/model.ts';
import type { SourceTree } from '../files/tree.ts';
import type { CommandEvaluation, JobCommandEvaluation } from '../rule.ts';
import type { EvaluatedSettings } from '../settings/model.ts';
import { choose } from './evaluations.ts';
import { settingsFacts } from './facts.ts';
import type { CheckOptions, Stages } from './result.ts';
import { argumentsOf, sharedEvaluations } from './shared-evaluations.ts';

/** Evaluates the settings that commands load which are no processes: in image builds and in CI jobs. */
export function commandEvaluator(tree: SourceTree, stages: Stages, options: Pick<CheckOptions, 'className' | 'hermetic'>) {
  const shared = sharedEvaluations(stages, options);
  const evaluate = async (project: Project, command: Command, seen: SourceTree): Promise<CommandEvaluation | null> => {
    if (command.settings === null) return null;
    const chosen = choose(command.settings, command.at);
    if ('why' in chosen) return null;
    const { environment } = command;
    const argv = argumentsOf(command.argv);
    const evaluated = await shared({ tree: seen, project, module: chosen.module, environment, argv });
    if (evaluated.file === null) return null;
    const evaluation = {
      project,
      module: chosen.module,
      processes: [],
      environment,
      evaluated,
      presumed: chosen.presumed,
    };
    return { command, settings: settingsFacts(evaluation, stages.defaultOf), missing: missingOf(evaluated) };
  };

  return {
    /** RUN commands of every image that the deployment builds, evaluated with the files that reach the build. */
    async builds(deployment: DeploymentModel['deployments'][number]): Promise<readonly CommandEvaluation[]> {
      const { project } = deployment;
      if (project === null) return [];
      const builds = new Map(
        deployment.processes.flatMap(({ image }) => (image?.build ? [[image.build.dockerfile, image.build] as const] : [])),
      );
      const found: CommandEvaluation[] = [];
      for (const build of builds.values()) {
        const context = inContext(tree, build);
        for (const command of build.runs.filter(loadsDjango)) {
          const one = await evaluate(project, command, context);
          if (one !== null) found.push(one);
        }
      }
      return found;
    },

    /** Commands of CI jobs: they run in a clean clone, so what git ignores is not there. */
    async jobs(model: DeploymentModel): Promise<readonly JobCommandEvaluation[]> {
      const found: JobCommandEvaluation[] = [];
      const clone = asCloned(tree);
      for (const { pipeline, job, command } of jobCommands(model)) {
        const project = projectOf(model, command);
        const one = project === null ? null : await evaluate(project, command, clone);
        if (one !== null) found.push({ ...one, pipeline, job });
      }
      return found;
    },
  };
}

function jobCommands(model: DeploymentModel): readonly { readonly pipeline: Pipeline; readonly job: Job; readonly command: Command }[] {
  return model.pipelines.flatMap((pipeline) =>
    pipeline.jobs.flatMap((job) =>
      job.steps.flatMap((step) =>
        step.commands.filter((command) => !command.remote && loadsDjango(command)).map((command) => ({ pipeline, job, command })),
      ),
    ),
  );
}

/** Management commands that import the settings; `startproject`, `--version` and the like do not. */
function loadsDjango(command: Command): boolean {
  return command.settings !== null && !/^(startproject|startapp|help|version|--\w+|-h)$/.test(command.management?.name ?? '');
}

function projectOf(model: DeploymentModel, command: Command): Project | null {
  const module = command.settings?.module;
  const named = module?.kind === 'known' ? model.projects.find((project) => project.settingsModules.includes(module.value)) : undefined;
  return named ?? (model.projects.length === 1 ? (model.projects[0] ?? null) : null);
}

/** Required reads that definitely have no value, the first read of each name. */
function missingOf(evaluated: EvaluatedSettings): CommandEvaluation['missing'] {
  const seen = new Set<string>();
  return evaluated.reads.filter((read) => {
    if (!read.required || read.provided !== false || seen.has(read.name)) return false;
    seen.add(read.name);
    return true;
  });
}

/** The tree as an image build sees it: without what .dockerignore keeps out. */
function inContext(tree: SourceTree, build: Build): SourceTree {
  const prefix = build.context === '' || build.context === '.' ? '' : `${build.context}/`;
  return hiding(tree, (path) => path.startsWith(prefix) && build.ignores(path.slice(prefix.length)));
}

/** The tree as a fresh clone has it: untracked files that git ignores are absent. */
function asCloned(tree: SourceTree): SourceTree {
  return hiding(tree, (path) => tree.git.tracks(path) !== 'yes' && tree.git.ignores(path));
}

function hiding(tree: SourceTree, hidden: (path: string) => boolean): SourceTree {
  let files: SourceTree['files'] | null = null;
  return {
    root: tree.root,
    problems: tree.problems,
    git: tree.git,
    get files() {
      files ??= tree.files.filter((file) => !hidden(file.path));
      return files;
    },
    kindOf: (path) => (tree.kindOf(path) === 'file' && hidden(path) ? null : tree.kindOf(path)),
    list: (folder) => tree.list(folder).filter((name) => !hidden(folder === '' ? name : `${folder}/${name}`)),
    read: (path) =>
      hidden(path)
        ? { ok: false, problem: { id: 'input/unreadable', file: path, at: 0, message: `${path} is not there in this context.` } }
        : tree.read(path),
  };
}
