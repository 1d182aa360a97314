import type { Deployment } from '../../../src/rule.ts';
import { isNamedForProduction } from '../requests/web.ts';

/** What only developers start beside their project. */
const FOR_DEVELOPERS =
  /^(mailhog|mailpit|maildev|mailcatcher|mailtrap|inbucket|selenium|standalone-(chrome|chromium|firefox)|selenoid|localstack|browserless)$/;

/**
 * Whether more than the lack of another manifest speaks for production: its name, a pipeline that starts it, a proxy in front, or services that are
 * meant to stay up. What a developer takes for granted on his own machine is judged only then.
 */
export function isMeantForProduction(deployment: Deployment): boolean {
  const { compose, processes, evidence } = deployment;
  if (compose === null || isNamedForProduction(deployment)) return true;
  if (processes.some(({ image }) => FOR_DEVELOPERS.test(image?.base ?? ''))) return false;
  return (
    evidence.some(({ at }) => /^\.(github\/workflows\/|gitlab-ci)/.test(at.file)) ||
    processes.some(
      ({ role, restart }) => role === 'proxy' || (restart?.kind === 'known' && /^(always|unless-stopped|on-failure)/.test(restart.value)),
    )
  );
}
