# Runs each case of a JSON list (files, environment, module) in a process and folder of its own, with nothing of this folder importable,
# and prints what its upper-case names hold, as JSON in the encoding of `settings --format json`.
import json, os, pathlib, re, sys, tempfile
from datetime import date, datetime, time, timedelta


def encode(value, root, depth=0):
    if depth > 30:
        return {"$type": "other"}
    inner = lambda one: encode(one, root, depth + 1)
    kind = type(value)
    if value is None or kind is bool:
        return value
    if isinstance(value, str):
        return str.__str__(value).replace(root, "<ROOT>")
    if isinstance(value, int):
        value = int(value)
        return value if abs(value) <= 9007199254740991 else {"$type": "other"}
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return {"$type": "float", "value": "nan" if value != value else "inf" if value > 0 else "-inf"}
        return {"$float": repr(value)}
    if isinstance(value, list):
        return [inner(one) for one in value]
    if isinstance(value, tuple):
        return {"$type": "tuple", "items": [inner(one) for one in value]}
    if kind in (set, frozenset):
        return {"$type": "set", "items": sorted(map(inner, value), key=lambda one: json.dumps(one, sort_keys=True))}
    if isinstance(value, dict):
        if all(type(key) is str for key in value):
            return {"$dict": [[key, inner(one)] for key, one in value.items()]}
        return {"$type": "dict", "items": [[inner(key), inner(one)] for key, one in value.items()]}
    if kind is bytes:
        return {"$type": "bytes", "value": value.decode("latin-1").replace(root, "<ROOT>")}
    if isinstance(value, pathlib.PurePath):
        return {"$type": "path", "value": str(value).replace(root, "<ROOT>")}
    if kind is timedelta:
        return {"$type": "timedelta", "seconds": {"$float": repr(value.total_seconds())}}
    if kind in (datetime, date, time):
        return {"$type": "datetime", "value": value.isoformat()}
    if kind is re.Pattern:
        return {"$type": "regex", "pattern": value.pattern if type(value.pattern) is str else "?"}
    if isinstance(value, type):
        return {"$type": "class", "name": f"{value.__module__}.{value.__qualname__}"}
    if type(value).__name__ in ("function", "builtin_function_or_method", "method"):
        return {"$type": "callable", "name": getattr(value, "__qualname__", "?")}
    if type(value).__name__ == "module":
        return {"$type": "module", "name": value.__name__}
    return {"$type": "object", "class": f"{kind.__module__}.{kind.__qualname__}"}


def run(case):
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.realpath(folder)
        for path, text in case["files"].items():
            os.makedirs(os.path.dirname(f"{root}/{path}"), exist_ok=True)
            with open(f"{root}/{path}", "w", encoding="utf-8", newline="") as file:
                file.write(text)
        os.chdir(root)
        os.environ.clear()
        os.environ.update(case["environment"])
        sys.path[0] = root
        sys.argv = ["gunicorn"]
        sys.dont_write_bytecode = True
        names, raised, missing = {}, None, None
        before = set(sys.modules)
        try:
            import importlib

            module = importlib.import_module(case["module"])
            names = {name: encode(value, root) for name, value in vars(module).items() if name.isupper()}
        except BaseException as error:
            raised = type(error).__name__
            missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
            message = str(error)
            sys.stderr.write(f"{case.get('name', '')}: {raised}: {message}\n")
        os.chdir("/")
        foreign = any("site-packages" in (getattr(one, "__file__", None) or "") for name, one in list(sys.modules.items()) if name not in before)
    return {"raised": raised, "missing": missing, "foreign": foreign, "names": names}


out = []
for case in json.load(sys.stdin):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        sys.stdout = sys.stderr
        with os.fdopen(write, "w") as pipe:
            json.dump(run(case), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    out.append(json.loads(text) if text else {"raised": "died", "missing": None, "foreign": True, "names": {}})
print(json.dumps(out))
