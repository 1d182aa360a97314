import { paintWith } from './paint.ts';
import { type RuleFacts, ruleUrl } from './report.ts';

/** One rule in the stable JSON of `rules` (DESIGN §8, schema/rules.schema.json). */
export function ruleJson(rule: RuleFacts): object {
  return {
    id: rule.id,
    title: rule.title,
    severity: rule.severity,
    area: areaOf(rule.id),
    topic: rule.topic,
    cross: rule.cross,
    replaces: rule.replaces,
    django: rule.django,
    cwe: rule.cwe,
    fix: rule.autofix,
    since: rule.since,
    url: ruleUrl(rule.id),
  };
}

export function ruleListText(rules: readonly RuleFacts[], colour: boolean): string {
  const paint = paintWith(colour);
  const width = Math.max(0, ...rules.map((rule) => rule.id.length));
  const areas = [...new Set(rules.map((rule) => areaOf(rule.id)))];
  const blocks = areas.map((area) => {
    const own = rules.filter((rule) => areaOf(rule.id) === area);
    return [
      paint.strong(area),
      ...own.map((rule) => `  ${rule.id.padEnd(width)}  ${paint.severity(rule.severity, rule.severity.padEnd(7))}  ${rule.title}`),
    ];
  });
  return `${[...blocks.map((block) => block.join('\n')), `${rules.length} rules; django-prodcheck explain RULE tells more.`].join('\n\n')}\n`;
}

function areaOf(id: string): string {
  return id.split('/')[0] ?? '';
}
