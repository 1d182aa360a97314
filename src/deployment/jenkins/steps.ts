import { MAX_NESTING } from '../../core/limits.ts';
import { textOrigin } from '../../core/origin.ts';
import { known, unknown, type Value } from '../../core/value.ts';
import { joinPath } from '../../files/paths.ts';
import type { Environment } from '../../settings/model.ts';
import type { JenkinsCall, JenkinsNode, JenkinsText, JenkinsValue } from '../../syntax/jenkins/index.ts';
import { givenBy } from '../environment.ts';
import type { Hidden, JobStep } from '../model.ts';
import { opened } from '../pipeline/effects.ts';
import { plainStep } from '../pipeline/parts.ts';
import { type PipelineContext, type PlacedText, replacedIn } from '../pipeline/script.ts';
import { type ShellStart, shellSteps } from '../pipeline/shell-steps.ts';
import type { Variables } from '../pipeline/variables.ts';
import { alignment } from '../shell/alignment.ts';

/** What surrounds a step of Jenkins. */
export interface StepScope extends Pick<ShellStart, 'workdir' | 'condition' | 'failureAllowed'> {
  readonly name: string;
  readonly context: PipelineContext;
  readonly variables: Variables;
  readonly environment: Environment;
  readonly depth: number;
}

export interface JenkinsSteps {
  readonly steps: readonly JobStep[];
  /** Why more may run than the steps show. */
  readonly hidden: Hidden | null;
}

const NOTHING: JenkinsSteps = { steps: [], hidden: null };

/** Steps that run no program of the project. */
const PLAIN =
  /^(echo|error|print|println|sleep|checkout|git|junit|archiveArtifacts|stash|unstash|cleanWs|deleteDir|mail|emailext|slackSend|input|milestone|publishHTML|recordIssues|cobertura|publishCoverage|writeFile|readFile|fileExists|properties|timestamps|unstable|step|setBuildStatus|githubNotify|notify\w*|currentBuild\.\w+|env\.\w+|return|else|isUnix|pwd|tool|ws)$/;
/** Blocks that change nothing of what they hold, as far as commands go. */
const WRAPPERS = /^(script|timestamps|timeout|retry|ansiColor|node|lock|wrap|steps|container|sshagent|stage|withSonarQubeEnv|try|finally)$/;
/** Blocks whose statements run only in some cases. */
const BRANCHES = /^(if|else|for|while|switch|catch|each|waitUntil|when)$/;

/** The steps of a block, those within other blocks in their place. */
export function stepsIn(nodes: readonly JenkinsNode[], scope: StepScope): JenkinsSteps {
  if (scope.depth > MAX_NESTING) return NOTHING;
  const steps: JobStep[] = [];
  let hidden: Hidden | null = null;
  for (const node of nodes) {
    const found = node.kind === 'call' ? ofCall(node, scope) : node.kind === 'assignment' ? ofValue(node.value, scope) : NOTHING;
    steps.push(...found.steps);
    hidden ??= found.hidden;
  }
  return { steps, hidden };
}

/** `def version = sh(script: '…', returnStdout: true)`. */
function ofValue(value: JenkinsValue, scope: StepScope): JenkinsSteps {
  return value.kind === 'call' && value.call.name === 'sh' ? ofCall(value.call, scope) : NOTHING;
}

function ofCall(call: JenkinsCall, scope: StepScope): JenkinsSteps {
  const inner = (change: Partial<StepScope>) => stepsIn(call.body ?? [], { ...scope, ...change, depth: scope.depth + 1 });
  if (call.name === 'sh' || call.name === 'pysh') return shStep(call, scope);
  if (call.name === 'bat' || call.name === 'powershell' || call.name === 'pwsh')
    return { steps: [{ ...plainStep(call.span), name: scope.name, uses: call.name }], hidden: null };
  if (call.body === null) return unread(call, scope);
  if (call.name === 'dir') return inner({ workdir: folderIn(scope.workdir, textIn(call, 0)?.text ?? null) });
  if (call.name === 'withEnv') return inner(withEnvironment(call, scope));
  if (call.name === 'withCredentials') return inner(withCredentials(call, scope));
  if (call.name === 'catchError') return inner(hides(call) ? { failureAllowed: call.nameSpan } : {});
  if (BRANCHES.test(call.name)) return inner({ condition: { text: call.name, at: call.nameSpan } });
  if (call.name === 'parallel' || WRAPPERS.test(call.name)) return inner({});
  return inner({ environment: opened(scope.environment, `${call.name} may set variables`, call.nameSpan) });
}

function unread({ name, nameSpan, span }: JenkinsCall, scope: StepScope): JenkinsSteps {
  const steps = [{ ...plainStep(span), name: scope.name, uses: name, condition: scope.condition }];
  return { steps, hidden: PLAIN.test(name) ? null : { because: `what \`${name}\` does is not in the file`, at: nameSpan } };
}

/** `catchError(buildResult: 'SUCCESS')` lets the build go on as if nothing had failed. */
function hides({ args }: JenkinsCall): boolean {
  const result = args.find(({ name }) => name === 'buildResult')?.value;
  return result?.kind === 'text' && result.text === 'SUCCESS';
}

function shStep(call: JenkinsCall, scope: StepScope): JenkinsSteps {
  const named = call.args.find(({ name }) => name === 'script')?.value;
  const script = named ?? call.args.find(({ name }) => name === null)?.value;
  if (script?.kind !== 'text') return { steps: [], hidden: { because: 'a command is put together in Groovy', at: call.span } };
  const isAsked = call.args.some(({ name, value }) => name === 'returnStatus' && value.kind === 'other' && value.text === 'true');
  const failureAllowed = isAsked ? call.nameSpan : scope.failureAllowed;
  const { context, environment, variables, workdir, condition, name } = scope;
  const lines = [placedText(script, context)];
  return { steps: shellSteps(lines, { name, variables, environment, workdir, condition, failureAllowed }, context).steps, hidden: null };
}

/** What Groovy puts in is a variable of the environment by its name, or not known. */
function placedText(script: JenkinsText, context: PipelineContext): PlacedText {
  const { span, text } = script;
  const place = alignment(text, context.source(span.file), span.start, span.end);
  const start = place(0);
  const whole: PlacedText = { text, place, at: { file: span.file, start, end: Math.max(start, span.end) } };
  if (!script.interpolates) return whole;
  return replacedIn(whole, /\\\$|\$\{([^{}]*)\}|\$(?=[A-Za-z_])/g, ([all, inside]) => {
    if (all === '\\$') return '$';
    if (inside === undefined) return '$';
    const variable = /^\s*(?:env\.)?([A-Za-z_]\w*)\s*$/.exec(inside)?.[1];
    return `\${${variable ?? '__groovy'}}`;
  });
}

function textIn({ args }: JenkinsCall, index: number): JenkinsText | null {
  const value = args[index]?.value;
  return value?.kind === 'text' ? value : null;
}

function folderIn(workdir: string | null, folder: string | null): string | null {
  if (workdir === null || folder === null || /^[/~]|\$/.test(folder)) return null;
  return joinPath(workdir, folder.replace(/^\.\/|\/$/g, ''));
}

/** The value of a directive or of `withEnv`: what Groovy puts in is not known. */
export function readValue(value: JenkinsValue, name: string): Value<string> {
  const isPlain = value.kind === 'text' && !(value.interpolates && value.text.includes('$'));
  const origin = textOrigin(value.span);
  return isPlain ? known(value.text, origin) : unknown('opaque-env', origin, [name], 'str');
}

export function withVariables(
  scope: Pick<StepScope, 'variables' | 'environment'>,
  given: Variables,
): Pick<StepScope, 'variables' | 'environment'> {
  const { environment } = scope;
  return {
    variables: new Map([...scope.variables, ...given]),
    environment: { variables: new Map([...environment.variables, ...given]), closed: environment.closed },
  };
}

function withEnvironment(call: JenkinsCall, scope: StepScope): Pick<StepScope, 'variables' | 'environment'> {
  const value = call.args[0]?.value;
  const given = new Map<string, Value<string>>();
  for (const one of value?.kind === 'list' ? value.items : []) {
    if (one.value.kind !== 'text') continue;
    const { text, span, interpolates } = one.value;
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(0, at)).replace(/^PATH\+\w*$/, 'PATH');
    const read = readValue({ kind: 'text', text: text.slice(at + 1), span, interpolates }, name);
    if (at > 0) given.set(name, givenBy(name, read, span, `${span.file}, withEnv`));
  }
  return withVariables(scope, given);
}

/** `string(credentialsId: 'x', variable: 'TOKEN')`: the names are given, their values are not known. */
function withCredentials(call: JenkinsCall, scope: StepScope): Pick<StepScope, 'variables' | 'environment'> {
  const value = call.args[0]?.value;
  const given = new Map<string, Value<string>>();
  for (const one of value?.kind === 'list' ? value.items : []) {
    if (one.value.kind !== 'call') continue;
    for (const { name, value: variable } of one.value.call.args) {
      if (variable.kind === 'text' && /variable$/i.test(name ?? ''))
        given.set(variable.text, unknown('opaque-env', textOrigin(variable.span), [variable.text], 'str'));
    }
  }
  return withVariables(scope, given);
}
