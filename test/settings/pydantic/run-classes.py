# Runs each settings.py of a JSON list in a folder of its own, under its environment, and prints what its upper-case names hold.
import datetime, enum, json, os, sys, tempfile, types


def encode(value, depth=0):
    if depth > 30:
        return {"$type": "deep"}
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) <= 9007199254740991 else {"$type": "big"}
    if kind is float:
        return value if value == value and value not in (float("inf"), float("-inf")) else {"$type": "float"}
    if kind is bytes:
        return {"$type": "bytes", "value": value.decode("latin-1")}
    if kind is list:
        return [encode(one, depth + 1) for one in value]
    if kind is tuple:
        return {"$type": "tuple", "items": [encode(one, depth + 1) for one in value]}
    if kind in (set, frozenset):
        return {"$type": "set", "items": sorted((encode(one, depth + 1) for one in value), key=lambda one: json.dumps(one, sort_keys=True))}
    if kind is dict:
        if all(type(key) is str for key in value):
            return {key: encode(one, depth + 1) for key, one in value.items()}
        return {"$type": "dict", "items": [[encode(key, depth + 1), encode(one, depth + 1)] for key, one in value.items()]}
    if kind.__name__ in ("PosixPath", "WindowsPath"):
        return {"$type": "path", "value": value.as_posix()}
    if isinstance(value, datetime.timedelta):
        return {"$type": "timedelta", "seconds": value.total_seconds()}
    if isinstance(value, enum.Enum) and isinstance(value, (str, int)):
        return encode(value.value, depth + 1)
    return {"$type": "object", "class": kind.__module__ + "." + kind.__qualname__}


try:
    # pydantic 1 remembers the names of all validators of the process; each module here is a process of its own.
    from pydantic.class_validators import _FUNCS as seen
except ImportError:
    try:
        from pydantic.v1.class_validators import _FUNCS as seen
    except ImportError:
        seen = set()

out = []
for case in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(case["environment"])
    raised = None
    seen.clear()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in case["files"].items():
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        module = types.ModuleType("settings")
        sys.modules["settings"] = module
        try:
            exec(compile(case["files"]["settings.py"], "settings.py", "exec"), module.__dict__)
        except Exception as error:
            raised = type(error).__name__
        os.chdir("/")
    out.append({"raised": raised, "names": {name: encode(value) for name, value in vars(module).items() if name.isupper()}})
print(json.dumps(out))
