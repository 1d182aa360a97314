import { beforeAll, describe, expect, test } from 'vitest';
import { environmentOf, evaluateFiles, startPython } from '../helpers/python.ts';

beforeAll(startPython);

function evaluated(
  settings: string,
  pairs: readonly string[] = [],
  more: { readonly counterfactuals?: boolean; readonly open?: boolean } = {},
) {
  const { open = false, ...request } = more;
  return evaluateFiles({ 'settings.py': `import os\n${settings}` }, environmentOf(pairs, open), { assumeMissing: true, ...request });
}

const required = (one: ReturnType<typeof evaluated>) => [...new Set(one.reads.filter((read) => read.required).map((read) => read.name))];

describe('a guard that refuses the environment', () => {
  test('names the missing variable, and what stands behind it is told', () => {
    const one = evaluated(
      "KEY = os.environ.get('KEY', '')\nOTHER = os.environ.get('OTHER')\nif not KEY:\n    raise ValueError('KEY is needed')\nAFTER = 1\n",
    );
    expect(one.refusals).toMatchObject([{ type: 'ValueError', message: 'KEY is needed', variables: ['KEY'], asksForFile: false }]);
    expect(one.raised).toMatchObject({ type: 'ValueError', meant: true });
    expect(one.stopped).toBe(false);
    expect(one.settings.get('AFTER')).toMatchObject({ kind: 'known', value: 1 });
    expect(one.settings.get('KEY')?.kind).toBe('unknown');
    expect(one.reads.map(({ name, required, provided }) => [name, required, provided])).toEqual([
      ['KEY', true, false],
      ['OTHER', false, false],
    ]);
  });

  test('guards one after the other are all told', () => {
    const one = evaluated(
      "A = os.environ.get('A')\nB = os.environ.get('B')\nassert A, 'A'\nif B is None:\n    import sys\n    sys.exit('no B')\nAFTER = 1\n",
    );
    expect(one.refusals.map(({ type, variables }) => [type, variables])).toEqual([
      ['AssertionError', ['A']],
      ['SystemExit', ['B']],
    ]);
    expect(one.settings.get('AFTER')).toMatchObject({ kind: 'known', value: 1 });
  });

  test('one that asks for several at once names them all', () => {
    const one = evaluated("missing = [n for n in ('A', 'B') if not os.environ.get(n)]\nif missing:\n    raise ValueError(missing)\n");
    expect(one.refusals.map(({ variables }) => variables)).toEqual([['A', 'B']]);
  });

  test('one that refuses a value that is given names that variable', () => {
    const one = evaluated(
      "if os.environ.get('MODE') == 'prod' and os.environ.get('DEBUG') == '1':\n    raise ValueError('no debug')\nAFTER = 1\n",
      ['MODE=prod', 'DEBUG=1'],
    );
    expect(one.refusals.map(({ variables }) => variables)).toEqual([['DEBUG']]);
    expect(one.settings.get('AFTER')).toMatchObject({ kind: 'known', value: 1 });
  });

  test('one that nothing of the environment would please stops the evaluation', () => {
    const one = evaluated("raise NotImplementedError('copy this file')\nAFTER = 1\n", ['A=1']);
    expect(one.refusals).toMatchObject([{ variables: [] }]);
    expect(one.stopped).toBe(true);
    expect(one.settings.has('AFTER')).toBe(false);
  });

  test('one that a file would please says so', () => {
    const one = evaluated("if not os.environ.get('KEY') and not os.path.exists('key.txt'):\n    raise ValueError('KEY')\n");
    expect(one.refusals).toMatchObject([{ variables: ['KEY'], asksForFile: true }]);
  });

  test('in an open environment it is not definite', () => {
    const one = evaluated("if not os.environ.get('KEY'):\n    raise ValueError('KEY')\n", [], { open: true });
    expect([one.refusals, one.raised]).toEqual([[], null]);
  });

  test('an exception of the interpreter itself is no guard', () => {
    const one = evaluated("X = {}['missing']\n");
    expect([one.raised?.type, one.raised?.meant, one.refusals]).toEqual(['KeyError', false, []]);
  });
});

describe('a variable that is missing', () => {
  test('keeps its guard when the absence is raised in other words', () => {
    const one = evaluated(
      "def need(name):\n    try:\n        return os.environ[name]\n    except KeyError:\n        raise ValueError(f'set {name}')\nA = need('A')\nB = need('B')\nAFTER = 1\n",
    );
    expect(one.raised).toMatchObject({ type: 'ValueError', variable: 'A' });
    expect(required(one)).toEqual(['A', 'B']);
    expect(one.settings.get('A')).toMatchObject({ kind: 'unknown', why: 'missing-env' });
    expect(one.settings.get('AFTER')).toMatchObject({ kind: 'known', value: 1 });
  });
});

describe('would it load without a variable that is given', () => {
  const SETTINGS =
    "A = os.environ.get('A', '')\nB = os.environ.get('B')\nC = os.environ.get('C', 'c')\nif not A:\n    raise ValueError('A')\nSIZE = len(B)\nif not C and not A:\n    raise ValueError('C')\n";

  test('is asked of all that are given', () => {
    expect(required(evaluated(SETTINGS, ['A=1', 'B=2', 'C=3'], { counterfactuals: true }))).toEqual(['A', 'B']);
  });
  test('only when the caller wants to pay for it', () => {
    expect(required(evaluated(SETTINGS, ['A=1', 'B=2', 'C=3']))).toEqual([]);
  });
  test('is not asked where something may give it all the same', () => {
    expect(required(evaluated(SETTINGS, ['A=1', 'B=2', 'C=3'], { counterfactuals: true, open: true }))).toEqual([]);
  });
});

test('an ini file that is not in the repository leaves unknown what it must give, and the rest is told', () => {
  const one = evaluated(
    "import configparser\nini = configparser.ConfigParser()\nini.read('site.ini')\nKEY = ini['web']['key']\nNAME = ini.get('db', 'name')\nAFTER = 1\n",
  );
  expect(one.raised).toMatchObject({ type: 'KeyError' });
  expect(one.stopped).toBe(false);
  expect(one.settings.get('KEY')).toMatchObject({ kind: 'unknown', why: 'missing-file' });
  expect(one.settings.get('NAME')).toMatchObject({ kind: 'unknown', why: 'missing-file' });
  expect(one.settings.get('AFTER')).toMatchObject({ kind: 'known', value: 1 });
});
