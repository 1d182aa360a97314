import type { Answer, Command, Job, JobStep, Pipeline, RepositoryFacts } from '../../../src/rule.ts';
import { or } from '../values/answer.ts';

/** Programs that name a test runner only to install, print or look for it. */
const CARRIERS =
  /^(pip3?|pipx|uv|poetry|pdm|pipenv|conda|apt|apt-get|apk|npm|yarn|pnpm|git|grep|ls|cat|cp|rm|mkdir|chmod|curl|wget|which)$/;
const RUNNERS =
  /(^|[\s/"'])(pytest|py\.test|tox|nox|runtests(\.py)?|run_?tests?(\.(sh|py))?)(?=$|[\s"';&|)])|\b(manage\.py|django-admin(\.py)?|setup\.py|coverage run( -\S+)*|-m) (\S+ )*?(test|pytest|unittest)(?=$|[\s"';&|)])|\bcoverage run\b|\b(hatch|pdm|invoke|inv|task|just|make) (run )?[\w:-]*(test|pytest|check|ci)[\w:-]*/;
const SURE =
  /(^|[\s/"'])(pytest|py\.test|tox|nox)(?=$|[\s"';&|)])|\b(manage\.py|django-admin(\.py)?|setup\.py) (\S+ )*?test(?=$|[\s"';&|)])|\bcoverage run\b|-m (pytest|unittest)\b|\b(make|invoke|inv|just|task|hatch|pdm)( run)? [\w:-]*tests?\b/;
/** Runners that only look at the style of the code when told so. */
const LINTS =
  /\b(tox|nox)\b.*(-e|-s|--session)[= ]?\S*(lint|flake8|black|isort|mypy|ruff|format|docs|style|check|pre-commit)|--collect-only|\b(pytest|tox|nox) --version/;
/** Programs that run no tests of the project. */
const QUIET =
  /^(\[|test|true|false|pip3?|pipx|uv|apt|apt-get|apk|git|grep|ls|cat|cp|mv|rm|mkdir|chmod|chown|curl|wget|which|sed|awk|tr|cut|sleep|export|tar|unzip|zip|gzip|ssh|ssh-add|ssh-agent|ssh-keyscan|ssh-keygen|scp|rsync|sshpass|sudo|systemctl|kubectl|helm|terraform|aws|gcloud|az|heroku|flyctl|fly|eb|doctl|gh|black|isort|flake8|ruff|mypy|pylint|bandit|djlint|pre-commit|codespell|shellcheck|hadolint|yamllint|poetry|pdm|pipenv|codecov|twine|mkdocs|sphinx-build|date|find|jq|yq|tee|install|ln|touch|df|du|ps|kill|openssl|base64|env|printenv|node|npm|npx|yarn|pnpm|bun|gunicorn|celery|psql|createdb|mysql|redis-cli|dockerize|wait-for-it|base64|safety|pip-audit|python-version|ansible-playbook|ansible-galaxy|read|exit|set|cd|source|\.|id|uname|whoami|echo|printf|head|tail|wc|sort|uniq|diff|nproc|free|pg_isready|timeout|vacuum)$/;
const QUIET_ACTIONS =
  /^(actions\/|docker\/|aws-actions\/|google-github-actions\/|azure\/|appleboy\/|webfactory\/|shimataro\/|codecov\/|astral-sh\/|snok\/install-poetry|abatilo\/actions-poetry|pre-commit\/|psf\/black|github\/codeql|peaceiris\/|superfly\/|akhileshns\/|digitalocean\/|superfly\/|softprops\/|peter-evans\/|slackapi\/|8398a7\/|dorny\/|burnett01\/|easingthemes\/|chartboost\/ruff|hashicorp\/|step-security\/|aquasecurity\/|hadolint\/|pypa\/gh-action|dependabot\/|release-drafter\/|JamesIves\/|pnpm\/|oven-sh\/|rickstaa\/|wemake-services\/|sonarsource\/|coverallsapp\/|atlassian\/|checkout$|restore_cache$|save_cache$|store_artifacts$|store_test_results$|persist_to_workspace$|attach_workspace$|setup_remote_docker$|add_ssh_keys$|junit$|echo$|archiveArtifacts$|cleanWs$|deleteDir$|git$|stash$|unstash$)/i;

/** Whether a command runs the tests of the project: `maybe` for what may run anything. */
export function isTest(command: Command): Answer {
  if (command.remote) return 'no';
  if (command.management !== null) return command.management.name === 'test' ? 'yes' : 'no';
  const { name } = command;
  const words = command.argv.map((word) => (word.kind === 'known' ? word.value : '?')).join(' ');
  if (name !== null && CARRIERS.test(name)) return 'no';
  if (LINTS.test(words)) return 'no';
  if (SURE.test(words)) return 'yes';
  if (RUNNERS.test(words)) return 'maybe';
  if (name === null) return 'maybe';
  if (name === 'docker' || name === 'docker-compose' || name === 'podman') return carried(words);
  if (/^(python[\d.]*|django-admin)$/.test(name))
    return /^\S+ (-c|--version|-V|-m (pip|venv|build|ensurepip)|manage\.py)\b/.test(words) ? 'no' : 'maybe';
  return QUIET.test(name) ? 'no' : 'maybe';
}

/** What a container runs may be a script of its own; management commands and the like are plain. */
function carried(words: string): Answer {
  if (!/\b(run|exec)\b/.test(words)) return 'no';
  return /manage\.py (migrate|collectstatic|check|makemigrations)\b/.test(words) ? 'no' : 'maybe';
}

/** Whether a step runs tests, by its commands or by an action of which nothing is known. */
export function stepTests(step: JobStep): Answer {
  if (step.uses !== null && !step.uses.startsWith('./')) return QUIET_ACTIONS.test(step.uses) ? 'no' : 'maybe';
  if (step.script !== null && step.commands.length === 0)
    return SURE.test(step.script.text) ? 'yes' : /^\s*$/.test(step.script.text) ? 'no' : 'maybe';
  return or('no', ...step.commands.map(isTest));
}

/** Whether a job runs tests. One that another definition stands for is asked there by `jobsBefore`. */
export function jobTests(job: Job): Answer {
  const own = or('no', ...job.steps.map(stepTests));
  if (own === 'yes') return own;
  const isOpen = job.hidden !== null || (job.calls !== null && job.calls.file === null);
  return isOpen ? 'maybe' : own;
}

/** Whether some job of the repository runs tests. */
export function anyTests(pipelines: readonly Pipeline[]): Answer {
  return or('no', ...pipelines.map((one) => or(one.hidden === null ? 'no' : 'maybe', ...one.jobs.map(jobTests))));
}

const TEST_FILE = /(^|\/)(test_\w+|\w+_tests?|tests?)\.py$/;

/** A file of the repository that holds tests; null when none does. */
export function testFile({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): string | null {
  const named = files.filter((file) => TEST_FILE.test(file) && !/(^|\/)(node_modules|vendor|venv|\.venv|site-packages)\//.test(file));
  return named.slice(0, 300).find((file) => /^\s*(async )?def test\w*\s*\(/m.test(read(file) ?? '')) ?? null;
}

/** Whether an image of the repository runs tests while it is built. */
export function imageTests({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  return files.some(
    (file) =>
      /(^|\/)[\w.-]*Dockerfile[\w.-]*$/i.test(file) && /^\s*RUN\b[^\n]*\b(pytest|tox|nox|manage\.py test)\b/m.test(read(file) ?? ''),
  );
}
