import { type Answer, defineRule, type Process, type RepositoryFacts, type SettingsFacts, type Span } from '../../src/rule.ts';
import { type CeleryCommand, celeryCommands, embeddedBeat, runs, textOf } from '../shared/tasks/celery.ts';
import { BEAT, celeryProject, REDIS, WORKER } from '../shared/tasks/task-example.ts';
import { optionIn } from '../shared/values/words.ts';

const SECOND = BEAT.replace('beat:', 'clock:').replace('info\n', 'info # !\n');

export default defineRule({
  id: 'tasks/beat-duplicated',
  title: 'More than one beat scheduler',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'Each scheduler sends every task: mails go out twice, reports are made twice, and what must run alone runs beside itself.',
  fix: 'Run one beat process with one replica, or a scheduler that takes a lock, such as celery-redbeat.',
  autofix: 'unsafe',
  links: ['https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#introduction'],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${REDIS}${BEAT}${SECOND}`),
      celeryProject(`${REDIS}${BEAT.replace('info\n', 'info # !\n')}    deploy:\n      replicas: 2\n`),
      celeryProject(`${REDIS}${BEAT}${WORKER.replace('-l info', '-l info -B # !')}`),
    ],
    good: [
      celeryProject(`${REDIS}${BEAT}${WORKER}`),
      celeryProject(`${REDIS}${BEAT}    deploy:\n      replicas: 2\n`, "CELERY_BEAT_SCHEDULER = 'redbeat.RedBeatScheduler'\n"),
      celeryProject(`${REDIS}${BEAT.replace('-l info', '-S redbeat.RedBeatScheduler')}    deploy:\n      replicas: 2\n`),
      celeryProject(`${REDIS}${BEAT}${BEAT.replace('beat:', 'clock:').replace('-A mysite', '-A other')}`),
      celeryProject(`${REDIS}${BEAT}    deploy:\n      replicas: 1\n`),
    ],
    undecided: [celeryProject(`${REDIS}${BEAT}${BEAT.replace('beat:', 'clock:').replace('-A mysite', '-A $$APP')}`)],
  },

  needs: ['processes', 'evaluations', 'repository'],
  check({ processes, evaluations, repository }, ctx) {
    const beats = processes.flatMap(schedulers);
    const [first, ...others] = beats;
    if (first === undefined || (beats.every(({ embedded }) => embedded) && others.length === 0)) return;
    const doubled =
      others.find((other) => sameApp(first, other) === 'yes') ?? beats.find(({ process, embedded }) => !embedded && isReplicated(process));
    const unclear = doubled === undefined && others.some((other) => sameApp(first, other) === 'maybe');
    if (doubled === undefined && !unclear) return;
    const place = doubled?.at ?? first.at;
    if (unclear || locks(beats, evaluations, repository) === 'maybe') {
      ctx.undecided('Whether two schedulers work on one schedule is not known.', place);
      return;
    }
    if (locks(beats, evaluations, repository) === 'yes' || doubled === undefined) return;
    ctx.report({
      at: place,
      message:
        doubled.process === first.process
          ? `\`${first.process.name}\` runs several times, and each is a scheduler: every periodic task runs as often.`
          : `\`${first.process.name}\` and \`${doubled.process.name}\` both schedule the same app: every periodic task runs twice.`,
      subject: 'beat',
      related: doubled === first ? [] : [{ at: first.at, message: 'the other scheduler starts here' }],
    });
  },
});

interface Scheduler extends CeleryCommand {
  readonly embedded: boolean;
  readonly at: Span;
}

function schedulers(process: Process): readonly Scheduler[] {
  return celeryCommands(process).flatMap((command) => {
    const embedded = embeddedBeat(command) !== null;
    return embedded || runs(command, 'beat') ? [{ ...command, embedded }] : [];
  });
}

function isReplicated({ replicas }: Process): boolean {
  return replicas.kind === 'known' && replicas.value > 1;
}

/** Without -A, Celery takes the app from the environment: that may be any. */
function sameApp(one: Scheduler, other: Scheduler): Answer {
  const [a, b] = [one, other].map(({ process: { taskQueue } }) => (taskQueue?.app.kind === 'known' ? taskQueue.app.value : null));
  if (a === null || b === null || a === undefined || b === undefined) return 'maybe';
  const short = (app: string) => app.replace(/[.:](celery|app|celery_app)(:\w+)?$/, '');
  return short(a) === short(b) ? 'yes' : 'no';
}

const LOCKING = /redbeat|singleton|\block/i;

/** A scheduler that takes a lock lets only one of them work. */
function locks(beats: readonly Scheduler[], evaluations: readonly SettingsFacts[], repository: RepositoryFacts): Answer {
  const options = beats.flatMap(
    (beat) => optionIn({ kind: 'known', value: beat.words, origin: { step: 'text', at: beat.at } }, '-S', '--scheduler') ?? [],
  );
  if (options.some((option) => LOCKING.test(textOf(option) ?? ''))) return 'yes';
  const names = evaluations.flatMap((settings) =>
    settings.names.filter((name) => /BEAT_?SCHEDULER$/.test(name)).map((name) => settings.get(name)),
  );
  if (names.some((value) => value.kind === 'known' && typeof value.value === 'string' && LOCKING.test(value.value))) return 'yes';
  if (names.some(({ kind }) => kind !== 'known') || options.some(({ kind }) => kind !== 'known')) return 'maybe';
  return repository.codeMentions(/redbeat|RedBeat|celery_singleton/).items.length > 0 ? 'maybe' : 'no';
}
