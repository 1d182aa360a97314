import { type Context, casesOf, type Origin, type Report, type SettingsFacts, type Value } from '../../../src/rule.ts';
import { type Is, whereListed } from '../code/packages.ts';
import { not, or } from '../values/answer.ts';
import { anyItem, asked, truth } from '../values/data.ts';
import { mayComeFromDebug } from './debug-only.ts';
import type { Code } from './middleware.ts';

/** An app that is meant for development, by what INSTALLED_APPS and MIDDLEWARE list of it. */
export interface DevelopmentApp {
  readonly name: string;
  readonly pattern: RegExp;
}

/**
 * Says where an app stands in settings that run with DEBUG off, or that would list it then as well: what is listed for DEBUG alone is the
 * fault of whoever left DEBUG on.
 */
export function judgeDevelopmentApp(
  app: DevelopmentApp,
  code: Code,
  ctx: Context,
  describe: (at: Origin | undefined, list: string) => Report,
): void {
  const { settings } = code;
  const [list] = ['INSTALLED_APPS', 'MIDDLEWARE'].filter((name) => listsIt(settings, name, app).some((is) => is !== 'no'));
  if (list === undefined) return;
  const at = whereListed(settings, list, (item) => app.pattern.test(item));
  if (at !== undefined && mayComeFromDebug(at, code)) return;
  const listed = lists(settings, list, app);
  const debug = settings.get('DEBUG');
  const made = () => describe(at, list);
  if (debug.kind === 'conditional') {
    ctx.expectAll([listed, debug], ({ is }, on) => or(not(is), truth(on)), made);
    return;
  }
  ctx.expect(listed, ({ is }) => not(is), made);
}

function lists(settings: SettingsFacts, name: string, { pattern }: DevelopmentApp): Value<Is> {
  return asked(settings.get(name), (items) => ({ is: anyItem(items, (item) => typeof item === 'string' && pattern.test(item)) }));
}

function listsIt(settings: SettingsFacts, name: string, app: DevelopmentApp): readonly Is['is'][] {
  return casesOf(lists(settings, name, app)).map(({ then }) => (then.kind === 'known' ? then.value.is : 'no'));
}
