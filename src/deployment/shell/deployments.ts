import { ROOT } from '../../core/data.ts';
import { textOrigin } from '../../core/origin.ts';
import { known } from '../../core/value.ts';
import { baseName } from '../../files/paths.ts';
import type { SourceTree } from '../../files/tree.ts';
import type { ShellCommand } from '../../syntax/shell/script.ts';
import { declaredIds } from '../declared.ts';
import { unknownEnvironment } from '../environment.ts';
import { finished, type Gathering, plainDeployment, releasePinned } from '../gathering.ts';
import type { Deployment, Process } from '../model.ts';
import { CHECKOUT_PATHS, repositoryFile } from '../path-map.ts';
import { plainProcess } from '../plain-process.ts';
import { textAt } from '../project/files.ts';
import { roleOf } from '../role.ts';
import { serverOf } from '../server/server.ts';
import { runText } from './run.ts';

const SCRIPT = /\.(sh|bash)$|(^|\/)bin\/[\w-]+$/;
const STARTS = /\b(gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress-serve)\b/;

/** Start scripts that nothing of the repository refers to: ways to start the server that somebody may take. */
export function scriptDeployments(gathering: Gathering): readonly Deployment[] {
  const { tree } = gathering;
  const scripts = tree.files.filter(
    (file) =>
      SCRIPT.test(file.path) &&
      gathering.purposeOf(file.path) !== 'development' &&
      file.bytes < 100_000 &&
      STARTS.test(textAt(tree, file.path)),
  );
  if (scripts.length === 0) return [];
  const referring = referringTexts(tree);
  const declared = new Set(declaredIds(gathering.declared));
  return scripts.flatMap(({ path }) => {
    const isNamed = declared.has(path);
    if (!isNamed && referring.some((one) => one.path !== path && one.text.includes(baseName(path)))) return [];
    const processes = processesOf(path, gathering).map((one) => finished(one, gathering));
    if (processes.length === 0 || gathering.projects.length === 0) return [];
    const at = processes[0]?.at ?? { file: path, start: 0, end: 0 };
    const text = isNamed ? 'the configuration names it' : 'nothing refers to this script, but it starts a server';
    const evidence = [{ at, text }];
    return [{ ...plainDeployment(path, 'script', processes, gathering), evidence, alternative: !isNamed }];
  });
}

const REFERRING =
  /(^|\/)([^/]*Dockerfile[^/]*|Procfile[^/]*|Makefile|justfile|package\.json|[^/]*\.(ya?ml|service|sh|bash|conf|toml|ini|json|tf|cfg))$/i;

function referringTexts(tree: SourceTree): readonly { readonly path: string; readonly text: string }[] {
  return tree.files
    .filter((file) => REFERRING.test(file.path) && file.bytes < 300_000)
    .map(({ path }) => ({ path, text: textAt(tree, path) }));
}

/** One process for each server command of the script: the first one would keep the others from running. */
function processesOf(path: string, gathering: Gathering): readonly Process[] {
  const text = textAt(gathering.tree, path);
  const script = gathering.syntaxes.parseShell(text, path, 0);
  const commands = [...script.commands, ...script.functions.flatMap((one) => one.commands)];
  return commands.flatMap((command) => processOf(path, text, command, gathering) ?? []);
}

function processOf(path: string, text: string, command: ShellCommand, gathering: Gathering): Process | null {
  const { start, end } = command.span;
  const source = text.slice(start, end);
  if (!STARTS.test(source)) return null;
  const { tree, syntaxes, evaluate, projects } = gathering;
  const environment = unknownEnvironment('whoever runs the script gives it variables', command.span);
  const workdir = known(ROOT, textOrigin(command.span));
  const locate = (one: string) => repositoryFile(CHECKOUT_PATHS, one);
  const { main, commands } = runText(source, { file: path, place: start }, { tree, syntaxes, environment, workdir, locate });
  const server = main === null ? null : serverOf(main, { tree, evaluate, locate, release: releasePinned(projects) });
  if (main === null || server === null) return null;
  return {
    ...plainProcess(baseName(path).replace(/\.\w+$/, ''), command.span),
    role: roleOf({ name: path, server, taskQueue: null, imageBase: null, built: false, argv: main.argv }),
    command: known(main.argv, textOrigin(main.at)),
    commandAt: main.at,
    steps: commands.filter((one) => one !== main),
    environment: main.environment,
    workdir,
    server,
    paths: CHECKOUT_PATHS,
  };
}
