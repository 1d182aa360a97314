# Runs each case of a JSON list (files of a folder, an environment, perhaps a class of django-configurations) and prints, as JSON, what
# the upper-case names of its settings.py hold and what it raised.
import datetime, importlib.util, json, os, pathlib, re, shutil, sys, tempfile, types, warnings

warnings.simplefilter("ignore")
here = os.path.realpath(tempfile.mkdtemp())


def text(value):
    return value.replace(here, "<ROOT>")


def encode(value, depth=0):
    if depth > 30:
        return {"$type": "deep"}
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return text(value)
    if kind is int:
        return value if abs(value) <= 9007199254740991 else {"$type": "big"}
    if kind is float:
        if value != value or value in (float("inf"), float("-inf")):
            return {"$type": "float", "value": "nan" if value != value else "inf" if value > 0 else "-inf"}
        return value
    if kind is list:
        return [encode(one, depth + 1) for one in value]
    if isinstance(value, tuple):
        return {"$type": "tuple", "items": [encode(one, depth + 1) for one in value]}
    if kind in (set, frozenset):
        return {"$type": "set", "items": sorted((encode(one, depth + 1) for one in value), key=lambda one: json.dumps(one, sort_keys=True))}
    if isinstance(value, dict):
        if all(type(key) is str for key in value):
            return {text(key): encode(one, depth + 1) for key, one in value.items()}
        return {"$type": "dict", "items": [[encode(key, depth + 1), encode(one, depth + 1)] for key, one in value.items()]}
    if kind is bytes:
        return {"$type": "bytes", "value": value.decode("utf-8", "backslashreplace")}
    if isinstance(value, pathlib.PurePath):
        return {"$type": "path", "value": text(str(value))}
    if kind is datetime.timedelta:
        return {"$type": "timedelta", "seconds": value.total_seconds()}
    return {"$type": "other"}


def fresh(case):
    shutil.rmtree(here, ignore_errors=True)
    os.makedirs(here)
    os.chdir(here)
    for name, content in case["files"].items():
        path = os.path.join(here, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(content)
    os.environ.clear()
    os.environ.update(case["environment"])
    for name in list(sys.modules):
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(here) or name in ("decouple", "settings", "dj_database_url") or name.startswith(("_split_settings", "environ."))  or name == "environ":
            del sys.modules[name]


def load(case):
    path = os.path.join(here, "settings.py")
    if "class" in case:
        from configurations.importer import ConfigurationLoader

        spec = importlib.util.spec_from_file_location("settings", path)
        module = None
        try:
            module = ConfigurationLoader(case["class"], spec).load_module("settings")
        finally:
            names.update(vars(module or sys.modules.get("settings")) if module or "settings" in sys.modules else {})
        return
    names.update({"__name__": "settings", "__file__": path})
    exec(compile(case["files"]["settings.py"], path, "exec"), names)


if importlib.util.find_spec("configurations"):
    import configurations.importer

    configurations.importer.installed = True
sys.path.insert(0, here)
sys.dont_write_bytecode = True
import __main__

out = []
for case in json.load(sys.stdin):
    fresh(case)
    names = {}
    raised = lacks = None
    try:
        load(case)
    except BaseException as error:
        raised = type(error).__name__
        lacks = re.search(r"Env' (object )?has no attribute|module '[a-z_]+' has no attribute|unexpected keyword argument|positional arguments? but|cannot import name|str expected, not", str(error))
    wanted = case.get("names")
    out.append({"raised": raised, "lacks": lacks is not None, "names": {name: encode(value) for name, value in names.items() if name.isupper() and (wanted is None or name in wanted)}})
os.chdir("/")
shutil.rmtree(here, ignore_errors=True)
print(json.dumps(out))
