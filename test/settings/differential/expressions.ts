import { lines, type Production, type Type } from './grammar.ts';

/** The expressions of each type: what settings in the wild are made of. */
export const EXPRESSIONS: Readonly<Record<Type, readonly Production[]>> = {
  str: lines(String.raw`
    str-method | «str».«pick upper|lower|strip|title|capitalize|swapcase|casefold|lstrip|rstrip»()
    str-method | «str».«pick strip|lstrip|rstrip»(«str!»)
    str-method | «str».replace(«str!», «str»)
    str-method | «str».«pick replace»(«str!», «str!», «small»)
    str-method | «str».«pick removeprefix|removesuffix»(«str!»)
    str-method | «str».«pick zfill|center|ljust|rjust»(«small»)
    str-method | «str».«pick center|ljust|rjust»(«small», '«pick *|-|é»')
    str-method | «str».«pick partition|rpartition»('«pick ,|/|a|:»')[«pick 0|1|2|-1»]
    str-method | «str».expandtabs(«small»)
    str-method | «str».translate(str.maketrans('ab', 'xy'))
    str-method | «str».encode().decode()
    split-index | «str».«pick split|rsplit»('«pick ,|/|a»', 1)[«pick 0|-1»]
    join | '«pick ,|-|| / »'.join(«strs»)
    join | ','.join(str(x) for x in «ints»)
    join | '.'.join(«str x:str» for x in «strs» if «bool x:str»)
    join | ':'.join(map(str, «tuple»))
    join | ','.join(sorted(«set»))
    concat | («str» + «str»)
    concat | («str» + '«word»' + «str»)
    repeat | («str» * «pick 0|1|2|3|-1|True»)
    str-slice | «str»[«pick 1:|:2|-2:|::-1|::2|1:3|:-1|5:1»]
    str-index | («str» or 'fallback')[«pick 0|-1»]
    percent | ('%s/%s' % («any», «str»))
    percent | ('%(a)s-%(b)05d' % {'a': «str», 'b': «int»})
    percent | ('%«pick d|5d|-5d|05d|x|X|o|s|r|+d|i»|' % «int»)
    percent | ('%«pick .2f|8.3f|.0f|s|r|e|g|d»' % «float»)
    percent | ('%«pick s|r|10s|-10s|.3s|a»%%' % «str»)
    percent | ('%s' % («any»,))
    format | '{}:{a}'.format(«any», a=«str»)
    format | '{0}{1}{0}'.format(«str», «int»)
    format | '{:«pick >8|<8|^9|*^9|.2|s|10.3»}'.format(«str»)
    format | '{:«pick d|5d|05d|,|x|b|+|>6|<6|^7|e|_|#x»}'.format(«int»)
    format | '{:«pick .2f|8.1f|.0%|e|g|,.2f|+.1f|08.2f|»}'.format(«float»)
    format | '{0[a]}-{1[0]}'.format(«dict a!», «strs nonempty!»)
    format | format(«int», '«pick d|x|08b|,»')
    format | «str».format(«str», a=«int», b=«str»)
    f-string | f"«word»{«str&»}-{«int&»:03d}"
    f-string | f"{«any&»!r}|{«any&»}"
    f-string | f"{«str&»:>{«small»}}{{}}"
    f-string | f'{«float&»:«pick .2f|.1%|8.3f|g|»}{«bool&»}'
    f-string | f"{«int&»=}"
    f-string | f"{«strs&»}{len(«strs&»)}"
    str-cast | str(«any»)
    str-cast | str(«int»)
    str-cast | str(«float»)
    repr | repr(«any»)
    repr | repr(«strs»)
    ternary | («str» if «bool» else «str»)
    ternary | («str» if «bool» else «str» if «bool» else «str»)
    or-and | («str» or «str»)
    or-and | («optstr» or «str»)
    or-and | («bool» and «str» or «str»)
    lambda | (lambda x, y=«str!»: «str x:str,y:str»)(«str»)
    lambda | (lambda *a, **k: a[0] + k.get('z', 'q'))(«str», «int», y=«int»)
    environ | os.environ.get('«env text»', «str!»)
    environ | os.getenv('«env text»', default=«str!»)
    environ | os.environ['«env text»']
    environ | os.environ.get('«env any»', «str»)
    environ | os.environ.setdefault('«env text»', «str!»)
    environ | os.environ.pop('«env text»', «str!»)
    environ | os.getenv('«env text»', 'x').lower()
    environ | dict(os.environ).get('«env text»', 'd')
    environ | environ.get('«env text»') or «str»
    environ | {**os.environ}.get('«env text»', 'd')
    dict-read | «dict».get('«key»', «str!») if isinstance(«dict».get('«key»', ''), str) else 'z'
    dict-read | «conf»['default']['NAME']
    dict-read | «conf»['default'].get('«pick HOST|NAME|NOPE»', «str!»)
    dict-read | max(«counts», key=lambda k: (k, 1), default='none')
    strs-read | («strs» or ['z'])[«pick 0|-1»]
    strs-read | next(iter(«strs»), «str!»)
    strs-read | next((x for x in «strs» if «bool x:str»), «str!»)
    strs-read | min(«strs», default=«str!»)
    strs-read | max(«strs», key=len, default=«str!»)
    urllib | urlparse(«url»).«pick scheme|netloc|path|query|fragment»
    urllib | (urlparse(«url»).«pick hostname|username|password» or 'none')
    urllib | urlparse(«url»)._replace(path='/x').geturl()
    urllib | quote(«str»)
    urllib | quote_plus(«str»)
    urllib | unquote(«str»)
    urllib | urljoin('https://e.org/a/b', «str!»)
    urllib | urlencode({'a': «str», 'b': «int»})
    re | re.sub(r'«pick \d|[aeiou]|\s+|^a|,$|(?i)B|[^\w]»', '«pick X||\\g<0>!»', «str»)
    re | (re.match(r'«pick (\w+)|(a‖b)|(.*?),|(\d*)»', «str») or re.match('()', '')).group(«pick 0|1»)
    re | ''.join(re.findall(r'«pick \w|[a-z]+|\d+|.»', «str»))
    re | re.escape(«str»)
    json | json.dumps(«dict»)
    json | json.dumps(«strs»)
    json | json.dumps(«dict», sort_keys=True, indent=«pick 1|None|2»)
    json | json.dumps(«any», default=str)
    os.path | os.path.join('/srv', «str»)
    os.path | os.path.join(«str», 'x', «str!»)
    os.path | os.path.«pick basename|dirname|normpath»(«str»)
    os.path | os.path.splitext(«str»)[«pick 0|1»]
    os.path | os.path.basename(BASE_DIR and __file__)
    os.path | os.path.abspath(os.path.join(BASE_DIR, '«pick x|../y|.|a/../b»'))
    os.path | os.path.relpath(os.path.join(BASE_DIR, '«word»', 'x'), BASE_DIR)
    os.path | os.path.join(BASE_DIR, «str!»)
    pathlib | str(«path»)
    pathlib | «path».«pick name|stem|suffix»
    pathlib | «path».as_posix()
    type-name | type(«any»).__name__
    chr | chr(«pick 65|97|233|8364|128512»)
    hashlib | hashlib.«pick md5|sha256|sha1»(«str».encode()).hexdigest()
    base64 | base64.b64encode(«str».encode()).decode()
    textwrap | textwrap.dedent(«str»)
    string | string.Template('$a-$b').safe_substitute(a=«str»)
    reduce | functools.reduce(lambda a, b: a + b, «strs», «str!»)
    partial | functools.partial(lambda a, b: a + b, «str»)(«str!»)
    operator | operator.itemgetter(0)(«strs nonempty!»)
    starred | '{}{}'.format(*[«str», «int»])
    starred | '{a}{b}'.format(**{'a': «str», 'b': «int»})
    dotenv @dotenv | (dotenv_values(os.path.join(BASE_DIR, '.env')).get('«env any»') or «str!»)
    literal | "«word»" '«word»'
    literal | r'\d«word»'
    literal | """«word»"""
    bytes | «str».encode('utf-8').hex()
    bytes | str(b'a«digit»' + b'\xe9')
    enum-str | Color.RED.value
    enum-str | Color('«pick red|blue»').name
  `),
  optstr: lines(String.raw`
    environ | os.environ.get('«env text»')
    environ | os.getenv('«env any»')
    dict-read | «pick {}|{'a': 'b'}».get(«str»)
    urllib | urlparse(«url»).hostname
    urllib | urlparse(«url»).«pick username|password»
    ternary | («str» if «bool» else None)
    or-and | («str» or None)
  `),
  int: lines(String.raw`
    arithmetic | («int» «pick +|-|*» «int»)
    arithmetic | («int» «pick //|%» «pick 2|3|-3|7|-7»)
    arithmetic | («int» «pick //|%» «int»)
    arithmetic | («pick 2|-3|10» ** «pick 0|1|2|5|40|70»)
    arithmetic | (-«int»)
    arithmetic | (~«int»)
    arithmetic | («bool» + «int»)
    arithmetic | («bool» * «pick 3|-2»)
    arithmetic | («int» «pick &|‖|^» «int»)
    arithmetic | («int» «pick <<|>>» «pick 1|2|5»)
    arithmetic | «pick abs|int|round»(«int»)
    arithmetic | divmod(«int», «pick 3|-4|7»)[«pick 0|1»]
    arithmetic | pow(«pick 2|3», «pick 3|10», «pick 7|10»)
    arithmetic | 60 * 60 * «int»
    arithmetic | math.«pick floor|ceil|trunc»(«float»)
    arithmetic | round(«float»)
    int-cast | int(«float»)
    int-cast | int(«bool»)
    int-cast | int('«pick 42| 7 |-3|1_000|007|+5»')
    int-cast | int('«pick ff|10|7»', 16)
    int-env | int(os.environ.get('«env int»', «int!»))
    int-env | int(os.getenv('«env int»') or «int!»)
    int-env | int(os.environ['«env int»'])
    len | len(«str»)
    len | len(«strs»)
    len | len(«dict»)
    len | len(«set»)
    len | len(«any&»)
    str-count | «str».«pick count|find|rfind»(«str!»)
    list-count | «strs».count(«str!»)
    list-count | «strs nonempty!».index('a')
    sum | sum(«ints»)
    sum | sum(1 for x in «strs» if «bool x:str»)
    sum | sum(«counts».values())
    sum | sum(«ints», «int»)
    minmax | «pick min|max»(«int», «int», «int»)
    minmax | «pick min|max»(«ints», default=«int!»)
    minmax | «pick min|max»([«int», «int»], key=lambda x: -x)
    ints-read | («ints» or [0])[«pick 0|-1»]
    ints-read | [*«ints», «int»][-1]
    ternary | («int» if «bool» else «int»)
    or-and | («int» «pick or|and» «int»)
    lambda | (lambda x, y=«int»: «int x:int,y:int»)(«int»)
    lambda | (lambda x: lambda y: x * y)(«int»)(«int»)
    dict-read | «counts».get('«key»', «int»)
    dict-read | {'a': «int», 'b': «int»}['«pick a|b»']
    dict-read | {True: «int», 1: «int»}[1]
    dict-read | «conf»['default'].get('PORT', «int!»)
    urllib | (urlparse(«url»).port or «int!»)
    timedelta | int(timedelta(«pick days|hours|minutes|weeks»=«int»).total_seconds())
    timedelta | timedelta(seconds=«int»).«pick days|seconds»
    reduce | functools.reduce(lambda a, b: a * 2 + b, «ints», 1)
    operator | functools.reduce(operator.add, «ints», 0)
    json | json.loads('«pick 5|-3|12345678901234567890»')
    literal-eval | ast.literal_eval('«pick 5|-3|0x10|1_0»')
    ord | ord('«pick a|é|€»')
    hash-eq | [1, True, 1.0, '1'].index(«pick True|'1'|1.0»)
    logging | logging.«pick DEBUG|INFO|WARNING|ERROR|CRITICAL»
    bytes | len(«str».encode())
    bytes | b'abc'[«pick 0|-1»]
    deque | len(collections.deque(«ints», maxlen=2))
    counter | collections.Counter(«strs»)['a']
    counter | collections.Counter(«str»).get('a', 0)
  `),
  float: lines(String.raw`
    arithmetic | («float» «pick +|-|*» «float»)
    arithmetic | («int» / «pick 2|3|7|-4|0.5»)
    arithmetic | («float» «pick //|%» «pick 2|0.5|-3|1.5»)
    arithmetic | («int» «pick //|%» «pick 2.0|-1.5»)
    arithmetic | («float» + «int»)
    arithmetic | («int» * «float»)
    arithmetic | (2 ** «pick -1|0.5|-3»)
    arithmetic | «pick abs|float»(«float»)
    arithmetic | round(«float», «pick 0|1|2»)
    float-cast | float(«int»)
    float-cast | float('«pick 1.5|1e3| 2 |inf|-0.0|1_0.5|nan»')
    float-env | float(os.environ.get('«env float»', «float!»))
    ternary | («float» if «bool» else «float»)
    minmax | «pick min|max»(«float», «float»)
    sum | sum([«float», «int», «float»])
    timedelta | timedelta(minutes=«int», seconds=«float»).total_seconds()
    timedelta | timedelta(hours=«int») / timedelta(hours=2)
    json | json.loads('«pick 1.5|-0.0|1e2|1E400»')
    math | math.sqrt(«pick 4|2|0»)
  `),
  bool: lines(String.raw`
    comparison | («int» «pick ==|!=|<|<=|>|>=» «int»)
    comparison | («str» «pick ==|!=|<|>=» «str»)
    comparison | («float» «pick ==|<|>=» «int»)
    comparison | («int» < «int» <= «int»)
    comparison | («strs» «pick ==|!=» «strs»)
    comparison | («dict» == «dict»)
    comparison | («any» «pick ==|!=» «any»)
    comparison | («tuple» == «tuple»)
    comparison | («bool» == «int»)
    comparison | («set» «pick <=|<|==|>=» «set»)
    membership | («str» «pick in|not in» «strs»)
    membership | («str!» «pick in|not in» «str»)
    membership | ('«key»' «pick in|not in» «dict»)
    membership | («str» in «set»)
    membership | («int» in «ints»)
    membership | («str» in ('«word»', '«word»'))
    membership | («any» in [«any», «any»])
    membership | ('«key»' in «dict».keys())
    environ-member | ('«env any»' «pick in|not in» os.environ)
    environ-bool | (os.environ.get('«env bool»', «str!») == '«pick 1|True|true|yes»')
    environ-bool | (os.environ.get('«env bool»', '«pick |False|1»').lower() in ('true', '1', 'yes', 'on'))
    environ-bool | bool(int(os.environ.get('«env int»', '«pick 0|1»')))
    environ-bool | bool(os.environ.get('«env any»'))
    environ-bool | (os.environ.get('«env text»') == '«envword»')
    environ-bool | (os.environ.get('«env any»') is None)
    environ-bool | (os.environ.get('«env any»') is not None)
    environ-bool | (os.environ.get('«env text»', 'x') != '«envword»')
    environ-bool | os.getenv('«env bool»', 'no') in ['1', 'yes', 'True']
    environ-bool | os.environ.get('«env text»', '').startswith('«pick p|a|»')
    environ-bool | (len(os.environ.get('«env list»', '')) > 3)
    identity | («optstr» is «pick None|not None»)
    identity | («any» is None)
    identity | («any&» is «any&»)
    logic | (not «any»)
    logic | («bool» «pick and|or» «bool»)
    logic | (not «bool»)
    logic | («bool» ^ «bool»)
    logic | («bool» «pick &|‖» «bool»)
    bool-cast | bool(«any»)
    bool-cast | bool(«str»)
    any-all | «pick any|all»(«bool x:str» for x in «strs»)
    any-all | «pick any|all»([«any», «any»])
    any-all | any(map(str.isdigit, «strs»))
    str-test | «str».«pick isdigit|isalpha|isupper|islower|isspace|isalnum|istitle|isidentifier|isnumeric|isdecimal|isascii»()
    str-test | «str».«pick startswith|endswith»(«str!»)
    str-test | «str».«pick startswith|endswith»(('«word»', '«word»'))
    isinstance | isinstance(«any», «pick str|int|list|bool|float|(dict, tuple)|type(None)»)
    isinstance | callable(«pick len|1|str|print»)
    isinstance | issubclass(«pick bool|int|OSError», «pick int|str|Exception»)
    hasattr | hasattr(«any», '«pick upper|keys|append|nope|__len__»')
    ternary | («bool» if «bool» else «bool»)
    exists | os.path.«pick exists|isfile|isdir»(os.path.join(BASE_DIR, '«file»'))
    exists | (Path(BASE_DIR) / '«file»').«pick exists|is_file|is_dir»()
    exists | os.path.isabs(«str»)
    sys-argv | ('«pick test|gunicorn|runserver»' in sys.argv)
    sys-argv | (len(sys.argv) > 1 and sys.argv[1] == '«pick test|migrate»')
    sys-argv | any('«pick pytest|gunicorn»' in x for x in sys.argv)
    sys-version | (sys.version_info >= (3, «pick 6|8»))
    sys-version | (sys.version_info[0] «pick ==|>» «pick 2|3»)
    re | bool(re.«pick match|search|fullmatch»(r'«pick \d+|a|^$|[a-z]+$|\bb»', «str»))
    set-method | «set».«pick issubset|issuperset|isdisjoint»(«strs»)
    lambda | (lambda x: «bool x:int»)(«int»)
    json | json.loads('«pick true|false»')
    strtobool | {'true': True, 'false': False}.get(os.environ.get('«env bool»', 'true').lower(), False)
    locals | ('«pick A1|os|nope»' in «pick globals|locals|dir»())
    decouple @decouple | config('«env bool»', default=«pick True|False», cast=bool)
    fnmatch | fnmatch.fnmatch(«str», '«pick a*|*.py|?»')
  `),
  strs: lines(String.raw`
    list-display | [«str», «str»]
    list-display | [«str», *«strs»]
    list-display | ['«word»'] + «strs»
    list-display | [*«strs», *«strs»]
    list-concat | («strs» + «strs»)
    list-repeat | («strs» * «pick 0|1|2|-1»)
    list-slice | «strs»[«pick 1:|:1|::-1|-1:|:|::2|:-1»]
    comprehension | [«str x:str» for x in «strs»]
    comprehension | [x for x in «strs» if «bool x:str»]
    comprehension | [x for x in «strs» if x]
    comprehension | [x + y for x in «strs» for y in ('a', '«word»')]
    comprehension | [str(i) + x for i, x in enumerate(«strs», «small»)]
    comprehension | [k for k, v in «dict».items() if «bool»]
    comprehension | [x.strip() for x in «str».split(',') if x.strip()]
    comprehension | [y for x in [«strs», «strs»] for y in x]
    comprehension | [«str x:int» for x in range(«small»)]
    comprehension | [a + b for a, b in zip(«strs», «strs»)]
    str-split | «str».split('«pick ,|/|a| »')
    str-split | «str».split()
    str-split | «str».split(None, 1)
    str-split | «str».«pick splitlines()|rsplit(',', 1)|split(',', 1)|rsplit(None, 1)|splitlines(True)»
    environ-list | os.environ.get('«env list»', '«pick a,b||x»').split(',')
    environ-list | [x.strip() for x in os.environ.get('«env list»', '').split(',') if x.strip()]
    environ-list | os.environ['«env list»'].split(',')
    environ-list | list(filter(None, os.getenv('«env list»', '').split(',')))
    environ-list | (os.getenv('«env list»') or 'q').split(',')
    list-cast | list(«str»)
    list-cast | list(«dict»)
    list-cast | list(«dict».keys())
    list-cast | list(map(str, «ints»))
    list-cast | list(map(lambda x: «str x:str», «strs»))
    list-cast | list(filter(None, «strs»))
    list-cast | list(filter(lambda x: «bool x:str», «strs»))
    list-cast | list(«strs»)
    list-cast | list(dict.fromkeys(«strs»))
    list-cast | list(reversed(«strs»))
    list-cast | list(x for x in «strs»)
    list-cast | «strs».copy()
    list-cast | copy.«pick copy|deepcopy»(«strs»)
    sorted | sorted(«strs»)
    sorted | sorted(«strs», reverse=«bool»)
    sorted | sorted(«strs», key=«pick len|str.lower|lambda x: x[::-1]|lambda x: (len(x), x)»)
    sorted | sorted(«set»)
    sorted | sorted(«dict»)
    sorted | sorted(set(«strs»), key=str)
    ternary | («strs» if «bool» else «strs»)
    ternary | («strs» if «bool» else [])
    or-and | («strs» or «strs»)
    starred | [*«str!», *('p', «str»)]
    unpack-zip | [a for a, *b in [(«str», 1, 2), («str», 3)]]
    itertools | list(itertools.chain(«strs», «strs»))
    itertools | list(itertools.chain.from_iterable([«strs», «strs»]))
    itertools | [''.join(p) for p in itertools.product('ab', «strs»)]
    itertools | list(itertools.islice(«strs», 2))
    itertools | [k for k, g in itertools.groupby(«strs»)]
    itertools | list(itertools.takewhile(lambda x: x, «strs»))
    itertools | [a for a in itertools.zip_longest(«strs nonempty!», ['z'])][0]
    json | json.loads('["a", "«pick b|é|»"]')
    literal-eval | ast.literal_eval("['a', 'b', ]")
    re | re.«pick split|findall»(r'«pick ,|\s*,\s*|[ab]|\w+»', «str»)
    shlex | shlex.split('a "b c" d')
    json-env | json.loads(os.environ.get('«env json»', '[]'))
    decouple @decouple | config('«env list»', default='«pick |a,b»', cast=Csv())
    decouple @decouple | config('«env list»', default='a', cast=lambda v: [s.strip() for s in v.split(',')])
  `),
  ints: lines(String.raw`
    list-display | [«int», «int», «int»]
    list-concat | («ints» + [«int»])
    comprehension | [«int x:int» for x in «ints»]
    comprehension | [len(x) for x in «strs»]
    comprehension | [x for x in range(«small»)]
    comprehension | [x for x in «ints» if «bool x:int»]
    comprehension | [x * y for x in range(3) for y in range(x)]
    comprehension | [i for i, x in enumerate(«strs») if x]
    comprehension | [x if x > 0 else -x for x in «ints»]
    list-cast | list(range(«small»))
    list-cast | list(range(«small», «pick 0|9|-3», «pick 2|-1|3»))
    list-cast | list(«counts».values())
    list-cast | list(map(len, «strs»))
    list-cast | list(map(int, ['1', '«digit»']))
    list-cast | list(map(lambda a, b: a + b, «ints», «ints»))
    int-env | [int(x) for x in os.environ.get('«env ints»', '1,2').split(',')]
    sorted | sorted(«ints», reverse=True)
    sorted | sorted(«ints», key=lambda x: -x)
    list-slice | «ints»[«pick 1:|::-1|:2|-2:»]
    itertools | list(itertools.accumulate(«ints»))
    itertools | list(itertools.repeat(«int», 2))
    itertools | list(itertools.islice(itertools.count(«int»), 3))
    bytes | list(b'a«digit»')
    sum | [sum(x) for x in [«ints», «ints»]]
    unpack-zip | [a * b for a, b in zip(«ints», «ints»)]
    generator | [*(x + 1 for x in «ints»)]
    ternary | («ints» if «bool» else «ints»)
  `),
  dict: lines(String.raw`
    dict-display | {'«key»': «any», '«key»': «any»}
    dict-display | {'«key»': «any», **«dict»}
    dict-display | {**«dict», **«dict»}
    dict-display | {**«dict», '«key»': «any»}
    dict-cast | dict(a=«any», b=«any»)
    dict-cast | dict(«dict», k=«any»)
    dict-cast | dict(zip(«strs», «ints»))
    dict-cast | dict([('«key»', «any»), ('«key»', «any»)])
    dict-cast | dict(«dict».items())
    dict-cast | «dict».copy()
    dict-cast | copy.deepcopy(«dict»)
    dict-cast | dict.fromkeys(«strs», «any»)
    dict-comprehension | {k: v for k, v in «dict».items() if «bool k:str»}
    dict-comprehension | {x: «any x:str» for x in «strs»}
    dict-comprehension | {v: k for k, v in enumerate(«strs»)}
    dict-comprehension | {k.upper(): v for k, v in «dict».items()}
    dict-comprehension | {k: {'n': v} for k, v in «counts».items()}
    dict-merge | («dict» | «dict»)
    dict-merge | («dict» | {'«key»': «any»})
    json | json.loads(json.dumps(«conf»))
    json | json.loads('{"a": [1, true, null], "k": "«pick x|\\u00e9|»"}')
    json-env | json.loads(os.environ.get('«env json»', '{"a": 1}'))
    literal-eval | ast.literal_eval("{'a': 1, 'b': (2, 3)}")
    ternary | («dict» if «bool» else «dict»)
    or-and | («dict» or «dict»)
    vars | {k: v for k, v in vars(Holder).items() if not k.startswith('_')}
    defaultdict | dict(collections.defaultdict(list, {'a': «strs»}))
    ordereddict | dict(collections.OrderedDict([('b', «any»), ('a', «any»)]))
    counter | dict(collections.Counter(«strs»))
    chainmap | dict(collections.ChainMap({'a': «any»}, «dict»))
    sorted | dict(sorted(«counts».items()))
    urllib | dict(parse_qsl(«str»))
    urllib | parse_qs('a=1&b=2&a=«word»')
    namedtuple | Point(«int», «str»)._asdict()
  `),
  counts: lines(String.raw`
    dict-display | {'a': «int», '«key»': «int»}
    dict-display | {**«counts», 'b': «int»}
    dict-comprehension | {x: len(x) for x in «strs»}
    dict-comprehension | {k: v + 1 for k, v in «counts».items()}
    dict-comprehension | {str(x): x for x in «ints»}
    dict-cast | dict(zip('abc', «ints»))
    dict-cast | dict.fromkeys('ab', «int»)
    dict-merge | («counts» | «counts»)
    ternary | («counts» if «bool» else «counts»)
  `),
  conf: lines(String.raw`
    dict-display | {'default': {'NAME': «str», 'PORT': «int», 'OPTIONS': {'a': «any»}}}
    dict-display | {'default': {'NAME': «str», 'HOST': «str»}, 'other': «dict»}
    dict-display | {'default': {**«conf»['default'], 'PORT': «int»}}
    dict-display | {'default': dict(«conf»['default'], HOST=«str»)}
    ternary | («conf» if «bool» else «conf»)
    dj-database-url @dj_database_url | {'default': {'NAME': 'n', **dj_database_url.parse(«url»)}}
    dj-database-url @dj_database_url | {'default': {'NAME': 'n', **dj_database_url.config(env='«env url»', default=«url!», conn_max_age=«pick 0|600»)}}
    dj-database-url @dj_database_url | {'default': {'NAME': 'n', **dj_database_url.config('«env url»')}}
    copy | copy.deepcopy(«conf»)
  `),
  tuple: lines(String.raw`
    tuple-display | («any», «any»)
    tuple-display | («any»,)
    tuple-display | («str», *«strs»)
    tuple-concat | («tuple» + «tuple»)
    tuple-concat | («tuple» * «pick 0|1|2»)
    tuple-cast | tuple(«strs»)
    tuple-cast | tuple(x for x in «strs» if x)
    tuple-cast | tuple(«dict».items())
    tuple-cast | tuple(sorted(«set»))
    tuple-slice | «tuple»[«pick 1:|:1|::-1»]
    divmod | divmod(«int», «pick 3|-5|7»)
    str-partition | «str».«pick partition|rpartition»('«pick ,|a|/»')
    ternary | («tuple» if «bool» else «tuple»)
    splitext | os.path.«pick split|splitext»(«str»)
    namedtuple | tuple(Point(«int», «any»))
    unpack-zip | tuple(zip(*[(1, «str»), (2, «str»)]))
    literal-eval | ast.literal_eval('(1, "a", None, 2.5, True)')
  `),
  set: lines(String.raw`
    set-display | {«str», «str»}
    set-display | {«str», *«strs»}
    set-cast | set(«strs»)
    set-cast | frozenset(«strs»)
    set-cast | set()
    set-comprehension | {x.lower() for x in «strs»}
    set-algebra | («set» «pick ‖|&|-|^» «set»)
    set-method | «set».«pick union|intersection|difference|symmetric_difference»(«strs»)
    set-algebra | («dict».keys() «pick &|-|‖» {'a', 'b'})
    ternary | («set» if «bool» else «set»)
  `),
  path: lines(String.raw`
    pathlib | (Path(BASE_DIR) / '«word»')
    pathlib | («path» / 'x' / '«pick y.txt|../z|.hidden|a.tar.gz»')
    pathlib | «path».parent
    pathlib | Path(__file__).resolve().parent
    pathlib | Path('/srv', '«pick a|/b|c/»', 'd')
    pathlib | «path».with_suffix('.«pick txt|py»')
    pathlib | «path».with_name('n')
    pathlib | Path('«pick /a/b|rel/x|.|a//b|a/./b»')
    pathlib | «path».joinpath('j', '«pick k|l/m»')
    pathlib | PurePosixPath('/x') / «pick 'a'|'b/c'»
    ternary | («path» if «bool» else «path»)
  `),
  any: lines(String.raw`
    ternary | («any» if «bool» else «any»)
    or-and | («any» or «any»)
    dict-read | «dict».get('«key»')
    dict-read | «dict»['«key»']
    dict-read | «dict».get('«key»', {}) or «any»
    dict-read | «conf»['default']
    tuple-index | («any», «any»)[«pick 0|1|-1»]
    tuple-index | («tuple» or (0,))[«pick 0|-1»]
    getattr | getattr(Holder, '«pick a|b|nope»', «any»)
    getattr | getattr(«str», 'upper')()
    json-env | json.loads(os.environ.get('«env json»', 'null'))
    literal-eval | ast.literal_eval(os.environ.get('«env literal»', '«pick 1|[]|None»'))
    timedelta | timedelta(«pick days|hours|minutes»=«int»)
    timedelta | (timedelta(days=1) «pick +|-» timedelta(hours=«int»))
    timedelta | (timedelta(seconds=«int») «pick //|*» 2)
    list-display | [«any», «any»]
    list-display | [{'a': «any»}, «dict»]
    bytes | «str».encode()
    decimal | Decimal('«pick 1.5|2|0.10»')
    namedtuple | Point(«int», y=«any»).«pick x|y»
    namedtuple | Point(«int», «any»)[«pick 0|1»]
    copy | copy.deepcopy(«any»)
    globals | globals().get('«pick A1|A2|B1|NOPE»', «any»)
    enum | Color.«pick RED|BLUE»
    classes | Holder.«pick a|b»
    range | range(«small»)
    re | re.compile(r'«pick ^a|\d+»')
    lambda | (lambda *x: x)(«any», «any»)
    lambda | (lambda **x: x)(a=«any», b=«any»)
    call | identity(«any»)
    call | identity(x=«any»)
    call | pair(«any»)
    call | pair(«any», «any»)
    call | pair(b=«any», a=«any»)
    call | first(«any», «any», z=«any»)
    decouple @decouple | config('«env text»', default=«any»)
    decouple @decouple | config('«env int»', default=«int», cast=int)
    decouple @decouple | config('«env text»', default='«pick a|debug»', cast=Choices(['a', 'debug', 'prod']))
    decouple @decouple | config('«env bool»', cast=bool, default=«pick True|False|''|'yes'|0|None»)
    decouple @decouple | config('«env list»', default='', cast=Csv(«pick int|str|», post_process=tuple)) if False else config('«env list»', default='1, 2', cast=Csv(post_process=«pick tuple|list|set»))
    decouple @decouple | config('«env any»')
    decouple @decouple | config('«env float»', default=«float», cast=float)
    django-environ @environ | env('«env text»', default=«any»)
    django-environ @environ | env.str('«env text»', «str!»)
    django-environ @environ | env.bool('«env bool»', default=«bool»)
    django-environ @environ | env.int('«env int»', default=«int»)
    django-environ @environ | env.float('«env float»', default=«float»)
    django-environ @environ | env.list('«env list»', default=«strs»)
    django-environ @environ | env.list('«env ints»', cast=int, default=[1])
    django-environ @environ | env.tuple('«env list»', default=('a',))
    django-environ @environ | env.dict('«env dict»', default={})
    django-environ @environ | env.json('«env json»', default={})
    django-environ @environ | env.db('«env url»', default='«url»')
    django-environ @environ | env.db_url('«env url»', default='sqlite:///x.db')
    django-environ @environ | env.cache_url('«env url»', default='locmemcache://')
    django-environ @environ | env.path('«env text»', default='/tmp')
    django-environ @environ | env('«env bool»', cast=bool, default=False)
    django-environ @environ | env('DEBUG')
    django-environ @environ | env.bytes('«env text»', default=b'x')
    django-environ @environ | env('«env any»')
    django-environ @environ | env.url('«env url»', default='http://a/b').geturl()
    environs @environs | eenv('«env text»', default=«any»)
    environs @environs | eenv.str('«env text»', «str!»)
    environs @environs | eenv.bool('«env bool»', «bool»)
    environs @environs | eenv.int('«env int»', default=«int»)
    environs @environs | eenv.float('«env float»', default=«float»)
    environs @environs | eenv.list('«env list»', default=«strs»)
    environs @environs | eenv.list('«env ints»', subcast=int, default=[])
    environs @environs | eenv.dict('«env dict»', default={})
    environs @environs | eenv.json('«env json»', default=None)
    environs @environs | eenv.timedelta('«env int»', default=None)
    environs @environs | eenv.log_level('«env level»', default=20)
    environs @environs | eenv.path('«env text»', default='/x')
    environs @environs | eenv.decimal('«env float»', default=None)
  `),
};
