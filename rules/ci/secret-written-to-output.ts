import { defineRule, isSecretName, type JobStep, type Pipeline, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { github, gitlab, job, project, run } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const step = (command: string) => project(github(job('deploy', run(command))));
const KEY = `\${{ secrets.SSH_KEY }}`;

export default defineRule({
  id: 'ci/secret-written-to-output',
  title: 'Secret written to logs or artifacts',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Logs and artifacts are read by everyone who can see the repository; the mask over secrets fails as soon as a value is encoded or cut.',
  fix: 'Write the secret to a file under umask 077, or pipe it into the program that needs it; keep env files out of artifacts.',
  autofix: 'unsafe',
  links: [
    'https://docs.zizmor.sh/audits/#unredacted-secrets',
    'https://docs.github.com/en/actions/concepts/security/secrets',
    'https://docs.gitlab.com/ci/variables/#mask-a-cicd-variable',
  ],
  cwe: ['CWE-532'],
  examples: {
    bad: [
      step(`echo "${KEY}" # !`),
      step(`echo "${KEY}" | base64 # !`),
      project(github(job('deploy', `      - uses: actions/upload-artifact@v4\n        with:\n          path: .env # !\n`))),
      project(gitlab('deploy:\n  script:\n    - echo "$DB_PASSWORD" # !\n')),
    ],
    good: [
      step(`echo "${KEY}" > ~/.ssh/key`),
      step(`echo "${KEY}" | docker login -u x --password-stdin`),
      step(`echo "${KEY}" | base64 -d > key.json`),
      project(github(job('deploy', `      - run: |\n          {\n            echo "KEY=${KEY}"\n          } > .env\n`))),
      project(github(job('deploy', `      - uses: actions/upload-artifact@v4\n        with:\n          path: .env.example\n`))),
      project(
        gitlab(
          'deploy:\n  script:\n    - echo "$CI_JOB_TOKEN" | docker login -u x --password-stdin registry.example\n    - echo "$CI_COMMIT_SHA"\n',
        ),
      ),
      step('echo "secrets.SSH_KEY"'),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    for (const { step: one, job: of, pipeline } of stepsOnce(pipelines)) {
      const shown = inScript(one, pipeline, repository) ?? inArtifact(one);
      if (shown === null) continue;
      ctx.report({
        at: shown.at,
        message: shown.isFile
          ? 'An env file is kept as an artifact: everyone who sees the run can load it.'
          : `\`${shown.name}\` is written to the log.`,
        subject: `${pipeline.file} ${of.id} ${shown.name}`,
      });
    }
  },
});

interface Shown {
  readonly at: Span;
  readonly name: string;
  readonly isFile: boolean;
}

function inArtifact({ uses, inputs }: JobStep): Shown | null {
  const path = uses?.startsWith('actions/upload-artifact@') === true ? inputs.get('path') : undefined;
  const isEnv = (path?.text ?? '').split('\n').some((one) => /(^|\/)\.env(\.(prod\w*|live|local))?$/.test(one.trim()));
  return path !== undefined && isEnv ? { at: path.at, name: '.env', isFile: true } : null;
}

const SECRET =
  /^\s*(?:echo|printf)\b[^|<>]*?\$\{\{\s*secrets\.(\w+)\s*\}\}[^|<>]*?(\|\s*(?:base64|xxd|rev|od)\b(?![^|<>]*\s-(?:d|-decode|D)\b)[^|<>]*)?$/;
const VARIABLE = /^\s*(?:echo|printf)\b[^|<>$]*?["' =]\$\{?(\w+)\}?[^|<>]*$/;

/** A line that prints, into neither a pipe nor a file. */
function inScript({ script }: JobStep, { system }: Pipeline, { read }: Pick<RepositoryFacts, 'read'>): Shown | null {
  if (script === null || (system !== 'github' && system !== 'gitlab')) return null;
  const source = (read(script.at.file) ?? '').slice(script.at.start, script.at.end);
  // A group of commands has one redirection at its end.
  if (/^\s*[})]\s*[>|]|\bset \+x\b|^\s*(done|fi)\s*[>|]/m.test(source)) return null;
  let offset = 0;
  for (const line of source.split('\n')) {
    const text = line.replace(/^\s*- /, '').replace(/\s+#.*$/, '');
    const name = (system === 'github' ? SECRET : VARIABLE).exec(text)?.[1];
    if (name !== undefined && (system === 'github' || isSecretName(name))) {
      const start = script.at.start + offset + (line.length - line.trimStart().length);
      return { at: { file: script.at.file, start, end: script.at.start + offset + line.trimEnd().length }, name, isFile: false };
    }
    offset += line.length + 1;
  }
  return null;
}
