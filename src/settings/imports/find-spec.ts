import { raise } from '../raise.ts';
import { lift, originAt, type Run, unknownAt } from '../run.ts';
import { known, none, type Site, type Val } from '../values/object.ts';
import { conditional } from '../values/state.ts';
import { EARLY, locate, moduleGuard } from './imports.ts';
import { installed } from './installed.ts';
import { REMOVED_MODULES } from './stdlib-names.ts';

/** importlib.util.find_spec(name): None where no such module can be imported. Parents of a dotted name are not imported here. */
export function moduleSpec(run: Run, name: Val | undefined, site: Site): Val {
  if (name === undefined) return raise(run, 'TypeError', "find_spec() missing 1 required positional argument: 'name'", site);
  return lift(run, name, (one) => {
    if (one.obj.t !== 'str' || one.obj.v === '') return unknownAt(run, 'dynamic-call', site);
    return specOf(run, one.obj.v, site);
  });
}

function specOf(run: Run, name: string, site: Site): Val {
  const spec = known({ t: 'native', cls: 'importlib.machinery.ModuleSpec', truth: true }, originAt(site));
  const [top = name] = name.split('.');
  if (!EARLY.has(top) && locate(run, name).kind !== 'none') return run.rootsUnknown ? unknownAt(run, 'third-party', site) : spec;
  if (name !== top || run.rootsUnknown) return unknownAt(run, 'third-party', site);
  if (REMOVED_MODULES.has(top)) return none(originAt(site));
  const answer = installed(run, top);
  if (answer !== 'maybe') return answer === 'yes' ? spec : none(originAt(site));
  const missing = moduleGuard(top);
  const value = conditional([
    { when: [{ ...missing, holds: false }], then: spec },
    { when: [missing], then: none(originAt(site)) },
  ]);
  return value.k === 'absent' ? none(originAt(site)) : value;
}
