import type { Finding, Severity } from '../core/finding.ts';
import type { Span } from '../core/span.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { jsonText } from './json-text.ts';
import { type ReportContext, type Reporter, type RuleFacts, ruleUrl, TOPICS } from './report.ts';
import type { CheckRun } from './run.ts';

/**
 * SARIF 2.1.0 for code scanning: one run, every selected rule described, only what failed as results. Suppressed findings are left out.
 * Excerpts are left out too, so that no line with a secret leaves the repository.
 */
export const sarif: Reporter = {
  id: 'sarif',
  describe: 'SARIF 2.1.0, for code scanning',
  render(run, context) {
    return jsonText(logOf(run, context));
  },
};

/** Code scanning sorts security alerts by this number: 7.0 and above is high, 4.0 medium, below low. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.5', note: '2.5' };

function logOf(run: CheckRun, context: ReportContext): object {
  const rules = [...context.rules.values()];
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const fingerprints = fingerprintsOf(run.findings);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'django-prodcheck',
            semanticVersion: context.version,
            informationUri: 'https://github.com/django-prodcheck/django-prodcheck',
            rules: rules.map((rule) => ruleOf(rule, context)),
          },
        },
        automationDetails: { id: 'django-prodcheck/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the checked tree.' } } },
        results: run.findings.map((finding, index) => resultOf(run, finding, fingerprints[index] ?? '', indexes.get(finding.rule))),
      },
    ],
  };
}

/** Rules of the area of security, of secrets, or with a weakness number are security rules to code scanning. */
function isSecurity(rule: RuleFacts): boolean {
  return rule.topic === 5 || rule.id.startsWith('secrets/') || rule.cwe.length > 0;
}

function ruleOf(rule: RuleFacts, context: ReportContext): object {
  const prose = context.prose.get(rule.id);
  const why = flat(prose?.why ?? rule.title);
  const fix = flat(prose?.fix ?? '');
  const links = prose?.links ?? [];
  const area = rule.id.split('/')[0] ?? '';
  const security = isSecurity(rule);
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: rule.title },
    fullDescription: { text: why },
    help: {
      text: [why, fix === '' ? '' : `How to fix: ${fix}`, ...links].filter((line) => line !== '').join('\n'),
      markdown: [why, fix === '' ? '' : `**How to fix**: ${fix}`, links.map((link) => `- <${link}>`).join('\n')]
        .filter((part) => part !== '')
        .join('\n\n'),
    },
    helpUri: ruleUrl(rule.id),
    defaultConfiguration: { level: rule.severity },
    ...(rule.formerly.length > 0 ? { deprecatedIds: rule.formerly } : {}),
    properties: {
      tags: [
        ...(security ? ['security'] : []),
        area,
        ...(rule.topic === null ? [] : [TOPICS[rule.topic]]),
        ...rule.cwe.map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
      ].filter((tag, index, all) => all.indexOf(tag) === index),
      precision: 'high',
      'problem.severity': rule.severity === 'note' ? 'recommendation' : rule.severity,
      ...(security ? { 'security-severity': SECURITY_SEVERITY[rule.severity] } : {}),
    },
  };
}

function resultOf(run: CheckRun, finding: Finding, fingerprint: string, ruleIndex: number | undefined): object {
  const related = [
    ...finding.related,
    ...(finding.coveredBy === null ? [] : [{ at: finding.coveredBy, message: 'This is why the finding has less weight here.' }]),
  ];
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: finding.severity,
    message: { text: finding.message },
    locations: [{ physicalLocation: physical(run, finding.at) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((one, index) => ({
            id: index + 1,
            physicalLocation: physical(run, one.at),
            message: { text: one.message },
          })),
        }),
    partialFingerprints: { 'prodcheckFingerprint/v1': fingerprint },
    properties: {
      subject: finding.subject,
      deployments: finding.deployments,
      ...(finding.django.length > 0 ? { django: finding.django } : {}),
      ...(finding.fix === null ? {} : { fix: finding.fix }),
    },
  };
}

function physical(run: CheckRun, span: Span): object {
  const start = run.texts.position(span.file, span.start);
  const end = run.texts.position(span.file, span.end);
  return {
    artifactLocation: { uri: span.file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

function pascalCase(id: string): string {
  return id.replace(/(^|[/-])(\w)/g, (_all, _separator, letter: string) => letter.toUpperCase());
}

function flat(prose: string): string {
  return prose.replace(/\s+/g, ' ').trim();
}
