import { casesOf, defineRule, type EnvironmentRead, type Origin, originOf, type Report, type SettingsFacts } from '../../src/rule.ts';
import { debugCause } from '../shared/requests/debug.ts';
import { truth } from '../shared/values/data.ts';
import { variableOf } from '../shared/values/origin.ts';

const DECOUPLE = "from decouple import config\n\nDEBUG = config('DEBUG', default=True, cast=bool) # !\n";

export default defineRule({
  id: 'settings/debug-defaults-to-true',
  title: 'DEBUG falls back to true when the variable is missing',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'One forgotten variable opens the debug page, with source and settings, to the world.',
  fix: 'Make the default False, and set DEBUG=1 in development.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug'],
  cwe: ['CWE-489', 'CWE-636'],
  django: ['security.W018'],
  replaces: ['settings/debug-enabled'],
  examples: {
    bad: [
      { 'settings.py': DECOUPLE },
      { 'settings.py': "import environ\n\nenv = environ.Env()\nDEBUG = env.bool('DEBUG', True) # !\n" },
      { 'settings.py': "import os\n\nDEBUG = os.environ.get('DEBUG', 'True') == 'True' # !\n" },
    ],
    good: [
      { 'settings.py': "from decouple import config\n\nDEBUG = config('DEBUG', default=False, cast=bool)\n" },
      { 'settings.py': "import environ\n\nenv = environ.Env()\nCOMPRESS = env.bool('COMPRESS', True)\nDEBUG = False\n" },
    ],
    undecided: [{ 'settings.py': "from elsewhere import flag\n\nDEBUG = flag('debug')\n" }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const debug = settings.get('DEBUG');
    const cause = debugCause({ debug, reads: settings.reads, processes: settings.processes });
    if (cause?.is === 'fallback') {
      ctx.report({ at: cause.origin, ...finding(cause.variable.name, 'nothing gives it, so debug is on'), severity: 'error' });
      return;
    }
    if (cause !== null) return;
    const open = failsOpen(settings);
    if (open === null) {
      if (debug.kind === 'unknown') ctx.undecided('Whether `DEBUG` falls back to true is not known.', debug.origin);
      return;
    }
    const given = variableOf(originOf(debug));
    const provided = debug.kind === 'known' && given?.state === 'given';
    ctx.report({
      at: open.at,
      ...finding(open.name, 'it may be forgotten'),
      django: [],
      ...(provided ? safeHere(given.name, given.at) : {}),
    });
  },
});

function finding(name: string, consequence: string): Pick<Report, 'message' | 'subject'> {
  return { message: `\`DEBUG\` is true when the variable \`${name}\` is missing: ${consequence}.`, subject: 'DEBUG' };
}

function safeHere(name: string, at: Report['coveredBy']): Pick<Report, 'severity' | 'because' | 'coveredBy'> {
  return { severity: 'note', because: `this deployment sets \`${name}\``, ...(at === undefined ? {} : { coveredBy: at }) };
}

/** The read that DEBUG depends on, when its fallback is true. */
function failsOpen(settings: SettingsFacts): { readonly name: string; readonly at: Origin | EnvironmentRead['at'] } | null {
  const debug = settings.get('DEBUG');
  for (const { when, then } of casesOf(debug)) {
    const unset = ownVariable(when.flatMap((guard) => (guard.on === 'env' && guard.is === 'unset' ? [guard] : [])));
    if (unset !== undefined && then.kind === 'known' && truth(then.value) === 'yes' && typeof then.value !== 'string') {
      return { name: unset.name, at: then.origin };
    }
  }
  const names = casesOf(debug).flatMap(({ then }) => (then.kind === 'unknown' ? then.names : [variableOf(then.origin)?.name ?? '']));
  const read = ownVariable(
    settings.reads.filter(({ name, fallback }) => names.includes(name) && fallback?.kind === 'known' && fallback.value === true),
  );
  return read === undefined ? null : { name: read.name, at: read.at };
}

/** Readers of secret files ask for `DEBUG_FILE` before they ask for `DEBUG` itself. */
function ownVariable<T extends { readonly name: string }>(all: readonly T[]): T | undefined {
  return all.find(({ name }) => !name.endsWith('_FILE')) ?? all[0];
}
