"""Evaluates expressions over environment libraries in real Python: a JSON list of {environment, expression} in, of {raised, value} out."""
import json
import os
import sys
import urllib.parse

try:
    import dj_email_url
    import django_cache_url
    import envparse
    from envparse import Env, env
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit(0)


def encoded(value):
    if isinstance(value, urllib.parse.ParseResult):
        return {"$type": "url", "text": value.geturl()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return {"$type": "tuple", "items": [encoded(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"$type": "set", "items": sorted(encoded(item) for item in value)}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    return {"$type": "other"}


def answer(case):
    os.environ.clear()
    os.environ.update(case["environment"])
    names = {"dj_email_url": dj_email_url, "django_cache_url": django_cache_url, "env": env, "Env": Env, "envparse": envparse}
    try:
        return {"raised": None, "value": encoded(eval(case["expression"], names))}
    except Exception as error:
        return {"raised": type(error).__name__, "value": None}


print(json.dumps({"answers": [answer(case) for case in json.load(sys.stdin)]}))
