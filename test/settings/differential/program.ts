import { arbitraryStatements } from './arbitrary.ts';
import { type Environments, environmentsFor } from './environment.ts';
import { expanded, type Generator, type Scope, statement } from './expand.ts';
import { blocks, type Production, type Type } from './grammar.ts';
import { anyOf, type Random, randomFrom } from './random.ts';
import { DEFINITIONS, STATEMENTS } from './statements.ts';

/** One project of settings and the environments that it runs in. */
export interface Program {
  readonly files: Readonly<Record<string, string>>;
  readonly module: string;
  readonly className: string | null;
  readonly argv: readonly string[];
  readonly environments: Environments;
  /** What made each name, for the share that is known by construct. */
  readonly facts: ReadonlyMap<string, Fact>;
}
export interface Fact {
  readonly tags: ReadonlySet<string>;
  readonly reads: ReadonlySet<string>;
}

const IMPORTS = `import ast, base64, collections, contextlib, copy, dataclasses, enum, fnmatch, functools, hashlib, itertools
import json, logging, math, operator, os, re, shlex, string, sys, textwrap
from collections import namedtuple
from datetime import timedelta
from decimal import Decimal
from os import environ
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, parse_qsl, quote, quote_plus, unquote, urlencode, urljoin, urlparse
`;

const HELPERS = `class Holder:
    a = 1
    b = 'two'
    items = []
class Color(enum.Enum):
    RED = 'red'
    BLUE = 'blue'
class Custom(Exception):
    pass
Point = namedtuple('Point', ['x', 'y'])
LOG = []
def identity(x):
    return x
def pair(a, b=2):
    return (a, b)
def first(*items, **named):
    return items[0] if items else named
`;

const LIBRARY_LINES: readonly (readonly [string, string])[] = [
  ['decouple', 'from decouple import Choices, Csv, config\n'],
  ['environ', 'import environ as environ_lib\nenv = environ_lib.Env(DEBUG=(bool, False))\n'],
  ['environs', 'from environs import Env as EnvironsEnv\neenv = EnvironsEnv()\n'],
  ['dotenv', 'from dotenv import dotenv_values, load_dotenv\n'],
  ['dj_database_url', 'import dj_database_url\n'],
];

const ROOTS: readonly string[] = [
  'BASE_DIR = os.path.dirname(os.path.abspath(__file__))',
  'BASE_DIR = str(Path(__file__).resolve().parent)',
  "BASE_DIR = os.path.abspath(os.path.join(os.path.dirname(__file__), '.'))",
  'BASE_DIR = os.path.dirname(os.path.realpath(__file__))',
];
const PACKAGE_ROOTS: readonly string[] = [
  'BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))',
  'BASE_DIR = str(Path(__file__).resolve().parents[1])',
  'BASE_DIR = str(Path(__file__).resolve().parent.parent)',
  "BASE_DIR = os.path.normpath(os.path.join(os.path.dirname(__file__), '..'))",
];

interface Sheet {
  readonly g: Generator;
  readonly scope: Scope;
  readonly facts: Map<string, Fact>;
  readonly guarded: boolean;
}

/** The program of a seed; only libraries that the Python at hand has are used. */
export function programOf(seed: number, libraries: ReadonlySet<string>): Program {
  const random = randomFrom(seed);
  const used = new Set([...libraries].filter(() => random.chance(35)));
  const g: Generator = { random, libraries: used, counter: 1, tags: new Set(), reads: new Set(), writes: new Set() };
  const scope: Scope = { kind: 'module', conditional: false, variables: new Map<string, Type>(), inner: new Map(), callables: [] };
  const sheet: Sheet = { g, scope, facts: new Map(), guarded: random.chance(65) };
  const layout = random.chance(60) ? single(sheet) : (anyOf(random, LAYOUTS) ?? single)(sheet);
  const argv = random.chance(85) ? ['gunicorn'] : (anyOf(random, [['manage.py', 'test'], ['manage.py', 'runserver'], ['pytest']]) ?? []);
  return {
    className: null,
    ...layout,
    files: { ...dataFiles(random), ...layout.files },
    argv,
    environments: environmentsFor(random, random.chance(45)),
    facts: sheet.facts,
  };
}

interface Layout {
  readonly files: Readonly<Record<string, string>>;
  readonly module: string;
  readonly className?: string;
}

function header(sheet: Sheet, inPackage: boolean): string {
  const { random, libraries } = sheet.g;
  const root = anyOf(random, inPackage ? PACKAGE_ROOTS : ROOTS) ?? '';
  return `${IMPORTS}${LIBRARY_LINES.filter(([name]) => libraries.has(name))
    .map(([, text]) => text)
    .join('')}${root}\n${HELPERS}`;
}

function dataFiles(random: Random): Readonly<Record<string, string>> {
  const json = anyOf(random, ['{"a": 1, "k": "x"}', '{"name": [1, 2.5, null], "b": {"c": true}}', '{}']) ?? '{}';
  const words = anyOf(random, ['one\ntwo\n', 'a b\n\n c \r\nd', '', 'é\u2028x\n']) ?? '';
  const env =
    anyOf(random, ['MODE=fromfile\nDEBUG=1\n', 'export MODE="quoted # x"\n# comment\nPORT=99\nEMPTY=\n', "REGION='r' \nHOSTS=a,b\n", '']) ??
    '';
  return {
    'data.json': json,
    'words.txt': words,
    '.env': env,
    'folder/inner.txt': 'inner\n',
    'snippet.py': "FROM_EXEC = 'snippet'\nLOG.append('exec')\n",
  };
}

/** Statements and definitions, and the probes that show the types. */
function statements(sheet: Sheet, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += one(sheet);
  return text;
}

function one(sheet: Sheet): string {
  const { g, scope } = sheet;
  g.tags = new Set();
  g.reads = new Set();
  g.writes = new Set();
  const before = new Map(scope.variables);
  const defines = g.random.chance(18);
  const text = g.random.chance(3)
    ? arbitraryStatements(g.random, [...before.keys()])
    : statement(g, scope, 3, defines ? DEFINITIONS : STATEMENTS);
  if (text === null) return '';
  for (const name of g.writes) sheet.facts.set(name, { tags: g.tags, reads: g.reads });
  return sheet.guarded && !defines ? guarded(g, text) : `${text}\n`;
}

function guarded(g: Generator, text: string): string {
  const padded = text.replaceAll('\n', '\n    ');
  return `try:\n    ${padded}\nexcept Exception as error:\n    G${g.counter++} = type(error).__name__\n`;
}

/** The text that Python makes of a value tells 1, 1.0 and True apart. */
function probes(sheet: Sheet): string {
  let text = '';
  for (const [name, type] of sheet.scope.variables) {
    if (type === 'set' || type === 'path' || !sheet.g.random.chance(40)) continue;
    const line = `R_${name} = repr(${name})`;
    text += sheet.guarded ? guarded(sheet.g, line) : `${line}\n`;
    sheet.facts.set(`R_${name}`, { tags: new Set(['repr']), reads: new Set([name]) });
  }
  return text;
}

function single(sheet: Sheet): Layout {
  const text = header(sheet, false) + statements(sheet, 6 + sheet.g.random.next(14)) + probes(sheet);
  return { files: { 'settings.py': text }, module: 'settings' };
}

const JOINS: readonly Production[] = blocks(String.raw`
--- star-import
from .base import *
--- star-import
from settings.base import *
--- star-import
try:
    from .base import *
except ImportError:
    MISSING = True
--- star-import
try:
    from .missing_«n» import *
except ImportError:
    from .base import *
--- star-import
from .base import *
try:
    from .local_settings import *
except ImportError:
    LOCAL = False
--- module-import
from . import base
from .base import *
FROM_BASE = getattr(base, 'A1', None)
NAMES = sorted(k for k in vars(base) if k.isupper() and len(k) == 2)
--- module-import
from . import base
globals().update({k: v for k, v in vars(base).items() if not k.startswith('__')})
--- module-import
import settings.base as parent
for k in dir(parent):
    if not k.startswith('__'):
        globals()[k] = getattr(parent, k)
--- import-module
import importlib
parent = importlib.import_module('settings.base')
for k, v in parent.__dict__.items():
    if not k.startswith('__'):
        globals()[k] = v
--- import-module
import importlib
import os
parent = importlib.import_module('.' + os.environ.get('WHICH', 'base'), __package__)
globals().update(vars(parent))
--- exec-file
import os
exec(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'base.py')).read())
--- exec-file
import os
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'base.py')) as handle:
    exec(compile(handle.read(), 'base.py', 'exec'), globals())
--- split-settings @split_settings
from split_settings.tools import include, optional
include('base.py', optional('local_*.py'), optional('absent.py'))
--- split-settings @split_settings
from split_settings.tools import include
include('components/*.py')
include('base.py')
`);

/** A package: base and production, joined in one of many ways. */
function package_(sheet: Sheet): Layout {
  const { g } = sheet;
  g.tags = new Set();
  const first = statements(sheet, 3 + g.random.next(8));
  const base = header(sheet, true) + first;
  const join = anyOf(
    g.random,
    JOINS.filter((each) => each.library === null || g.libraries.has(each.library)),
  );
  const joined = (join && expanded(g, sheet.scope, join, 1)) ?? 'from .base import *';
  const production = `${joined}\n${header(sheet, true)}${statements(sheet, 2 + g.random.next(6))}${probes(sheet)}`;
  const reexport = g.random.chance(40);
  const init = reexport
    ? (anyOf(g.random, [
        'from .production import *\n',
        'from settings.production import *\nIN_PACKAGE = __name__\n',
        "import os\nif os.environ.get('MODE') == 'debug':\n    from .base import *\nelse:\n    from .production import *\n",
      ]) ?? '')
    : '';
  return {
    files: {
      'settings/__init__.py': init,
      'settings/base.py': base,
      'settings/production.py': production,
      'settings/components/one.py': "COMPONENT = ['one']\n",
      'settings/components/two.py': "COMPONENT += ['two']\nIN_TWO = COMPONENT[-1]\n",
      'settings/local_dev.py': "LOCAL_DEV = 'yes'\n",
    },
    module: reexport && g.random.chance(70) ? 'settings' : 'settings.production',
  };
}

/** Optional and conditional imports of single names, helper modules, `__all__`. */
function modules(sheet: Sheet): Layout {
  const { g } = sheet;
  const helper = `import os\n__all__ = ['A1', 'helped', 'shared']\nA1 = os.environ.get('MODE', 'helper')\nHIDDEN = 'not exported'\nshared = ['s']\ndef helped(name, default=None):\n    shared.append(name)\n    return os.environ.get(name, default)\n`;
  const start = ['from helper import *', 'import helper', 'from helper import A1 as FIRST, helped as read'];
  const lines = [
    "S_READ = read('REGION', 'none')\nS_SHARED = list(shared)",
    'helper.A1 = "patched"\nfrom helper import A1 as SECOND',
    'try:\n    from helper import nothing\nexcept ImportError as e:\n    S_ERROR = type(e).__name__',
    "if helper.helped('DEBUG') == '1':\n    from extra import EXTRA\nelse:\n    EXTRA = None",
    'import extra.deep as deep\nDEEP = deep.VALUE + deep.up()',
    'from extra import deep as other, EXTRA as OTHER\nDEEP_SAME = other.VALUE',
    'S_HAS = [hasattr(helper, "HIDDEN"), "HIDDEN" in globals(), "extra" in sys.modules]',
    'S_NAMES = [__name__, helper.__name__, os.path.basename(__file__)]',
  ].filter(() => g.random.chance(65));
  const text = `${header(sheet, false)}${start.join('\n')}\n${lines.join('\n')}\n${statements(sheet, 4 + g.random.next(5))}${probes(sheet)}`;
  return {
    files: {
      'settings.py': text,
      'helper.py': helper,
      'extra/__init__.py': "EXTRA = 'extra'\nfrom . import deep\n",
      'extra/deep.py':
        "from . import __name__ as package\nVALUE = package + '.deep'\ndef up():\n    from .. import deep\n    return deep\n".replace(
          '    from .. import deep\n    return deep\n',
          '    from . import EXTRA\n    return EXTRA\n',
        ),
    },
    module: 'settings',
  };
}

const CONFIGURATION = blocks(String.raw`
--- configurations
class Base(Configuration):
    A1 = «str»
    A2 = «strs»
    SECRET_KEY = values.Value(«str!»)
    DEBUG = values.BooleanValue(«bool!»)
    FLAG = values.BooleanValue(False, environ_name='DEBUG', environ_prefix=None)
    HOSTS = values.ListValue([], environ_prefix=None)
    PORT = values.IntegerValue(80, environ_prefix=«pick None|'APP'»)
    @property
    def A3(self):
        return self.A2 + [str(self.PORT)]
    @classmethod
    def make(cls):
        return «any»
class Mixin:
    B1 = «any»
class Production(«pick Mixin, Base|Base»):
    A1 = Base.A1 + '«word»'
    B2 = «any»
    @property
    def C_CONF(self):
        return {'a': self.A1, 'b': self.DEBUG}
`);

function configurations(sheet: Sheet): Layout {
  if (!sheet.g.libraries.has('configurations')) return single(sheet);
  const [production] = CONFIGURATION;
  const text = production === undefined ? '' : (expanded(sheet.g, sheet.scope, production, 2) ?? '');
  return {
    files: { 'settings.py': `${header(sheet, false)}from configurations import Configuration, values\n${text}\n` },
    module: 'settings',
    className: 'Production',
  };
}

const LAYOUTS: readonly ((sheet: Sheet) => Layout)[] = [package_, package_, package_, modules, configurations];
