import { defineRule } from '../../src/rule.ts';
import { asyncViews } from '../shared/code/async-views.ts';
import { databasesOf } from '../shared/stores/databases.ts';
import { not } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';
import { django } from '../shared/values/examples.ts';

const ATOMIC = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'ATOMIC_REQUESTS': True}}";
const views = (code: string, route: string) => ({
  'mysite/views.py': `from django.db import transaction\nfrom django.http import HttpResponse\nfrom django.views import View\n\n${code}`,
  'mysite/urls.py': `from django.urls import path\n\nfrom . import views\n\nurlpatterns = [path('status/', ${route})]\n`,
});
const FUNCTION = "async def status(request):\n    return HttpResponse('fine')\n";
const CLASS = "class Status(View):\n    async def get(self, request):\n        return HttpResponse('fine')\n";

export default defineRule({
  id: 'database/atomic-requests-with-async-views',
  title: 'ATOMIC_REQUESTS with async views',
  severity: 'warning',
  topic: 3,
  since: '0.1.0',
  why: 'Django cannot wrap a coroutine in a transaction: each request for an async view ends in a RuntimeError.',
  fix: 'Delete ATOMIC_REQUESTS and use transaction.atomic() where it is needed, or mark the async views with @transaction.non_atomic_requests.',
  autofix: 'none',
  links: [
    'https://docs.djangoproject.com/en/stable/topics/db/transactions/#tying-transactions-to-http-requests',
    'https://github.com/django/django/blob/5.2/django/core/handlers/base.py#L345',
  ],
  cwe: ['CWE-755'],
  cross: true,
  examples: {
    bad: [
      { ...django(`${ATOMIC} # !\n`), ...views(FUNCTION, 'views.status') },
      { ...django(`${ATOMIC} # !\n`), ...views(CLASS, 'views.Status.as_view()') },
    ],
    good: [
      { ...django(`${ATOMIC}\n`), ...views("def status(request):\n    return HttpResponse('fine')\n", 'views.status') },
      { ...django(`${ATOMIC}\n`), ...views(`@transaction.non_atomic_requests\n${FUNCTION}`, 'views.status') },
      { ...django(`${ATOMIC}\n`), ...views(`@sync\n${FUNCTION}`, 'views.status') },
      { ...django(`${ATOMIC}\n`), ...views(`${FUNCTION}\ndef other(request):\n    return HttpResponse('fine')\n`, 'views.other') },
      { ...django(`${ATOMIC.replace('True', 'False')}\n`), ...views(FUNCTION, 'views.status') },
    ],
    undecided: [{ ...django(`from elsewhere import atomic\n${ATOMIC.replace('True', 'atomic()')}\n`), ...views(FUNCTION, 'views.status') }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const [view] = asyncViews(repository);
    if (view === undefined) return;
    for (const database of databasesOf(settings)) {
      ctx.expect(
        database.get('ATOMIC_REQUESTS'),
        (atomic) => not(truth(atomic)),
        () => ({
          message: `\`ATOMIC_REQUESTS\` of \`${database.subject}\` is on, and \`${view.name}\` is an async view: each request for it ends in a RuntimeError.`,
          subject: database.subject,
          related: [{ at: view.at, message: 'the async view' }],
        }),
      );
    }
  },
});
