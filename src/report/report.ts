import type { BuiltinRule } from '../check/builtin.ts';
import type { Prose } from '../check/prose.ts';
import type { RuleMeta, Topic } from '../rule.ts';
import type { CheckRun } from './run.ts';

/** What every run knows of a rule; its prose comes from `loadProse`. */
export interface RuleFacts {
  readonly id: string;
  readonly title: string;
  readonly severity: RuleMeta['severity'];
  /** Null for what the engine itself reports. */
  readonly topic: Topic | null;
  readonly since: string;
  readonly autofix: RuleMeta['autofix'];
  readonly cwe: readonly string[];
  readonly django: readonly string[];
  readonly cross: boolean;
  readonly replaces: readonly string[];
  readonly formerly: readonly string[];
}

type KnownRule = Omit<RuleMeta, 'why' | 'fix' | 'links' | 'examples'>;

export function ruleFacts(
  rules: readonly KnownRule[],
  builtin: readonly Pick<BuiltinRule, 'id' | 'title' | 'severity'>[],
): readonly RuleFacts[] {
  const own = rules.map(
    (rule): RuleFacts => ({
      id: rule.id,
      title: rule.title,
      severity: rule.severity,
      topic: rule.topic,
      since: rule.since,
      autofix: rule.autofix,
      cwe: rule.cwe ?? [],
      django: rule.django ?? [],
      cross: rule.cross ?? false,
      replaces: rule.replaces ?? [],
      formerly: rule.formerly ?? [],
    }),
  );
  const engine = builtin.map(
    ({ id, title, severity }): RuleFacts => ({
      id,
      title,
      severity,
      topic: null,
      since: '0.1.0',
      autofix: 'none',
      cwe: [],
      django: [],
      cross: false,
      replaces: [],
      formerly: [],
    }),
  );
  return [...own, ...engine].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** What a reporter is given besides the run. */
export interface ReportContext {
  readonly version: string;
  /** Rules that were selected, sorted by id. */
  readonly rules: ReadonlyMap<string, RuleFacts>;
  readonly prose: ReadonlyMap<string, Prose>;
  readonly colour: boolean;
  readonly quiet: boolean;
  readonly showUndecided: boolean;
  readonly statistics: boolean;
}

/** An output format: one file, one object, listed in index.ts. */
export interface Reporter {
  readonly id: string;
  readonly describe: string;
  render(run: CheckRun, context: ReportContext): string;
}

/** The page of a rule. */
export function ruleUrl(id: string): string {
  return `https://github.com/django-prodcheck/django-prodcheck/blob/main/docs/rules/${id}.md`;
}

/** The ten areas of advice, by number. */
export const TOPICS: Readonly<Record<Topic, string>> = {
  1: 'configuration',
  2: 'application server',
  3: 'database',
  4: 'static and media files',
  5: 'security',
  6: 'background tasks',
  7: 'cache',
  8: 'logs and monitoring',
  9: 'CI/CD',
  10: 'scalability',
};
