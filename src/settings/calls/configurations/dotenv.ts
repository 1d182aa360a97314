import { isSecretName } from '../../../core/secret.ts';
import { pathArg } from '../../builtins/native.ts';
import { attribute } from '../../expressions/attributes.ts';
import { envFileAt } from '../../imports/libraries.ts';
import { raise } from '../../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../../run.ts';
import { type ClassObj, known, none, type Site, str, type Val } from '../../values/object.ts';
import { writeScope } from '../../values/state.ts';
import { keep } from '../django-environ/files.ts';

/** django-configurations 2.5: Configuration.load_dotenv, for the class whose settings are loaded. */
export function loadDotenv(run: Run, cls: ClassObj, site: Site): void {
  const self = known(cls, originAt(site));
  const loaded = attribute(run, self, 'DOTENV_LOADED', site);
  if (loaded.k === 'known' && loaded.obj.t !== 'none') return;
  const hasPath = cls.mro.some((one) => one.scope.state.names.has('DOTENV'));
  if (!hasPath) return;
  lift(
    run,
    attribute(run, self, 'DOTENV', site),
    (one) => {
      const path = pathArg(one);
      if (one.obj.t === 'none' || path === '' || (one.obj.t === 'bool' && !one.obj.v)) return one;
      const file = path === undefined ? undefined : envFileAt(run, path);
      if (file === null) return raise(run, 'ImproperlyConfigured', `Couldn't read .env file with the path ${path}`, site);
      if (file === undefined) return opened(run, site);
      store(run, file, site);
      writeScope(run.journal, cls.scope).names.set('DOTENV_LOADED', one);
      return one;
    },
    () => opened(run, site),
  );
}

function opened(run: Run, site: Site): Val {
  writeScope(run.journal, run.environ).open = unknownAt(run, 'missing-file', site, { type: 'str' });
  return none(originAt(site));
}

/** `KEY=value` lines, without `export`; the first of two equal keys wins. */
function store(run: Run, file: string, site: Site): void {
  const read = run.request.tree.read(file);
  if (!read.ok) {
    opened(run, site);
    return;
  }
  let offset = 0;
  for (const line of read.text.split('\n')) {
    const start = offset;
    offset += line.length + 1;
    const found = /^([A-Za-z_0-9]+)=(.*)$/.exec(line.replace(/\r$/, ''));
    const [, key = '', written = ''] = found ?? [];
    if (found === null) continue;
    const single = /^'(.*)'$/.exec(written)?.[1] ?? written;
    const double = /^"(.*)"$/.exec(single)?.[1];
    const value = double === undefined ? single : double.replace(/\\(.)/gu, '$1');
    const at = { file, start, end: start + line.length };
    // Python splits lines at more characters than these.
    const plain = !/[\v\f\x1c-\x1e\x85\u2028\u2029\r]/.test(value);
    const known_ = str(value, { step: 'env', name: key, state: 'given', at, from: file }, isSecretName(key));
    keep(run, key, plain ? known_ : unknownAt(run, 'unsupported-syntax', site, { type: 'str', names: [key] }), false, site);
  }
}
