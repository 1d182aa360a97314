import { type Data, defineRule, type Report, type Sequence } from '../../src/rule.ts';
import { type Code, SECURITY, standIn } from '../shared/requests/middleware.ts';
import { isSequence } from '../shared/values/data.ts';

const WHITENOISE = 'whitenoise.middleware.WhiteNoiseMiddleware';

/** Classes that work on every request or response, and that a file needs nothing of. */
const WORKS =
  /^django\.(contrib\.(sessions|auth|messages|flatpages|redirects|sites)\.middleware|middleware\.(locale|cache|gzip|csrf|common|clickjacking|http))\./;

const list = (...names: readonly string[]) => `MIDDLEWARE = [\n${names.map((name) => `    '${name}',`).join('\n')}\n]\n`;
const marked = (settings: string, name: string) => settings.replace(`'${name}',`, `'${name}', # !`);
const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware';

export default defineRule({
  id: 'static/whitenoise-middleware-order',
  title: 'WhiteNoise is not right after SecurityMiddleware',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'What stands before WhiteNoise runs for every static file; and where SecurityMiddleware comes after it, static files are sent over plain HTTP and without its headers.',
  fix: 'Place it directly after SecurityMiddleware and before all others.',
  autofix: 'safe',
  links: ['https://whitenoise.readthedocs.io/en/stable/django.html#enable-whitenoise'],
  examples: {
    bad: [
      { 'settings.py': marked(list(SECURITY.path, SESSION, WHITENOISE), WHITENOISE) },
      { 'settings.py': marked(list(WHITENOISE, SECURITY.path, SESSION), WHITENOISE) },
      {
        'settings.py': marked(
          list('corsheaders.middleware.CorsMiddleware', 'django.middleware.gzip.GZipMiddleware', WHITENOISE),
          WHITENOISE,
        ),
      },
    ],
    good: [
      { 'settings.py': list(SECURITY.path, WHITENOISE, SESSION) },
      {
        'settings.py': list(
          'django_prometheus.middleware.PrometheusBeforeMiddleware',
          SECURITY.path,
          'corsheaders.middleware.CorsMiddleware',
          WHITENOISE,
          SESSION,
        ),
      },
      { 'settings.py': list(WHITENOISE, SESSION) },
      { 'settings.py': list(SECURITY.path, SESSION) },
      {
        'settings.py': list('project.security.SecurityMiddleware', WHITENOISE, SESSION),
        'project/security.py':
          'from django.middleware.security import SecurityMiddleware as Base\n\n\nclass SecurityMiddleware(Base):\n    pass\n',
      },
    ],
    undecided: [{ 'settings.py': `from elsewhere import more\n\nMIDDLEWARE = ['${SECURITY.path}', *more(), '${WHITENOISE}']\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository }, ctx) {
    const middleware = settings.get('MIDDLEWARE');
    ctx.expect(
      middleware,
      (classes) => (faultOf(classes, { settings, repository }) === null ? !isUnclear(classes) || 'maybe' : 'no'),
      (classes) => describe(classes, { settings, repository }),
    );
  },
});

interface Fault {
  readonly at: Report['at'];
  readonly message: string;
}

/** Null when WhiteNoise is not listed, or nothing that is known stands in the wrong place. */
function faultOf(classes: Data | undefined, code: Code): Fault | null {
  if (!isSequence(classes) || !isOrdered(classes)) return null;
  const names = classes.items.map((item) => (item.kind === 'known' && typeof item.value === 'string' ? item.value : ''));
  const at = names.indexOf(WHITENOISE);
  const item = classes.items[at];
  if (at === -1 || item?.kind !== 'known') return null;
  const security = names.findIndex((name) => name === SECURITY.path || name === securityOf(classes, code));
  if (security > at) {
    return {
      at: item.origin,
      message:
        'WhiteNoise stands before SecurityMiddleware: static files go out without the redirect to HTTPS and the headers that it adds.',
    };
  }
  const before = names.slice(0, at).filter((name) => WORKS.test(name));
  if (before.length === 0) return null;
  return { at: item.origin, message: `WhiteNoise stands behind ${inWords(before)}, which run for every static file.` };
}

/** Unknown classes stand in known places, if anywhere, so that the order of the others holds. */
function isOrdered({ complete, gaps }: Sequence): boolean {
  return complete || gaps !== undefined;
}

function securityOf(classes: Data | undefined, code: Code): string | null {
  const found = standIn(classes, SECURITY, code);
  return found?.is === 'subclass' ? found.path : null;
}

function inWords(names: readonly string[]): string {
  const short = names.map((name) => `\`${name.slice(name.lastIndexOf('.') + 1)}\``);
  return short.length <= 3 ? short.join(', ') : `${short.slice(0, 2).join(', ')} and ${short.length - 2} others`;
}

/** More classes may stand in the list than are known, and WhiteNoise is one of those that are. */
function isUnclear(classes: Data | undefined): boolean {
  if (!isSequence(classes)) return true;
  return (
    (!classes.complete || classes.items.some((item) => item.kind !== 'known')) &&
    classes.items.some((item) => item.kind === 'known' && item.value === WHITENOISE)
  );
}

function describe(classes: Data | undefined, code: Code): Report {
  const fault = faultOf(classes, code);
  return { at: fault?.at ?? code.settings.placeOf('MIDDLEWARE'), message: fault?.message ?? '', subject: 'MIDDLEWARE' };
}
