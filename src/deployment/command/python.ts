import { placeOf } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { originOf, type Value } from '../../core/value.ts';
import { nameOf, textOf } from './command.ts';

/** Modules that `python -m` runs just as the program of that name. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['gunicorn', 'gunicorn'],
  ['gunicorn.app.wsgiapp', 'gunicorn'],
  ['uvicorn', 'uvicorn'],
  ['daphne', 'daphne'],
  ['hypercorn', 'hypercorn'],
  ['granian', 'granian'],
  ['waitress', 'waitress-serve'],
  ['celery', 'celery'],
  ['dramatiq', 'dramatiq'],
  ['django', 'django-admin'],
  ['pip', 'pip'],
  ['pytest', 'pytest'],
]);

/** Commands of the application servers that are Python packages. */
export const PYTHON_SERVERS = ['gunicorn', 'uvicorn', 'daphne', 'hypercorn', 'granian', 'waitress-serve'] as const;

const SCRIPTS: ReadonlySet<string> = new Set([...PYTHON_SERVERS, 'celery', 'django-admin']);

function isPython(name: string | null): boolean {
  return name !== null && /^(python|pypy)[\d.]*$/.test(name);
}

/** Index of the first word after the interpreter's own options; that of `-m` when there is one. */
function pythonTarget(argv: readonly Value<string>[]): number {
  for (let at = 1; at < argv.length; at++) {
    const text = textOf(argv[at]);
    if (text === null || !text.startsWith('-') || text === '-m' || text === '-c') return at;
    if (text === '-W' || text === '-X') at++;
  }
  return argv.length;
}

/** `python -m gunicorn app` and `python /venv/bin/gunicorn app` become `gunicorn app`; all else stays as it is. */
export function withoutPython(argv: readonly Value<string>[]): readonly Value<string>[] {
  if (!isPython(nameOf(argv))) return argv;
  const at = pythonTarget(argv);
  const isModule = textOf(argv[at]) === '-m';
  const target = argv[isModule ? at + 1 : at];
  const text = textOf(target);
  if (target === undefined || text === null || target.kind !== 'known') return argv;
  const program = isModule ? PROGRAMS.get(text) : SCRIPTS.has(text.slice(text.lastIndexOf('/') + 1)) ? text : undefined;
  return program === undefined ? argv : [{ ...target, value: program }, ...argv.slice(isModule ? at + 2 : at + 1)];
}

/** The Django management command that a command line runs, with the words after its name. */
export interface Management {
  readonly name: string;
  readonly at: Span;
  readonly args: readonly Value<string>[];
  /** "manage.py" or "backend/manage.py" as written; null for django-admin. */
  readonly script: string | null;
}

/** Reads `python manage.py X`, `./manage.py X`, `django-admin X`; null when it is none or X is not known. */
export function managementOf(argv: readonly Value<string>[], fallback: Span): Management | null {
  const name = nameOf(argv);
  if (name === 'manage.py' || name === 'django-admin' || name === 'django-admin.py') {
    return subcommand(argv, 1, name === 'manage.py' ? textOf(argv[0]) : null, fallback);
  }
  if (!isPython(name)) return null;
  const at = pythonTarget(argv);
  const script = textOf(argv[at]);
  return script !== null && /(^|\/)manage\.py$/.test(script) ? subcommand(argv, at + 1, script, fallback) : null;
}

function subcommand(argv: readonly Value<string>[], at: number, script: string | null, fallback: Span): Management | null {
  const word = argv[at];
  const name = textOf(word);
  if (word === undefined || name === null || name.startsWith('-')) return null;
  return { name, at: placeOf(originOf(word)) ?? fallback, args: argv.slice(at + 1), script };
}

/** The value of `--name value` or `--name=value` among words; the last one counts, as in argparse. */
export function optionOf(words: readonly Value<string>[], ...names: readonly string[]): Value<string> | null {
  let found: Value<string> | null = null;
  words.forEach((word, index) => {
    if (word.kind !== 'known') return;
    for (const name of names) {
      if (word.value === name) found = words[index + 1] ?? null;
      else if (name.startsWith('--') && word.value.startsWith(`${name}=`)) found = { ...word, value: word.value.slice(name.length + 1) };
      else if (!name.startsWith('--') && word.value.startsWith(name) && word.value.length > name.length)
        found = { ...word, value: word.value.slice(name.length) };
    }
  });
  return found;
}
