import { type Answer, type RepositoryFacts, Secret, type SettingsFacts } from '../../../src/rule.ts';
import { type CallText, callsOf, conditionsOver } from '../code/python-call.ts';
import { truth } from '../values/data.ts';

/** `sentry_sdk.init(…)`, also as `init(…)` where it is imported by name. */
export function sentryInits(repository: Pick<RepositoryFacts, 'codeMentions' | 'read'>): readonly CallText[] {
  const byModule = callsOf(/sentry_sdk\.init|sentry\.init/, repository);
  const byName = callsOf(/(?<![.\w])init/, repository).filter(({ at }) =>
    /from\s+sentry_sdk\s+import\s+[^\n]*\binit\b/.test(repository.read(at.file) ?? ''),
  );
  return [...byModule, ...byName];
}

/** Whether production runs the call: its file is evaluated (or starts the process), and what stands over it holds. */
export function isRun(call: CallText, settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read'>): Answer {
  const { file } = call.at;
  if (!settings.evaluated.files.includes(file)) return /(^|\/)(wsgi|asgi|celery|__init__|apps)\.py$/.test(file) ? 'maybe' : 'no';
  const answers = conditionsOver(repository.read(file) ?? '', call.at.start).map((condition) => holds(condition, settings));
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
}

/** A DSN that is not known is there in production: it is what the code is for. */
function holds(condition: string, settings: SettingsFacts): Answer {
  const found = /^(not\s+)?(?:settings\.)?([A-Z][A-Z0-9_]*)(\s+is\s+not\s+None)?$/.exec(condition.trim());
  const name = found?.[2];
  if (found === null || name === undefined) return 'maybe';
  const value = settings.get(name);
  if (value.kind !== 'known') return /DSN|SENTRY_URL/.test(name) && found[1] === undefined ? 'yes' : 'maybe';
  const is = value.value instanceof Secret ? 'yes' : truth(value.value);
  if (is === 'maybe') return 'maybe';
  return (is === 'yes') === (found[1] === undefined) ? 'yes' : 'no';
}
