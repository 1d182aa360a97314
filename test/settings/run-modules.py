# Runs each module of a JSON list under its environment and prints what its upper-case names hold, as JSON.
import json, os, sys


def encode(value, depth=0):
    if depth > 30:
        return {"$type": "deep"}
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) <= 9007199254740991 else {"$type": "big"}
    if kind is float:
        if value != value or value in (float("inf"), float("-inf")):
            return {"$type": "float", "value": "nan" if value != value else "inf" if value > 0 else "-inf"}
        return value
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
    return {"$type": "other"}


out = []
for module in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(module["environment"])
    names = {"__name__": "settings"}
    raised = None
    try:
        exec(compile(module["text"], "settings.py", "exec"), names)
    except Exception as error:
        raised = type(error).__name__
    out.append({"raised": raised, "names": {name: encode(value) for name, value in names.items() if name.isupper()}})
print(json.dumps(out))
