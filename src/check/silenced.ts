import type { Finding } from '../core/finding.ts';
import type { SettingsFacts } from '../rule.ts';

const SETTING = 'SILENCED_SYSTEM_CHECKS';

/** A finding whose every Django check is silenced in all settings given becomes a note that names the place. */
export function lowerSilenced(findings: readonly Finding[], settings: readonly SettingsFacts[]): readonly Finding[] {
  const [first] = settings;
  if (first === undefined || findings.every((one) => one.django.length === 0)) return findings;
  const silenced = settings.map(silencedIn);
  const at = first.placeOf(SETTING);
  return findings.map((finding) => {
    if (finding.django.length === 0 || finding.severity === 'note') return finding;
    if (!silenced.every((ids) => finding.django.every((id) => ids.has(id)))) return finding;
    const related = [...finding.related, { at, message: `${SETTING} silences ${finding.django.join(', ')} here` }];
    return { ...finding, severity: 'note', coveredBy: at, related };
  });
}

/** Ids that are certainly in the list. */
function silencedIn(settings: SettingsFacts): ReadonlySet<string> {
  const value = settings.get(SETTING);
  if (value.kind !== 'known' || value.value === null || typeof value.value !== 'object' || !('kind' in value.value)) return new Set();
  if (value.value.kind !== 'list' && value.value.kind !== 'tuple' && value.value.kind !== 'set') return new Set();
  return new Set(value.value.items.flatMap((item) => (item.kind === 'known' && typeof item.value === 'string' ? [item.value] : [])));
}
