import type { Span } from '../core/span.ts';
import { fingerprintsOf } from './fingerprint.ts';
import type { Headline, Proof } from './headline.ts';
import { jsonText } from './json-text.ts';
import type { Reporter } from './report.ts';
import type { CheckRun } from './run.ts';

/** The stable JSON of `check` (DESIGN §8, schema/check.schema.json). Lines and columns are 1-based, columns UTF-16 units, ends exclusive. */
export const json: Reporter = {
  id: 'json',
  describe: 'the stable JSON, schema/check.schema.json',
  render(run, context) {
    const fingerprints = fingerprintsOf(run.findings);
    const findings = run.findings.map((finding, index) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      ...region(run, finding.at),
      subject: finding.subject,
      related: finding.related.map((one) => ({ ...point(run, one.at), message: one.message })),
      deployments: finding.deployments,
      coveredBy: finding.coveredBy === null ? null : point(run, finding.coveredBy),
      django: finding.django,
      fingerprint: fingerprints[index],
      fix: finding.fix ?? context.prose.get(finding.rule)?.fix ?? null,
    }));
    const undecided = run.undecided.map((one) => ({
      rule: one.rule,
      why: one.why,
      file: one.at === null ? null : one.at.file,
      line: one.at === null ? null : point(run, one.at).line,
      deployments: one.deployments,
    }));
    const deployments = run.deployments.map((one) => deploymentJson(run, one));
    const document = { version: 1, root: run.root, today: run.today, deployments, findings, undecided, summary: run.summary };
    return jsonText(document);
  },
};

function deploymentJson(run: CheckRun, headline: Headline): object {
  const choices = headline.settings.flatMap((line) => line.evidence);
  return {
    id: headline.id,
    project: headline.project,
    // One word when everything is in view, else the reason why it is not.
    environment: headline.environment.closed ? 'closed' : `open: ${headline.environment.because ?? ''}`,
    settingsModule: headline.settingsModule,
    evidence: [...headline.evidence, ...choices].map((proof) => proofJson(run, proof)),
  };
}

function proofJson(run: CheckRun, proof: Proof): object {
  return { file: proof.at.file, line: point(run, proof.at).line, text: proof.text };
}

function point(run: CheckRun, span: Span): { readonly file: string; readonly line: number; readonly column: number } {
  return { file: span.file, ...run.texts.position(span.file, span.start) };
}

function region(run: CheckRun, span: Span): object {
  const end = run.texts.position(span.file, span.end);
  return { ...point(run, span), endLine: end.line, endColumn: end.column };
}
