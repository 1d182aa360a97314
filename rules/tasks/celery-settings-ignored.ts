import { type Answer, defineRule, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { releaseIsAtLeast } from '../shared/code/packages.ts';
import { needsNamespace, newKeyOf, oldNameOf } from '../shared/tasks/celery-names.ts';
import { brokerFromEnvironment, type CeleryApp, celeryApp } from '../shared/tasks/celery-settings.ts';
import { answer } from '../shared/values/answer.ts';

function project(call: string, settings: string, release = '5.5.3') {
  return {
    'settings.py': settings,
    'requirements.txt': `Django==5.2.8\ncelery==${release}\n`,
    'mysite/celery.py': `from celery import Celery\n\napp = Celery('mysite')\napp.config_from_object('django.conf:settings'${call})\n`,
  };
}

/** Names without which tasks do not run as they are meant to. */
const DECISIVE = /BROKER|BEAT|TIME_LIMIT|ACKS_LATE|EAGER|QUEUE|ROUTE|RESULT_BACKEND|POOL|CONCURRENCY|MAX_/;
const NAMESPACE = ", namespace='CELERY'";

export default defineRule({
  id: 'tasks/celery-settings-ignored',
  title: 'Celery settings are ignored',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'Celery reads other names than these: broker, schedule, limits and the rest stay at their defaults without a word.',
  fix: 'app.config_from_object("django.conf:settings", namespace="CELERY"), with names such as CELERY_BROKER_URL and CELERY_TASK_TIME_LIMIT.',
  autofix: 'unsafe',
  links: [
    'https://docs.celeryq.dev/en/stable/django/first-steps-with-django.html',
    'https://docs.celeryq.dev/en/stable/userguide/configuration.html#new-lowercase-settings',
  ],
  cross: true,
  examples: {
    bad: [
      project('', "CELERY_BROKER_URL = 'redis://redis:6379/0' # !\nCELERY_TASK_TIME_LIMIT = 300\n"),
      project(", 'CELERY'", "CELERY_BROKER_URL = 'redis://redis:6379/0' # !\n"),
      project(NAMESPACE, "CELERY_BROKER_URL = 'redis://redis:6379/0'\nCELERYBEAT_SCHEDULE = {'nightly': {}} # !\n"),
      project(NAMESPACE, "BROKER_URL = 'redis://redis:6379/0' # !\n"),
    ],
    good: [
      project(NAMESPACE, "CELERY_BROKER_URL = 'redis://redis:6379/0'\nCELERY_TASK_TIME_LIMIT = 300\n"),
      project('', "BROKER_URL = 'redis://redis:6379/0'\nCELERY_TASK_SERIALIZER = 'json'\nCELERY_RESULT_BACKEND = 'django-db'\n"),
      project(NAMESPACE, "BROKER_URL = 'redis://redis:6379/0'\n", '5.7.0'),
      project(NAMESPACE, "BROKER_URL = 'redis://redis:6379/0'\nCELERY_BROKER_URL = BROKER_URL\n"),
      {
        ...project('', "CELERY_BROKER_URL = 'redis://redis:6379/0'\n"),
        'mysite/celery.py':
          "from celery import Celery\nfrom django.conf import settings\n\napp = Celery('mysite', broker=settings.CELERY_BROKER_URL)\napp.config_from_object('django.conf:settings')\n",
      },
      { 'settings.py': "CELERY_BROKER_URL = 'redis://redis:6379/0'\n" },
    ],
    undecided: [
      {
        ...project(NAMESPACE, "BROKER_URL = 'redis://redis:6379/0'\n"),
        'requirements.txt': 'Django==5.2.8\ncelery>=5,<6\n',
      },
    ],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const app = celeryApp(repository);
    if (app === null || (app.prefix !== '' && app.prefix !== 'CELERY_')) return;
    const ignored = ignoredNames(settings, app, repository);
    const [name] = ignored.names;
    if (name === undefined) return;
    if (ignored.is === 'maybe') {
      ctx.undecided(`Celery 5.7 reads \`${name}\` beside the names of the namespace, older releases do not.`, settings.placeOf(name));
      return;
    }
    const rest = ignored.names.length - 1;
    ctx.report({
      at: settings.placeOf(name),
      message: `\`${name}\`${rest > 0 ? ` and ${rest} more Celery setting${rest === 1 ? ' are' : 's are'}` : ' is'} ignored: ${
        app.prefix === ''
          ? 'the app takes the settings without `namespace="CELERY"`, so it looks for the old names'
          : 'with `namespace="CELERY"` the app looks for names that begin with `CELERY_`'
      }.`,
      subject: 'Celery settings',
      related: [{ at: app.at, message: 'the Celery app is made here' }],
      ...(ignored.names.some((one) => DECISIVE.test(one))
        ? {}
        : { severity: 'warning', because: 'none of them decides where tasks go, when they run or for how long' }),
    });
  },
});

function ignoredNames(settings: SettingsFacts, app: CeleryApp, repository: Pick<RepositoryFacts, 'codeMentions' | 'read'>) {
  const used = namesInCode(repository);
  const set = settings.names.filter((name) => settings.sets(name) === 'yes' && !used.has(name) && !isEmpty(settings, name));
  if (app.prefix === '') {
    const names = set.filter((name) => {
      if (!needsNamespace(name) || (name === 'CELERY_BROKER_URL' && brokerFromEnvironment(settings))) return false;
      const key = name.slice('CELERY_'.length).toLowerCase();
      return settings.sets(oldNameOf(key)) === 'no' && !app.text.includes(key);
    });
    return { names, is: 'yes' satisfies Answer };
  }
  const names = set.filter((name) => {
    const key = newKeyOf(name);
    if (key === null || (key === 'broker_url' && brokerFromEnvironment(settings))) return false;
    return settings.sets(`CELERY_${key.toUpperCase()}`) === 'no' && !app.text.includes(key);
  });
  const isRead = releaseIsAtLeast(settings, 'celery', '5.7', '6.2');
  return isRead === 'yes' ? { names: [], is: answer(false) } : { names, is: isRead === 'no' ? answer(true) : ('maybe' satisfies Answer) };
}

/** Settings that the project's own code reads are not there for Celery alone. */
function namesInCode({ codeMentions, read }: Pick<RepositoryFacts, 'codeMentions' | 'read'>): ReadonlySet<string> {
  const spans = codeMentions(/\bsettings\.(CELERY\w*|BROKER_\w+)|getattr\(\s*settings\s*,\s*['"](CELERY\w*|BROKER_\w+)/).items;
  return new Set(spans.map(({ file, start, end }) => /(CELERY\w*|BROKER_\w+)$/.exec((read(file) ?? '').slice(start, end))?.[1] ?? ''));
}

function isEmpty(settings: SettingsFacts, name: string): boolean {
  const value = settings.get(name);
  return value.kind === 'known' && (value.value === null || value.value === '' || value.value === false);
}
