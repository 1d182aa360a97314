import type { Deployment, Process, Value } from '../../../src/rule.ts';
import { isNamedForProduction } from '../requests/web.ts';

/** What only developers start beside their project. */
const FOR_DEVELOPERS =
  /^(mailhog|mailpit|maildev|mailcatcher|mailtrap|inbucket|selenium|standalone-(chrome|chromium|firefox)|selenoid|localstack|browserless)$/;
/** Developers let these stay up as well. */
const STORES: ReadonlySet<Process['role']> = new Set(['database', 'cache', 'broker']);
const DEVELOPMENT_SETTINGS = /(^|[._])(local|dev|devel|development|debug|tests?)$/;

/**
 * Whether more than the lack of another manifest speaks for production: its name, a pipeline that deploys it, a proxy in front, or a project that is
 * meant to stay up. What a developer takes for granted on his own machine is judged only then.
 */
export function isMeantForProduction(deployment: Deployment): boolean {
  const { compose, processes, evidence } = deployment;
  if (compose === null || isNamedForProduction(deployment)) return true;
  const servedFromPipeline = evidence.some(({ at, deploys }) => deploys === true && /^\.(github\/workflows\/|gitlab-ci)/.test(at.file));
  if (servedFromPipeline) return true;
  if (processes.some((one) => FOR_DEVELOPERS.test(one.image?.base ?? '') || isForDevelopment(one))) return false;
  return processes.some(({ role, restart }) => role === 'proxy' || (!STORES.has(role) && staysUp(restart)));
}

/** Whether the folder of the project stands in a container, and no name says production: this is where somebody works. */
export function isWorkshop(deployment: Deployment): boolean {
  const mounts = deployment.processes.flatMap(({ settings, mounts }) => (settings === null ? [] : mounts.items));
  return !isNamedForProduction(deployment) && mounts.some(({ kind, source }) => kind === 'bind' && /^(\.{0,2}\/?)$/.test(source));
}

/** It runs the project with debugging switched on, the settings of a developer, or a server that loads changed code. */
function isForDevelopment({ settings, server, environment }: Process): boolean {
  if (settings === null) return false;
  const module = knownText(settings.module);
  return (
    server?.software === 'runserver' ||
    (server?.reload.kind === 'known' && server.reload.value) ||
    (module !== null && settings.production === undefined && DEVELOPMENT_SETTINGS.test(module)) ||
    [...environment.variables].some(([name, value]) => /(^|_)DEBUG$/.test(name) && /^(true|1|on|yes)$/i.test(knownText(value) ?? ''))
  );
}

function staysUp(restart: Process['restart']): boolean {
  return /^(always|unless-stopped|on-failure)/.test((restart === null ? null : knownText(restart)) ?? '');
}

function knownText(value: Value<string>): string | null {
  return value.kind === 'known' ? value.value : null;
}
