"""Runs generated settings in this Python: a JSON list of programs on stdin, a JSON line for each on stdout.

Each run has a folder, an environment and sys.modules of its own, so that no program sees another.
With --libraries only says which Python and which of the libraries given are there.
"""
import datetime, decimal, enum, importlib, io, json, os, re, resource, shutil, signal, sys, tempfile, types, warnings
from pathlib import PurePath

sys.dont_write_bytecode = True
warnings.simplefilter("ignore")
HOME = os.environ.get("HOME", "/tmp")


def encode(value, root, seen=()):
    kind = type(value)
    if value is None or kind is bool:
        return value
    if isinstance(value, enum.Enum):
        return {"o": ["object", kind.__name__]}
    if isinstance(value, int):
        return {"i": int.__repr__(value) if abs(value) < 10 ** 400 else "big"}
    if isinstance(value, float):
        return {"f": float.__repr__(value)}
    if isinstance(value, str):
        return str.__str__(value).replace(root, "<ROOT>")
    if isinstance(value, bytes):
        return {"b": value.decode("latin-1").replace(root, "<ROOT>")}
    if isinstance(value, PurePath):
        return {"p": str(value).replace(root, "<ROOT>")}
    if isinstance(value, datetime.timedelta):
        return {"td": value // datetime.timedelta(microseconds=1)}
    if isinstance(value, re.Pattern):
        return {"re": value.pattern if isinstance(value.pattern, str) else ""}
    if isinstance(value, type):
        return {"o": ["class", value.__name__]}
    if isinstance(value, types.ModuleType):
        return {"o": ["module", value.__name__]}
    if id(value) in seen or len(seen) > 60:
        return {"cycle": True}
    inner = seen + (id(value),)
    if kind is list or isinstance(value, list):
        return {"l": [encode(one, root, inner) for one in value]}
    if isinstance(value, tuple):
        return {"t": [encode(one, root, inner) for one in value]}
    if isinstance(value, (set, frozenset)):
        return {"s": [encode(one, root, inner) for one in value]}
    if isinstance(value, dict):
        return {"d": [[encode(key, root, inner), encode(one, root, inner)] for key, one in value.items()]}
    if callable(value):
        return {"o": ["callable", getattr(value, "__name__", kind.__name__)]}
    return {"o": ["object", kind.__name__]}


class Late(BaseException):
    pass


def late(*_):
    raise Late()


def names_at_end(module, error):
    """What the module had set when it raised: its frame is in the traceback."""
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_name == "<module>" and at.tb_frame.f_globals.get("__name__") == module:
            return at.tb_frame.f_globals
        at = at.tb_next
    return {}


def told(error, program):
    names = names_at_end(program["module"], error)
    # An exception of the class itself, when the module has run: what is set by then cannot be seen.
    if program.get("className") and not names:
        return {"type": "Late", "bases": [], "text": ""}, names
    return {"type": type(error).__name__, "bases": [one.__name__ for one in type(error).__mro__], "text": str(error)[:200]}, names


def run(program, environment, root):
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    sys.path[:] = [root] + PATH
    sys.argv[:] = program["argv"]
    raised = None
    names = {}
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        if program.get("className"):
            names = load_class(program)
        else:
            names = vars(importlib.import_module(program["module"]))
    except Late:
        raised = {"type": "Late", "bases": [], "text": ""}
    except SyntaxError as error:
        if (error.filename or "").startswith(FOLDER):
            raised = {"type": "Late", "bases": [], "text": ""}
        else:
            raised, names = told(error, program)
    except BaseException as error:
        raised, names = told(error, program)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout, sys.stderr = out, err
    try:
        encoded = {name: encode(value, root) for name, value in names.items() if name.isupper()}
    except Exception as error:
        raised, encoded = {"type": "Late", "bases": [], "text": repr(error)[:200]}, {}
    return {"raised": raised, "names": encoded}


def load_class(program):
    os.environ["DJANGO_SETTINGS_MODULE"] = program["module"]
    os.environ["DJANGO_CONFIGURATION"] = program["className"]
    import configurations.importer as importer
    import configurations
    importer.installed = False
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != "ConfigurationFinder" and type(one).__name__ != "ConfigurationImporter"]
    configurations.setup()
    module = importlib.import_module(program["module"])
    return {name: getattr(module, name) for name in dir(module) if name.isupper()}


def each(program):
    runs = []
    for number, environment in enumerate(program["environments"]):
        root = tempfile.mkdtemp(prefix="p" * (1 + number * 3), dir=FOLDER)
        for path, text in program["files"].items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8", newline="") as handle:
                handle.write(text)
        before = dict(sys.modules)
        finders = list(sys.meta_path)
        try:
            runs.append(run(program, environment, root))
        finally:
            for name in list(sys.modules):
                if name not in before or name.split(".")[0] in STATEFUL:
                    module = sys.modules[name]
                    if name.split(".")[0] in STATEFUL or str(getattr(module, "__file__", None) or root).startswith(FOLDER):
                        del sys.modules[name]
            sys.meta_path[:] = finders
            sys.path_importer_cache.clear()
            os.chdir(FOLDER)
            shutil.rmtree(root, ignore_errors=True)
    return runs


# Libraries that keep something between two calls: imported anew for each run.
STATEFUL = {"decouple", "environ", "configurations"}

if sys.argv[1:2] == ["--libraries"]:
    found = []
    for name in sys.argv[2:]:
        try:
            importlib.import_module(name)
            found.append(name)
        except Exception:
            pass
    print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "libraries": found}))
else:
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.signal(signal.SIGALRM, late)
    PATH = [one for one in sys.path if one and not one.startswith(os.path.dirname(os.path.abspath(__file__)))]
    # A program may open and close the numbers of the standard streams.
    OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
    programs = json.load(sys.stdin)
    for number in (0, 1):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    # Loading a library counts for no program: the clock would stop it half way, and leave it so for those that follow.
    for name in ("environs", "marshmallow.validate", "dotenv", "dj_database_url", "split_settings.tools", "django.conf", "configurations", "environ", "decouple"):
        try:
            importlib.import_module(name)
        except Exception:
            pass
    FOLDER = os.path.realpath(tempfile.mkdtemp(prefix="settings-"))
    try:
        for program in programs:
            OUT.write(json.dumps(each(program)) + "\n")
        OUT.close()
    finally:
        os.chdir("/")
        shutil.rmtree(FOLDER, ignore_errors=True)
