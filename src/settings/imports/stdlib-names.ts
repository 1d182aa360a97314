/** Top-level modules of Python's standard library (sys.stdlib_module_names of 3.11, and what older releases had). */
const STANDARD = new Set(
  (
    '_winapi abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect ' +
    'builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression ' +
    'concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm ' +
    'decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp ' +
    'fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip ' +
    'hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword ' +
    'lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt ' +
    'multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib ' +
    'pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd ' +
    'py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy ' +
    'sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd ' +
    'sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau ' +
    'symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit ' +
    'tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata ' +
    'unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp ' +
    'zipfile zipimport zlib zoneinfo'
  ).split(' '),
);

/** A span of releases: `from` inclusive, `before` exclusive, null for always. */
export interface Period {
  readonly from: string | null;
  readonly before: string | null;
}

/**
 * Modules that not every supported Python has, by the page "Superseded and removed modules" and the whatsnew pages of 3.9 to 3.14.
 * Those of Windows are in none of them: settings run on Linux here, as sys.platform says.
 */
export const STANDARD_PERIODS: ReadonlyMap<string, Period> = new Map([
  ...periodOf('graphlib zoneinfo', '3.9', null),
  ...periodOf('tomllib', '3.11', null),
  ...periodOf('annotationlib compression', '3.14', null),
  ...periodOf('asynchat asyncore distutils imp smtpd', null, '3.12'),
  ...periodOf(
    'aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib',
    null,
    '3.13',
  ),
  ...periodOf('_winapi msilib msvcrt nt winreg winsound', '9999', null),
]);

/** One period for several names, separated by spaces. */
export function periodOf(names: string, from: string | null, before: string | null): readonly (readonly [string, Period])[] {
  return names.split(' ').map((name) => [name, { from, before }] as const);
}

/** Modules of Python 2 and of old releases that no supported Python has. */
export const REMOVED_MODULES: ReadonlySet<string> = new Set([
  'urlparse',
  'urllib2',
  'ConfigParser',
  'StringIO',
  'cStringIO',
  'cPickle',
  'Queue',
  'commands',
  '__builtin__',
  'httplib',
]);

export function isStandardModule(name: string): boolean {
  return STANDARD.has(name.split('.')[0] ?? name);
}
