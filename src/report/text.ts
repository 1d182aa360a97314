import { atLeast, type Finding, SEVERITIES } from '../core/finding.ts';
import type { Topic } from '../rule.ts';
import { framer, type Mark } from './frame.ts';
import type { Headline, Proof } from './headline.ts';
import { type Paint, paintWith } from './paint.ts';
import { type ReportContext, type Reporter, ruleUrl, TOPICS } from './report.ts';
import type { CheckRun } from './run.ts';
import { undecidedBlock } from './undecided.ts';
import { wrap } from './wrap.ts';

/** For people: what production was found to be, each finding with its places, and a summary by area. */
export const text: Reporter = {
  id: 'text',
  describe: 'for people: code frames, why, how to fix, a summary by area',
  render(run, context) {
    const paint = paintWith(context.colour);
    const blocks: (readonly string[])[] = [];
    if (!context.quiet) blocks.push(opening(run, paint));
    blocks.push(...findingBlocks(run, context, paint));
    if (context.statistics) blocks.push(statistics(run));
    if (!context.quiet) {
      blocks.push(topicTable(run, paint), undecidedBlock(run, context.showUndecided, paint));
      blocks.push([totals(run, paint)]);
    }
    return blocks
      .filter((block) => block.length > 0)
      .map((block) => `${block.join('\n')}\n`)
      .join('\n');
  },
};

function opening(run: CheckRun, paint: Paint): readonly string[] {
  if (run.deployments.length === 0) {
    const why = run.hasDjango
      ? 'No production deployment was found here; the settings are judged as the project itself selects them.'
      : 'No Django project was found here; only what stands without settings is checked.';
    return [why, ...setAsideLines(run, paint)];
  }
  const lines = [paint.strong('Production, as these files say:')];
  for (const deployment of run.deployments) lines.push(...deploymentLines(deployment, run, paint));
  return [...lines, ...setAsideLines(run, paint)];
}

function setAsideLines(run: CheckRun, paint: Paint): readonly string[] {
  return run.setAside.map((one) => paint.quiet(`  not production: ${one.id} (${one.because})`));
}

function deploymentLines(deployment: Headline, run: CheckRun, paint: Paint): readonly string[] {
  const why = deployment.evidence.map((proof) => proofInWords(run, proof)).join('; ');
  const lines = [
    `  ${paint.strong(deployment.id)} ${paint.quiet(`(${deployment.kind}${deployment.alternative ? ', alternative start script' : ''})`)}${why === '' ? '' : ` ${paint.quiet(why)}`}`,
  ];
  for (const line of deployment.settings) {
    const where = line.evidence.map((proof) => proofInWords(run, proof)).join('; ');
    const processes = deployment.settings.length > 1 && line.processes.length > 0 ? ` for ${line.processes.join(', ')}` : '';
    lines.push(`    settings  ${line.module}${processes}${where === '' ? '' : paint.quiet(` (${where})`)}`);
    if (line.trouble !== null) lines.push(`              ${paint.severity('warning', line.trouble)}`);
  }
  if (deployment.settings.length === 0) lines.push('    settings  no process of it loads Django');
  for (const server of deployment.servers) lines.push(`    server    ${server}`);
  for (const worker of deployment.workers) lines.push(`    worker    ${worker}`);
  for (const proxy of deployment.proxies) lines.push(`    proxy     ${proxy}`);
  if (deployment.stores.length > 0) lines.push(`    stores    ${deployment.stores.join(', ')}`);
  if (!deployment.environment.closed) lines.push(`    variables not all in view: ${deployment.environment.because ?? ''}`);
  return lines;
}

function proofInWords(run: CheckRun, proof: Proof): string {
  return `${proof.at.file}:${run.texts.position(proof.at.file, proof.at.start).line} ${proof.text}`;
}

function findingBlocks(run: CheckRun, context: ReportContext, paint: Paint): (readonly string[])[] {
  const frame = framer(run.texts, paint);
  const explained = new Set<string>();
  const several = run.deployments.length > 1;
  return run.findings.map((finding) => {
    const rule = context.rules.get(finding.rule);
    const prose = context.prose.get(finding.rule);
    const first = !explained.has(finding.rule);
    explained.add(finding.rule);
    const { at, file } = { at: run.texts.position(finding.at.file, finding.at.start), file: finding.at.file };
    const margin = ' '.repeat(String(at.line).length);
    const say = (what: string, words: string) =>
      wrap(`${margin} ${paint.frame('=')} ${paint.strong(`${what}:`)} `, `${margin} = ${what}: `.length, words);
    const lines = [`${paint.severity(finding.severity, `${finding.severity}[${finding.rule}]`)}: ${paint.strong(rule?.title ?? file)}`];
    lines.push(...frame(marksOf(finding)));
    if (first && prose) lines.push(...say('why', prose.why));
    if (finding.fix !== null) lines.push(...say('fix', finding.fix));
    else if (first && prose) lines.push(...say('fix', prose.fix));
    if (finding.coveredBy !== null)
      lines.push(...say('note', `of less weight here, by ${place(run, finding.coveredBy.file, finding.coveredBy.start)}`));
    if (several && finding.deployments.length > 0) lines.push(...say('note', `holds in ${finding.deployments.join(', ')}`));
    if (finding.django.length > 0) lines.push(...say('note', `Django's own check: ${finding.django.join(', ')}`));
    if (first && rule !== undefined && rule.topic !== null)
      lines.push(...say('more', `django-prodcheck explain ${finding.rule}, ${ruleUrl(finding.rule)}`));
    return lines;
  });
}

function place(run: CheckRun, file: string, start: number): string {
  const at = run.texts.position(file, start);
  return `${file}:${at.line}:${at.column}`;
}

function marksOf(finding: Finding): readonly Mark[] {
  return [
    { at: finding.at, label: finding.message, primary: true },
    ...finding.related.map((one) => ({ at: one.at, label: one.message, primary: false })),
  ];
}

function topicTable(run: CheckRun, paint: Paint): readonly string[] {
  const rows = run.summary.topics.map((one) => ({ ...one, name: `${String(one.topic).padStart(2)} ${topicName(one.topic)}` }));
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map((row) => row.name.length));
  const cell = (value: number, name: string) => `${String(value).padStart(5)} ${name}`;
  return [
    paint.strong('By area:'),
    ...rows.map((row) => {
      const failed = cell(row.failed, 'failed');
      return `  ${row.name.padEnd(width)} ${[
        cell(row.passed, 'passed'),
        row.failed > 0 ? paint.primary(failed) : failed,
        cell(row.undecided, 'undecided'),
        cell(row.notApplicable, 'not applicable'),
      ].join(' ')}`;
    }),
  ];
}

function topicName(topic: Topic): string {
  return TOPICS[topic];
}

function statistics(run: CheckRun): readonly string[] {
  const counts = new Map<string, { severity: Finding['severity']; count: number }>();
  for (const finding of run.findings) {
    const had = counts.get(finding.rule);
    const severity = had === undefined || atLeast(finding.severity, had.severity) ? finding.severity : had.severity;
    counts.set(finding.rule, { severity, count: (had?.count ?? 0) + 1 });
  }
  const rows = [...counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  return rows.map(([rule, { severity, count }]) => `${String(count).padStart(5)} ${severity.padEnd(7)} ${rule}`);
}

function totals(run: CheckRun, paint: Paint): string {
  const { files, passed, undecided, notApplicable } = run.summary;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const parts = SEVERITIES.map((severity) => {
    const words = plural(run.summary[severity], severity);
    return run.summary[severity] > 0 ? paint.severity(severity, words) : words;
  });
  const clean = SEVERITIES.every((severity) => run.summary[severity] === 0);
  const found = clean ? paint.good('No findings') : parts.join(', ');
  return `${found} in ${plural(files, 'file')}; ${plural(passed, 'check')} passed, ${undecided} undecided, ${notApplicable} not applicable.`;
}
