import { type Answer, type Data, defineRule, type Report } from '../../src/rule.ts';
import { and, answer } from '../shared/values/answer.ts';
import { isSequence } from '../shared/values/data.ts';

const BEFORE = 'django_prometheus.middleware.PrometheusBeforeMiddleware';
const AFTER = 'django_prometheus.middleware.PrometheusAfterMiddleware';

/** Middleware that only answers probes: that they are not counted is the point. */
const PROBE = /health|probe|liveness|readiness|ping|heartbeat|status/i;

/** Middleware whose own documentation asks to be the last. */
const LAST = 'axes.middleware.AxesMiddleware';

function list(...names: readonly string[]): string {
  return `MIDDLEWARE = [${names.map((name) => `'${name}'`).join(', ')}]`;
}

const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware';

export default defineRule({
  id: 'logging/prometheus-middleware-order',
  title: 'django-prometheus middleware not outermost',
  severity: 'warning',
  topic: 8,
  since: '0.1.0',
  why: 'Latencies and counts leave out what the middleware outside of it does, and answers that it gives by itself (redirects, refusals) are not counted at all.',
  fix: 'Put PrometheusBeforeMiddleware first and PrometheusAfterMiddleware last in MIDDLEWARE.',
  autofix: 'safe',
  links: ['https://github.com/django-commons/django-prometheus#quickstart'],
  examples: {
    bad: [
      { 'settings.py': `${list(SESSION, BEFORE, AFTER)} # !\n` },
      { 'settings.py': `${list(BEFORE, AFTER, SESSION)} # !\n` },
      { 'settings.py': `${list(BEFORE, SESSION)} # !\n` },
      { 'settings.py': `${list(SESSION, AFTER)} # !\n` },
    ],
    good: [
      { 'settings.py': `${list(BEFORE, SESSION, AFTER)}\n` },
      { 'settings.py': `${list('app.middleware.HealthCheckMiddleware', BEFORE, SESSION, AFTER)}\n` },
      { 'settings.py': `${list(BEFORE, SESSION, AFTER, 'axes.middleware.AxesMiddleware')}\n` },
      { 'settings.py': `${list(SESSION)}\n` },
    ],
    undecided: [{ 'settings.py': `from elsewhere import names\n\nMIDDLEWARE = [*names(), '${BEFORE}', '${SESSION}', '${AFTER}']\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    ctx.expect(settings.get('MIDDLEWARE'), isOutermost, (middleware) => ({
      message: messageOf(textsOf(middleware)),
      subject: 'MIDDLEWARE',
      ...severity(textsOf(middleware)),
    }));
  },
});

function textsOf(middleware: Data | undefined): readonly (string | null)[] {
  if (!isSequence(middleware)) return [];
  return middleware.items.map((item) => (item.kind === 'known' && typeof item.value === 'string' ? item.value : null));
}

function isOutermost(middleware: Data | undefined): Answer {
  const names = textsOf(middleware);
  if (!names.includes(BEFORE) && !names.includes(AFTER)) return 'yes';
  if (!isSequence(middleware) || !middleware.complete) return 'maybe';
  const before = names.indexOf(BEFORE);
  if (before === -1 || !names.includes(AFTER)) return names.includes(null) ? 'maybe' : 'no';
  const outside = names.slice(0, before).map((name): Answer => (name === null ? 'maybe' : answer(PROBE.test(name))));
  return and(...outside, answer(isLast(names)));
}

function isLast(names: readonly (string | null)[]): boolean {
  return names.slice(names.lastIndexOf(AFTER) + 1).every((name) => name === LAST);
}

/** All requests are counted where only the inner one is out of place. */
function severity(names: readonly (string | null)[]): Pick<Report, 'severity' | 'because'> {
  return names.includes(AFTER) && names[0] === BEFORE
    ? { severity: 'note', because: 'all requests are counted, only the time of the view is off' }
    : {};
}

function messageOf(names: readonly (string | null)[]): string {
  if (!names.includes(AFTER)) return '`PrometheusAfterMiddleware` is missing from `MIDDLEWARE`: no latencies and answers are counted.';
  if (!names.includes(BEFORE))
    return '`PrometheusBeforeMiddleware` is missing from `MIDDLEWARE`: the time before the last middleware is not measured.';
  const late = names.indexOf(BEFORE) > 0 && !names.slice(0, names.indexOf(BEFORE)).every((name) => name !== null && PROBE.test(name));
  return late
    ? '`PrometheusBeforeMiddleware` is not the first of `MIDDLEWARE`: what stands before it is neither measured nor counted.'
    : '`PrometheusAfterMiddleware` is not the last of `MIDDLEWARE`: what stands behind it counts as the view.';
}
