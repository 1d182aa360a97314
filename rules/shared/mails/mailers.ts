import type { Answer, SettingsFacts } from '../../../src/rule.ts';
import { and } from '../values/answer.ts';
import { isAtLeast } from '../values/release.ts';

/** Pieces of examples: a sound MAILERS, and the release that reads it. */
export const MAILER = "MAILERS = {'default': {'OPTIONS': {'host': 'smtp.example.com', 'timeout': 10}}}\n";
export const RELEASE = { 'requirements.txt': 'Django==6.1.3\n' };

/** Whether Django takes its mail connections from MAILERS, which 6.1 brought. */
export function usesMailers(settings: SettingsFacts): Answer {
  return and(settings.sets('MAILERS'), isAtLeast(settings.django, '6.1'));
}
