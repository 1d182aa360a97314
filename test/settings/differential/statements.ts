import { blocks, type Production } from './grammar.ts';

/** Statements that may stand anywhere. */
export const STATEMENTS: readonly Production[] = blocks(String.raw`
--- assign
«new str» = «str»
--- assign
«new int» = «int»
--- assign
«new bool» = «bool»
--- assign
«new strs» = «strs»
--- assign
«new dict» = «dict»
--- assign
«new conf» = «conf»
--- assign
«new any» = «any»
--- assign
«new tuple» = «tuple»
--- assign
«new float» = «float»
--- assign
«new set» = «set»
--- assign
«new path» = «path»
--- assign
«new ints» = «ints»
--- assign
«new counts» = «counts»
--- assign
«new optstr» = «optstr»
--- chain-assign
«new strs» = «new strs» = «strs»
--- chain-assign
«new dict» = «new dict» = {'«key»': «any»}
--- alias
«new strs» = «strs&»
--- alias
«new dict» = «dict&»
--- alias
«new any» = [«strs&», «strs&»]
--- alias
«new dict» = {'a': «strs&», 'b': «dict&»}
--- alias
«new conf» = {'default': «conf&»['default'], 'x': «conf&»}
--- annotated
«new int»: int = «int»
--- unpack
«new str», «new int» = «str», «int»
--- unpack
(«new str», «new any»), «new int» = («str», «any»), «int»
--- unpack
«new str», *«new strs» = «strs»
--- unpack
*«new strs», «new str» = «str».split(',')
--- unpack
[«new any», «new any»] = «tuple»
--- unpack
«new any», «new any» = «any»
--- unpack
«new str», _, «new str» = «str».partition(',')
--- unpack
«strs&», «strs&» = «strs», «strs»
--- augment
«str&» += «str»
--- augment
«int&» «pick +|-|*|//|%|&|‖|^»= «int»
--- augment
«float&» «pick +|-|*|/»= «float»
--- augment
«strs&» += «strs»
--- augment
«strs&» += ('«word»',)
--- augment
«strs&» *= «pick 0|1|2»
--- augment
«tuple&» += («any»,)
--- augment
«dict&» |= «dict»
--- augment
«set&» «pick ‖|&|-|^»= «set»
--- augment
«conf&»['default']['PORT'] = 5
«conf&»['default']['NAME'] += '«word»'
--- augment
«strs&»[0] += «str»
--- store
«dict&»['«key»'] = «any»
--- store
«dict&»[«str»] = «any»
--- store
«dict&»[«int»] = «any»
--- store
«strs&»[«pick 0|-1|1»] = «str»
--- store
«strs&»[«pick 1:|:1|:|0:0|-1:|::2»] = «strs»
--- store
«conf&»['default']['«pick NAME|HOST»'] = «str»
--- store
«conf&»['default']['OPTIONS'] = «dict»
--- store
«conf&»['«key»'] = «dict»
--- store
«dict&»['«key»'] = «strs&»
«strs&».append('«word»')
--- store
«dict&»['a'], «dict&»['b'] = «any», «any»
--- list-mutation
«strs&».append(«str»)
--- list-mutation
«strs&».extend(«strs»)
--- list-mutation
«strs&».insert(«pick 0|1|-1|99», «str»)
--- list-mutation
«strs&».extend(x for x in «strs»)
--- list-mutation
«strs&».«pick sort()|reverse()|clear()|sort(reverse=True)|sort(key=len)|pop()|pop(0)»
--- list-mutation
«strs&».remove(«str!»)
--- list-mutation
if '«word»' in «strs&»:
    «strs&».remove('«word»')
--- list-mutation
«strs&».insert(«strs».index('«word»'), 'before')
--- list-mutation
«new str» = «strs&».pop(«pick 0|-1|»)
--- list-mutation
«ints&».append(«int»)
--- list-mutation
[«strs&».append(x) for x in «strs»]
--- dict-mutation
«dict&».update(«dict»)
--- dict-mutation
«dict&».update(a=«any», k=«any»)
--- dict-mutation
«dict&».update([('«key»', «any»)])
--- dict-mutation
«new any» = «dict&».setdefault('«key»', «any»)
--- dict-mutation
«dict&».setdefault('«pick l|m»', []).append(«any»)
--- dict-mutation
«new any» = «dict&».pop('«key»', «any»)
--- dict-mutation
«dict&».pop('«key»')
--- dict-mutation
«conf&»['default'].update({'HOST': «str», 'PORT': «int»})
--- dict-mutation
«conf&»['default'].setdefault('OPTIONS', {})['«key»'] = «any»
--- dict-mutation
«dict&».«pick clear|popitem»()
--- set-mutation
«set&».«pick add|discard»(«str»)
--- set-mutation
«set&».«pick update|difference_update|intersection_update»(«strs»)
--- delete
del «dict&»['«key»']
--- delete
del «strs&»[«pick 0|1:|-1»]
--- delete
X«n» = «str»
del X«n»
--- delete
if '«key»' in «dict&»:
    del «dict&»['«key»']
--- if
if «bool»:
    «body»
else:
    «body»
--- if
if «bool»:
    «body»
--- if
if «bool»:
    «new1 str» = «str»
else:
    «new1 str» = «str»
--- if
if «bool»:
    «new4 strs» = «strs»
    «body»
elif «bool»:
    «new4 strs» = «strs»
else:
    «new4 strs» = «strs»
--- if
if «any»:
    «body»
elif «optstr»:
    «body»
else:
    «body»
--- correlated
if «bool»:
    «new bool» = True
    «new str» = 'on'
else:
    «new bool» = False
    «new str» = 'off'
«new strs» = ['x'] if «bool&» else ['y', «str&»]
--- correlated
flag«n» = os.environ.get('«env bool»', '«pick 0|1|true»') == '«pick 1|true»'
«new bool» = not flag«n»
«new int» = 1 if flag«n» else 2
if not flag«n»:
    «body»
--- correlated
mode«n» = os.environ.get('«env text»', '«envword»')
«new str» = {'«envword»': 'first', 'debug': 'second'}.get(mode«n», mode«n»)
«new bool» = mode«n» == '«envword»'
if mode«n» in ('«envword»', 'prod'):
    «body»
--- correlated
for name«n» in ('«env any»', '«env any»'):
    if name«n» in os.environ:
        «strs&».append(os.environ[name«n»])
        «strs&».append(name«n»)
--- correlated
if not os.environ.get('«env any»'):
    os.environ['«env any»'] = «str!»
«new optstr» = os.environ.get('«env any»')
--- for
for x in tuple(«strs»):
    «body x:str»
--- for
for i, x in enumerate(list(«strs»)):
    «body i:int,x:str»
--- for
for k, v in list(«dict».items()):
    «body k:any,v:any»
--- for
for x in range(«small»):
    «body x:int»
else:
    «body»
--- for
for x in «strs»:
    if «bool x:str»:
        «pick break|continue»
    «strs&».append(x) if len(«strs&») < 20 else None
--- for
for x in «strs»:
    if x == '«word»':
        «new1 str» = x
        break
else:
    «new1 str» = 'none'
--- for
for x in [«str», «str»]:
    try:
        «body x:str»
    except (ValueError, KeyError):
        continue
    «body x:str»
--- for
for a, (b, *c) in [(1, ('x', 2)), (2, ('y',))]:
    «dict&»[b] = (a, c)
--- for
for k in list(«dict&»):
    if «bool k:str»:
        del «dict&»[k]
--- while
i«n» = 0
while i«n» < «small»:
    i«n» += 1
    «body i#:int»
--- while
w«n» = «str»
while w«n»:
    w«n» = w«n»[1:]
    if w«n».startswith('a'):
        break
else:
    «body»
«new str» = w«n»
--- while
while True:
    «body»
    break
--- try
try:
    «body»
    «new2 int» = int(«str»)
except ValueError:
    «new2 int» = «int»
--- try
try:
    «new3 any» = «dict»['«key»']
except KeyError:
    «new3 any» = «any»
else:
    «body»
finally:
    «body»
--- try
try:
    «new1 str» = os.environ['«env any»']
except KeyError:
    «new1 str» = «str»
--- try
«new1 str» = 'before'
try:
    «body»
    raise ValueError(«str»)
except ValueError as e:
    «new1 str» = str(e)
--- try
try:
    «new3 any» = «any»
    «new3 any» = 1 / «int»
except (ZeroDivisionError, TypeError) as e:
    «new3 any» = type(e).__name__
except Exception:
    «new3 any» = 'other'
    «body»
--- try
try:
    try:
        «body»
        «new2 int» = [1, 2][«int»]
    except KeyError:
        «new2 int» = 0
    finally:
        «body»
except (IndexError, LookupError):
    «new2 int» = -1
--- try
try:
    import nonexistent_module_«n»
except ImportError:
    «new5 bool» = False
else:
    «new5 bool» = True
--- try
try:
    «new3 any» = json.loads(«str»)
except ValueError:
    «new3 any» = {}
--- try
try:
    «new2 int» = int(os.environ.get('«env int»'))
except (TypeError, ValueError):
    «new2 int» = «int»
--- try
try:
    raise Custom(«str», «int»)
except Custom as e:
    «new6 tuple» = e.args
--- try
try:
    raise KeyError('a') from None
except LookupError as e:
    «new1 str» = repr(e)
--- try
try:
    «body»
    if «bool»:
        raise Custom('x')
    «body»
except Custom:
    «body»
--- assert
assert isinstance(«any», object), 'always'
--- assert
try:
    assert «bool», 'no'
except AssertionError as e:
    «new str» = str(e)
--- raise
if «bool» and «bool» and «bool»:
    raise ValueError(«str»)
--- raise
if os.environ.get('«env bool»') == 'boom':
    raise RuntimeError('boom')
--- with-open
with open(os.path.join(BASE_DIR, 'data.json')) as handle:
    «new7 dict» = json.load(handle)
--- with-open
with open(os.path.join(BASE_DIR, 'words.txt')) as handle:
    «new4 strs» = [line.strip() for line in handle]
--- with-open
with open(os.path.join(BASE_DIR, 'words.txt'), encoding='utf-8') as handle:
    «new1 str» = handle.read()
--- with-open
«new str» = (Path(BASE_DIR) / 'words.txt').read_text()
--- with-open
«new strs» = open(os.path.join(BASE_DIR, 'words.txt')).«pick read().split()|readlines()|read().splitlines()»
--- with-open
try:
    with open(os.path.join(BASE_DIR, '«file»')) as handle:
        «new1 str» = handle.read().strip()
except (FileNotFoundError, IsADirectoryError):
    «new1 str» = «str»
--- with-open
for line in open(os.path.join(BASE_DIR, '.env')):
    key, sep, value = line.strip().partition('=')
    if sep:
        «dict&»[key] = value
--- globals-store
globals()['«new str»'] = «str»
--- globals-store
globals().update({'«new int»': «int», '«new str»': «str»})
--- globals-store
for k, v in {'«new str»': «str», '«new str»': «str»}.items():
    globals()[k] = v
--- globals-store
globals().update(«counts»)
--- globals-store
globals().setdefault('«new str»', «str»)
--- globals-store
vars()['«new int»'] = «int»
--- exec
exec('«new int» = 1 + 2')
--- exec
exec(open(os.path.join(BASE_DIR, 'snippet.py')).read())
--- exec
exec(compile("«new str» = 'x'", 'f', 'exec'), globals())
--- exec
«new int» = eval('1 + 2')
--- environ-store
os.environ['«env any»'] = «str»
--- environ-store
os.environ.setdefault('«env any»', «str»)
--- environ-store
os.environ.pop('«env any»', None)
--- environ-store
os.environ.update({'«env any»': «str»})
--- environ-store
del os.environ['«env any»']
--- environ-store
os.environ.update(EXTRA«n»=«str»)
«new str» = os.environ['EXTRA«n»']
--- match
match «str»:
    case '«word»' | '«word»':
        «new1 str» = 'one'
    case s if «bool s:str»:
        «new1 str» = s
    case _:
        «new1 str» = «str»
--- match
match «any»:
    case {'a': v, **rest}:
        «new3 any» = (v, rest)
    case [a, *rest]:
        «new3 any» = [a, rest]
    case int(n) | float(n):
        «new3 any» = n
    case str():
        «new3 any» = 's'
    case None:
        «new3 any» = None
    case other:
        «new3 any» = 'other'
--- match
match os.environ.get('«env text»', '«envword»'):
    case '«envword»':
        «new1 str» = 'matched'
        «body»
    case 'prod' | 'debug':
        «new1 str» = 'pd'
    case _:
        «new1 str» = 'rest'
--- match
match («int», «str»):
    case (0, x):
        «new3 any» = x
    case (n, 'a') if n > 1:
        «new3 any» = n
    case (n, x):
        «new3 any» = [n, x]
--- sort-stable
«new any» = sorted([(len(x), x) for x in «strs»], key=lambda p: p[0])
--- timedelta
«new any» = timedelta(days=«int», hours=«int»)
--- nested
«new any» = {'a': [1, {'b': «any»}], 'c': (None, «dict»)}
«new any» = [«strs&», «dict&»]
«strs&».append('late')
--- comprehension
«new dict» = {a: [b for b in range(len(a))] for a in «strs»}
--- generator
gen«n» = (x for x in «strs»)
«new strs» = list(gen«n»)
«new strs» = list(gen«n»)
--- iterator
it«n» = iter(«strs»)
«new any» = next(it«n», None)
«new strs» = list(it«n»)
--- zip
«new any» = list(zip(«strs», «ints»))
--- zip
«new any» = [list(x) for x in zip(«strs», range(3))]
--- enumerate
«new any» = list(enumerate(«strs»))
--- reversed
«new any» = list(reversed([«any», «any»]))
--- deque
dq«n» = collections.deque(«ints», maxlen=3)
dq«n».append(«int»)
dq«n».appendleft(«int»)
«new ints» = list(dq«n»)
--- defaultdict
dd«n» = collections.defaultdict(«pick list|int|dict|lambda: 'x'»)
dd«n»['a']
«new dict» = dict(dd«n»)
--- defaultdict
dl«n» = collections.defaultdict(list)
for x in «strs»:
    dl«n»[x[:1]].append(x)
«new dict» = dict(dl«n»)
--- ordereddict
od«n» = collections.OrderedDict(a=«any», b=«any»)
od«n».move_to_end('a')
«new any» = list(od«n».items())
--- counter
«new any» = collections.Counter(«str»).most_common(«pick 1|2|»)
--- walrus
if (wa«n» := «str»):
    «new str» = wa«n»
«new any» = [(wb«n» := «int»), wb«n» + 1]
--- walrus
while (wc«n» := «int») > 1000:
    break
«new any» = ((wc«n» if wc«n» > 2 else None), wc«n»)
--- walrus
«new any» = [wd«n» for x in «strs» if (wd«n» := x.strip())]
--- walrus
«new str» = f"{wf«n»}" if (wf«n» := «str») else 'none'
--- print
print(«any»)
--- docstring
"""«word»"""
--- pass
pass
--- type-mix
«new any» = {1: 'int', True: 'bool', 1.0: 'float', '1': 'str', None: «any», (1, 2): «any»}
--- type-mix
«new any» = [1, True, 1.0, 0, False, -0.0, 10 ** 20, 2 ** 63, «int»]
--- type-mix
«new any» = {1, True, 1.0} == {1}
--- setattr
setattr(Holder, '«pick a|b|c»', «any»)
--- setattr
Holder.«pick a|b» = «any»
«new any» = Holder.a
--- setattr
Holder.items.append(«any»)
«new any» = list(Holder.items)
--- namedtuple
p«n» = Point(«int», «any»)
«new any» = [p«n».x, p«n»[1], p«n» == (p«n».x, p«n».y)]
«new any» = tuple(p«n»._replace(x=0))
--- lambda
fs«n» = [lambda: x for x in range(3)]
«new ints» = [f() for f in fs«n»]
--- lambda
fs«n» = [lambda x=x: x for x in range(3)]
«new ints» = [f() for f in fs«n»]
--- str-odd
«new any» = [len(x) for x in ('é', '😀', '', 'ǅ', 'ß', '\u0301e', '\x00')]
--- str-odd
«new any» = ['ß'.upper(), 'İ'.lower(), 'ǆ'.title(), "it's a b".title(), '😀a'[0], '😀a'[::-1], 'ŉ'.capitalize(), 'ΑΣ'.lower()]
--- str-odd
«new any» = [«str».isdigit(), '²'.isdigit(), '½'.isnumeric(), '²'.isdecimal(), '٣'.isdecimal(), ' '.isspace(), ''.isspace()]
--- str-odd
«new any» = ['\x1c a\u2028b\x0bc'.split(), 'a\u2028b\x0bc\x85d'.splitlines(), '\u3000a\xa0'.strip()]
--- str-odd
«new int» = len('x' * «pick 10|1000» + «str»)
--- set-order
«new any» = list({«str», «str», 'z'})
--- host
«new any» = len(BASE_DIR)
--- host
«new any» = [BASE_DIR.count('/'), BASE_DIR.upper() == BASE_DIR, BASE_DIR[0], 'tmp' in BASE_DIR]
--- host
«new any» = [os.getcwd() == BASE_DIR, BASE_DIR < '/zzz', os.path.basename(BASE_DIR)]
--- decouple @decouple
«new str» = config('«env text»', default=«str»)
«new bool» = config('«env bool»', default=False, cast=bool)
«new strs» = config('«env list»', default='', cast=Csv())
--- django-environ @environ
«new bool» = env.bool('«env bool»', «pick True|False»)
«new strs» = env.list('«env list»', default=[])
«new any» = env('«env text»', default=None)
--- environs @environs
«new bool» = eenv.bool('«env bool»', «pick True|False»)
«new strs» = eenv.list('«env list»', [])
--- environs @environs
with eenv.prefixed('«pick DJANGO_|APP_»'):
    «new str» = eenv.str('MODE', «str!»)
    «new int» = eenv.int('PORT', «int!»)
--- dotenv @dotenv
load_dotenv(os.path.join(BASE_DIR, '.env')«pick |, override=True»)
«new str» = os.environ.get('«env any»', 'none')
--- django-environ @environ
environ_lib.Env.read_env(os.path.join(BASE_DIR, '.env')«pick |, overwrite=True»)
«new str» = env('«env any»', default='none')
--- dj-database-url @dj_database_url
«new conf» = {'default': {'NAME': 'n', **dj_database_url.config(default=«url!»)}}
`);

/** What only stands at the top of a module: definitions and what calls them. */
export const DEFINITIONS: readonly Production[] = blocks(String.raw`
--- function
def f«n»(a, b=«int!»):
    «locals a:int,b:int»
    return «int a:int,b:int»
=> f«n»(int,int) int
--- function
def f«n»(name, default=«str!», *rest, flag=«bool!», **options):
    «locals name:str,default:str,flag:bool,options:dict,rest:tuple»
    if flag:
        return «str name:str,default:str»
    return name + default + str(options.get('k', rest))
«new str» = f«n»(«str», «str», 1, 2, k=«int»)
=> f«n»(str,str) str
--- function
def f«n»(items):
    «locals items:strs»
    for item in items:
        if «bool item:str»:
            return item
    return None
=> f«n»(strs) optstr
--- function
def f«n»(name, default=None):
    value = os.environ.get(name, default)
    if value is None:
        raise KeyError(name)
    return value
«new str» = f«n»('«env text»', «str!»)
«new any» = f«n»('«env any»', 'x')
--- function
def f«n»(name, default=False):
    value = os.environ.get(name)
    if value is None:
        return default
    return value.lower() in ('1', 'true', 'yes', 'on')
«new bool» = f«n»('«env bool»')
«new bool» = f«n»('«env bool»', default=True)
--- function
def f«n»(name, cast=str, default=''):
    try:
        return cast(os.environ[name])
    except KeyError:
        return default
    except ValueError:
        return None
«new any» = f«n»('«env int»', int, 0)
«new any» = f«n»('«env text»')
--- function
def f«n»(n):
    return 1 if n <= 1 else n * f«n»(n - 1)
«new int» = f«n»(«pick 0|3|6|20»)
--- default-mutation
def f«n»(x, seen=[]):
    seen.append(x)
    return list(seen)
«new any» = f«n»(1)
«new any» = f«n»(«any»)
--- default-mutation
def f«n»(x, acc={}):
    acc[x] = len(acc)
    return acc
«new dict» = f«n»(«str»)
«new dict» = f«n»(«str»)
--- argument-mutation
def f«n»(target, extra):
    target.append(extra)
    target = ['other']
    target.append('lost')
    return target
«new strs» = f«n»(«strs&», «str»)
--- global
def f«n»():
    global «global»
    «global» = «str»
f«n»()
--- nonlocal
def f«n»():
    count = 0
    def inner(step=1):
        nonlocal count
        count += step
        return count
    inner()
    inner(«int»)
    return count
«new int» = f«n»()
--- closure
def f«n»(prefix):
    def inner(text):
        return prefix + text
    return inner
«new str» = f«n»(«str»)(«str»)
--- closure
def f«n»():
    out = []
    for i in range(3):
        out.append(lambda: i)
    return [g() for g in out]
«new ints» = f«n»()
--- decorator
def d«n»(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return [func(*args, **kwargs)]
    return wrapper
@d«n»
def g«n»(x, y=1):
    return (x, y)
«new any» = g«n»(«any», y=«any»)
--- decorator
@functools.lru_cache(maxsize=None)
def f«n»(x):
    return x * 2
«new any» = [f«n»(«int»), f«n»(«int»)]
--- decorator
def twice(times):
    def outer(func):
        return lambda x: func(x) * times
    return outer
@twice(«pick 2|3»)
def f«n»(x):
    return x + '«word»'
«new str» = f«n»(«str»)
--- generator
def f«n»(items):
    for item in items:
        if item:
            yield item
        else:
            yield 'empty'
    yield 'end'
«new strs» = list(f«n»(«strs»))
«new str» = '|'.join(f«n»(«strs»))
--- generator
def f«n»():
    yield 1
    yield from [2, «int»]
    return
«new ints» = [*f«n»()]
--- class
class C«n»:
    a = «str»
    b = [«any»]
    «classbody»
    def get(self, x=«int!»):
        return (x, self.a)
    @classmethod
    def make(cls):
        return cls.a * 2
    @staticmethod
    def util(x):
        return [x]
    @property
    def full(self):
        return self.a + '/'
«new any» = C«n»().get()
«new any» = [C«n».make(), C«n».util(«any»), C«n»().full]
C«n».b.append(«any»)
«new any» = C«n»().b
--- class
class C«n»:
    count = 0
    def __init__(self, name, **options):
        self.name = name
        self.options = options
        C«n».count += 1
    def __str__(self):
        return 'C:' + self.name
    def __getitem__(self, key):
        return self.options.get(key, key)
    def __call__(self, x):
        return x + self.name
    def __eq__(self, other):
        return self.name == other.name
    def __len__(self):
        return len(self.options)
c«n» = C«n»(«str», k=«any»)
«new any» = [str(c«n»), c«n»['k'], c«n»(«str»), C«n».count, bool(c«n»), c«n» == C«n»('a')]
c«n».extra = «any»
«new any» = [c«n».extra, getattr(c«n», 'nope', None), hasattr(c«n», 'extra')]
--- inheritance
class P«n»:
    a = «str»
    items = [«str»]
    def hello(self):
        return 'P' + self.a
    def over(self):
        return [1]
class Q«n»(P«n»):
    a = P«n».a + '«word»'
    items = P«n».items + [«str»]
    def over(self):
        return super().over() + [2]
class R«n»(Q«n»):
    pass
«new any» = [R«n»().hello(), R«n»().over(), R«n».items, P«n».items]
P«n».a = 'changed'
«new any» = [Q«n».a, P«n»().hello(), issubclass(R«n», P«n»), isinstance(R«n»(), P«n»)]
--- inheritance
class A«n»:
    x = 'A'
    def who(self): return ['A']
class B«n»(A«n»):
    def who(self): return ['B'] + super().who()
class D«n»(A«n»):
    x = 'D'
    def who(self): return ['D'] + super().who()
class E«n»(B«n», D«n»):
    y = «any»
«new any» = [E«n»().who(), E«n».x, [c.__name__ for c in E«n».__mro__]]
--- class-scope
class C«n»:
    for i in range(3):
        last = i
    names = [x for x in «strs»]
    if «bool»:
        flag = 'yes'
    else:
        flag = 'no'
    del i
«new any» = [C«n».last, C«n».names, C«n».flag, hasattr(C«n», 'i')]
--- class-scope
«new str» = 'module'
class C«n»:
    inner = «str&»
    class Meta:
        ordering = [«str»]
        abstract = «bool»
    @property
    def prop(self):
        return self.Meta.ordering
«new any» = [C«n».inner, C«n»().prop, C«n».Meta.abstract]
--- dataclass
@dataclasses.dataclass
class DC«n»:
    a: int
    b: str = 'x'
    c: list = dataclasses.field(default_factory=list)
dc«n» = DC«n»(«int», c=[«any»])
«new any» = [dc«n».a, dc«n».b, dc«n».c]
--- context-manager
class CM«n»:
    def __enter__(self):
        return 'entered'
    def __exit__(self, *args):
        return «pick True|False|None»
try:
    with CM«n»() as value:
        «new1 str» = value
        raise KeyError('k')
    «new1 str» = 'after'
except KeyError:
    «new1 str» = 'caught'
--- context-manager
with contextlib.suppress(KeyError, ValueError):
    «new any» = «dict»['nope']
    «new any» = 'unreached'
--- exception-class
class Err«n»(ValueError):
    pass
try:
    raise Err«n»('m', 1)
except ValueError as e:
    «new3 any» = [type(e).__name__, e.args, str(e), isinstance(e, Err«n»)]
--- try-return
def f«n»(x):
    try:
        return int(x)
    except ValueError:
        return 'bad'
    finally:
        «strs&».append('finally')
«new any» = [f«n»('5'), f«n»(«str»)]
--- try-return
def f«n»():
    for i in range(5):
        try:
            if i == «digit»:
                continue
            if i == 3:
                break
        finally:
            LOG.append(i)
    else:
        LOG.append('else')
    return len(LOG)
«new int» = f«n»()
«new any» = list(LOG)
--- late-binding
«new str» = 'early'
def f«n»():
    return «str&»
«new str» = f«n»()
--- lazy
def f«n»():
    return UNDEFINED_NAME
«new bool» = callable(f«n»)
--- module-dict
mods«n» = {'a': len, 'b': str.upper, 'c': lambda x: [x]}
«new any» = [mods«n»['a'](«str»), mods«n»['b'](«str»), mods«n»['c'](«any»)]
--- async
async def f«n»():
    return 1
«new bool» = callable(f«n»)
`);
