import { casesOf, type Data, type SettingsFacts } from '../../../src/rule.ts';
import { isMapping, isText, keysOf } from '../values/data.ts';
import type { Cover } from './cover.ts';

const POLICIES = ['SECURE_CSP', 'CONTENT_SECURITY_POLICY'];

/** Whether the settings hold a content security policy that says who may frame the pages. */
export function framePolicy(settings: SettingsFacts): Cover | null {
  const name = settings.names.includes('CSP_FRAME_ANCESTORS')
    ? 'CSP_FRAME_ANCESTORS'
    : POLICIES.find(
        (one) => settings.names.includes(one) && casesOf(settings.get(one)).some(({ then }) => then.kind === 'known' && frames(then.value)),
      );
  if (name === undefined) return null;
  return { severity: 'note', because: `\`${name}\` restricts who may frame the pages`, coveredBy: settings.placeOf(name) };
}

function frames(policy: Data | undefined): boolean {
  if (!isMapping(policy)) return false;
  return policy.entries.some(({ key, value }) => {
    if (isText(key) && key.toString() === 'frame-ancestors') return true;
    return value.kind === 'known' && keysOf(value.value).includes('frame-ancestors');
  });
}
