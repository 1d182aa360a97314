import type { Prose } from '../check/prose.ts';
import type { ExampleFiles, RuleMeta } from '../rule.ts';
import { paintWith } from './paint.ts';
import { type RuleFacts, ruleUrl, TOPICS } from './report.ts';
import { ruleJson } from './rule-list.ts';
import { wrap } from './wrap.ts';

/** All that is printed of a rule and not part of every run. */
export type Page = Prose & Pick<RuleMeta, 'examples'>;

/** The JSON of `explain`: that of `rules` with the prose. */
export function explainJson(rule: RuleFacts, prose: Page): object {
  return { ...ruleJson(rule), why: flat(prose.why), howToFix: flat(prose.fix), links: prose.links, examples: prose.examples };
}

/** The page of a rule for the terminal. */
export function explainText(rule: RuleFacts, prose: Page, colour: boolean): string {
  const paint = paintWith(colour);
  const area = rule.topic === null ? '' : `, area ${rule.topic} (${TOPICS[rule.topic]})`;
  const lines = [
    `${paint.severity(rule.severity, `${rule.severity}[${rule.id}]`)}: ${paint.strong(rule.title)}`,
    `since ${rule.since}${area}${rule.cross ? ', joins several files' : ''}`,
    '',
    ...wrap(paint.strong('Why: '), 5, prose.why),
    '',
    ...wrap(paint.strong('Fix: '), 5, prose.fix),
  ];
  if (rule.django.length > 0) lines.push('', `${paint.strong("Django's own checks:")} ${rule.django.join(', ')}`);
  if (rule.cwe.length > 0) lines.push(`${paint.strong('Weakness:')} ${rule.cwe.join(', ')}`);
  if (rule.replaces.length > 0) lines.push(`${paint.strong('Stands for:')} ${rule.replaces.join(', ')}`);
  if (rule.topic !== null) {
    lines.push(...examples('Found in', prose.examples.bad, paint.strong), ...examples('Silent on', prose.examples.good, paint.strong));
    lines.push(...examples('Undecided on', prose.examples.undecided ?? [], paint.strong));
    lines.push('', `To keep one finding back, write above its line:  # prodcheck: ignore[${rule.id}] reason`);
  }
  lines.push('', ...[...prose.links, ruleUrl(rule.id)].map((link) => `  ${link}`));
  return `${lines.join('\n')}\n`;
}

/** Of several examples the shortest tells the most. */
function examples(head: string, all: readonly ExampleFiles[], strong: (text: string) => string): readonly string[] {
  const shortest = [...all].sort((a, b) => sizeOf(a) - sizeOf(b))[0];
  if (shortest === undefined || sizeOf(shortest) === 0) return [];
  const files = Object.entries(shortest).flatMap(([path, text]) => [
    `  ${path}`,
    ...text
      .replace(/\n+$/, '')
      .split('\n')
      .map((line) => `    ${line.replace(/[ \t]*# !$/, '')}`.trimEnd()),
  ]);
  return ['', strong(`${head}:`), ...files];
}

function sizeOf(files: ExampleFiles): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}

function flat(prose: string): string {
  return prose.replace(/\s+/g, ' ').trim();
}
