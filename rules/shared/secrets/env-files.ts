/** Env files by their names: which hold values, and which are only copied from. */

const EXAMPLE =
  /(^|[._-])(examples?|exemple|samples?|dist|templates?|tmpl|tpl|skel|defaults?)(?=$|[._-])|\.(j2|jinja2?|erb|in|tpl|enc|age|gpg|sops|asc)$/i;
const ENV =
  /^(\.env([._-][\w.-]+)?|env([._-](prod|production|live|staging|dev|local|docker)[\w.-]*)?|[\w-]+\.env([._-][\w-]+)?|\.?dotenv|\.env[a-z]*)$/i;
const OTHER_SYNTAX =
  /\.(py|js|ts|mjs|cjs|jsx|tsx|sh|bash|md|rst|json|ya?ml|html?|txt|ini|lock|toml|cfg|rs|go|rb|bat|cmd|ps1|nix|php|conf|vue|fish|csh|d)$|^\.envrc$/i;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A file of assignments that a reader of env files is given. */
export function isEnvFile(path: string): boolean {
  const base = baseName(path);
  return (ENV.test(base) || isInEnvFolder(path)) && !OTHER_SYNTAX.test(base);
}

/** cookiecutter-django's `.envs/.production/.django`. */
function isInEnvFolder(path: string): boolean {
  return /(^|\/)\.?envs\/([\w.-]+\/)*\.[a-z][\w-]*$/.test(path) && !/\.(git\w*|\w*keep)$/.test(path);
}

/** Shown to people, who copy it and fill it in. */
export function isEnvExample(path: string): boolean {
  const base = baseName(path);
  return isEnvFile(base.replace(/[._-](examples?|exemple|samples?|dist|templates?|tmpl|tpl|defaults?)$/i, '')) && EXAMPLE.test(base)
    ? true
    : isEnvFile(path) && EXAMPLE.test(base);
}

/** An env file whose values some process is meant to get. */
export function isRealEnvFile(path: string): boolean {
  return isEnvFile(path) && !EXAMPLE.test(baseName(path)) && !isForTests(path);
}

/** Named for tests, a pipeline or one person's machine: what it gives opens nothing that is served. */
export function isForTests(path: string): boolean {
  return /(^|[/._-])(tests?|testing|ci|e2e|cypress|fixtures?|mock|devcontainer|development|develop|dev|devel|local|localhost|docs?|examples?|samples?|demo|sandbox|templates?|playwright|integration|debug)(?=$|[/._-])/i.test(
    path,
  );
}
