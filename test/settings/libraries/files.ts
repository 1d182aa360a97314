import type { Random } from '../differential/random.ts';
import { type Case, chance, pick } from './case.ts';

const VALUES = [
  'a',
  '',
  '"a b"',
  "'a b'",
  '"a',
  "'a",
  'a # c',
  'a#c',
  '"a # c"',
  '"a" # c',
  '"a" b',
  '${B}',
  '"${B}"',
  "'${B}'",
  '${NO:-d}',
  '${NO}',
  '${B:-x}-${C}',
  '$B',
  '${A}',
  '"a\\nb"',
  "'a\\nb'",
  'a\\nb',
  '"a\\"b"',
  "'it\\'s'",
  '"two\nlines"',
  "'two\nlines'",
  '  spaced  ',
  '#c',
  ' # c',
  '"\\t\\\\"',
  '`x`',
  '"x""y"',
  '${B',
  '{B}',
  'é',
  '"${C}${D:-}"',
  '\\${B}',
  '1 2',
  '"it\'s"',
  '=',
  'a=b',
] as const;

function line(random: Random): string {
  const name = pick(random, ['A', 'B', 'C', 'D', 'export A', 'A B', "'A'", 'A.b', ' B', 'export', '"C"']);
  const value = pick(random, VALUES);
  return pick(random, [
    `${name}=${value}`,
    `${name}=${value}`,
    `${name}=${value}`,
    `${name} = ${value}`,
    `${name}`,
    `# ${name}=${value}`,
    `${name}=${value}\r`,
    '',
    `${name}: ${value}`,
    `${name}=`,
    `=${value}`,
  ]);
}

export function envFile(random: Random): string {
  return Array.from({ length: random.next(6) }, () => line(random)).join('\n') + (chance(random, 60) ? '\n' : '');
}

const LOADS = [
  'load_dotenv()',
  'X8 = load_dotenv()',
  'load_dotenv(".env")',
  'load_dotenv(os.path.join(BASE, ".env"))',
  'load_dotenv(find_dotenv())',
  'load_dotenv(override=True)',
  'load_dotenv(".env", override=True)',
  'load_dotenv("conf/.env")',
  'load_dotenv("absent")',
  'load_dotenv(dotenv_path=Path(BASE) / ".env")',
  'load_dotenv("")',
  'load_dotenv(interpolate=False)',
  'load_dotenv(find_dotenv("other.env"))',
  'load_dotenv(find_dotenv("other.env", raise_error_if_not_found=True))',
  'load_dotenv(find_dotenv(usecwd=True))',
  'X8 = dotenv_values()',
  'X8 = dotenv_values("conf/.env")',
  'X8 = dotenv_values(".env", interpolate=False)',
  'X8 = {**dotenv_values(".env"), **os.environ}.get("A")',
  'X8 = find_dotenv()',
  'X8 = find_dotenv("absent")',
  'X8 = find_dotenv("conf/.env")',
  'X8 = get_key(".env", "A")',
  'X8 = load_dotenv("absent")',
  'load_dotenv(verbose=True)',
  'load_dotenv(stream=io.StringIO("A=stream"))',
  'load_dotenv(encoding="utf-8")',
  'load_dotenv(".env"); load_dotenv("conf/.env")',
  'load_dotenv(".env"); load_dotenv("conf/.env", override=True)',
] as const;

/** python-dotenv: where it looks, what it sets, and the corners of its parser. */
export function dotenvCase(random: Random): Case {
  const text = [
    'import io, os',
    'from pathlib import Path',
    'from dotenv import dotenv_values, find_dotenv, get_key, load_dotenv',
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    pick(random, LOADS),
    ...['A', 'B', 'C', 'D'].map((name, i) => `X${i} = os.environ.get("${name}")`),
    'X5 = os.environ.get("A.b", "none")',
  ];
  const environment: Record<string, string> = {};
  for (const name of ['A', 'B', 'C']) if (chance(random, 30)) environment[name] = pick(random, ['x', '', '${C}', 'a b']);
  if (chance(random, 5)) environment['PYTHON_DOTENV_DISABLED'] = pick(random, ['1', '0', 'True']);
  return {
    files: {
      'settings.py': `${text.join('\n')}\n`,
      ...(chance(random, 85) ? { '.env': envFile(random) } : {}),
      'conf/.env': envFile(random),
      ...(chance(random, 30) ? { 'other.env': envFile(random) } : {}),
    },
    environment,
  };
}

const INCLUDES = [
  'include("a.py")',
  'include("a.py", "b.py")',
  'include("parts/*.py")',
  'include("parts/1.py", "parts/*.py")',
  'include(optional("absent.py"))',
  'include("absent.py")',
  'include(optional("a.py"), scope=globals())',
  'include("a.py", scope=locals())',
  'include(optional(None), "b.py")',
  'include(optional(os.environ.get("LOCAL")))',
  'include("parts/[0-9].py")',
  'include("parts/?.py", "a.py")',
  'include("**/1.py")',
  'include(os.path.join("parts", "2.py"))',
  'include(os.path.join(BASE, "a.py"))',
  'include("nested.py")',
  'include("a.py")\ninclude("a.py")',
  'include(*["a.py", "b.py"])',
  'include(*[f"parts/{n}.py" for n in (2, 1)])',
  'include("parts/" + os.environ.get("MODE", "1") + ".py")',
  'include("./a.py")',
  'include("parts/../b.py")',
  'include("pkg/__init__.py")',
  'include("parts/*.py", optional("x*.py"))',
] as const;

/** django-split-settings: globs, optional files, names that one file takes from another. */
export function splitSettingsCase(random: Random): Case {
  const text = [
    'import os',
    'from split_settings.tools import include, optional',
    'BASE = os.path.dirname(os.path.abspath(__file__))',
    pick(random, ['L = []', 'L = ["s"]', 'L = []\nA = 0']),
    pick(random, INCLUDES),
    ...(chance(random, 30) ? [pick(random, INCLUDES)] : []),
    pick(random, ['', 'END = len(L)', 'A = 5', 'X = globals().get("A")', 'Y = A']),
  ];
  const environment: Record<string, string> = {};
  if (chance(random, 40)) environment['MODE'] = pick(random, ['1', '2', '9']);
  if (chance(random, 40)) environment['LOCAL'] = pick(random, ['a.py', 'absent.py', '']);
  return {
    files: {
      'settings.py': `${text.join('\n')}\n`,
      'a.py': 'L.append("a")\nA = "a"\nHERE = __file__\n',
      'b.py': `L.append("b")\n${pick(random, ['B = A', 'B = 1', 'B = [A, L]', 'import a\nB = 2'])}\n`,
      'parts/1.py': 'L += ["1"]\nP1 = list(L)\nFIRST = True\n',
      'parts/2.py': 'L += ["2"]\nP2 = FIRST\n',
      'nested.py': 'from split_settings.tools import include\ninclude("parts/1.py")\ninclude("a.py")\nN = len(L)\nHERE2 = __file__\n',
      'pkg/__init__.py': 'PKG = 1\n',
      ...(chance(random, 30) ? { 'x1.py': 'XX = 1\n' } : {}),
    },
    environment,
  };
}
