import { casesOf, type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { withCelery } from '../shared/tasks/celery-example.ts';
import { celeryApp, celerySetting } from '../shared/tasks/celery-settings.ts';
import { not } from '../shared/values/answer.ts';
import { anyItem } from '../shared/values/data.ts';

/** Formats whose reading runs what the message says (kombu/serialization.py). */
const UNSAFE = /^(pickle|yaml|application\/x-python-serialize|application\/x-yaml)$/i;
const KEYS = ['task_serializer', 'result_serializer'] as const;

export default defineRule({
  id: 'tasks/pickle-accepted',
  title: 'Celery accepts pickle content',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Whoever can write to the broker, or to the results, runs code of his own in the workers.',
  fix: "CELERY_ACCEPT_CONTENT = ['json'], with json as the serializer of tasks and results.",
  autofix: 'unsafe',
  links: ['https://docs.celeryq.dev/en/stable/userguide/security.html#serializers'],
  cwe: ['CWE-502'],
  examples: {
    bad: [
      withCelery(
        "CELERY_ACCEPT_CONTENT = ['json', 'pickle'] # !\nCELERY_TASK_SERIALIZER = 'pickle'\nCELERY_RESULT_SERIALIZER = 'pickle'\n",
      ),
      withCelery("CELERY_TASK_SERIALIZER = 'pickle' # !\nCELERY_ACCEPT_CONTENT = ['application/json']\n"),
      withCelery('DEBUG = False\n', `app.conf.result_serializer = 'pickle' # !\n`),
    ],
    good: [
      withCelery("CELERY_ACCEPT_CONTENT = ['json', 'msgpack']\n"),
      withCelery('DEBUG = False\n'),
      { 'settings.py': "CELERY_ACCEPT_CONTENT = ['pickle']\n" },
    ],
    undecided: [withCelery('from elsewhere import formats\n\nCELERY_ACCEPT_CONTENT = formats()\n')],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null) return;
    const accepted = celerySetting(settings, app, 'accept_content');
    ctx.expect(
      accepted,
      (content) => (content === undefined ? 'yes' : not(typeof content === 'string' ? 'maybe' : anyItem(content, isUnsafe))),
      () => ({ message: 'Workers unpack pickled or YAML messages, which may run any code.', subject: 'Celery content' }),
    );
    // What is accepted decides what a worker unpacks; the serializers then only follow it.
    if (casesOf(accepted).some(({ then }) => then.kind === 'known' && anyItem(then.value, isUnsafe) === 'yes')) return;
    const key = KEYS.find((one) =>
      casesOf(celerySetting(settings, app, one)).some(({ then }) => then.kind !== 'known' || isUnsafe(then.value)),
    );
    if (key === undefined) return;
    ctx.expect(
      celerySetting(settings, app, key),
      (serializer) => !isUnsafe(serializer),
      () => ({ message: `\`${key}\` is a format whose reading may run any code.`, subject: 'Celery content' }),
    );
  },
});

function isUnsafe(data: Data | undefined): boolean {
  return typeof data === 'string' && UNSAFE.test(data);
}
