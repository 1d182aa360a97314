/** What the words of a path say about its purpose (catalogue README, PROD). */

const PRODUCTION = new Set(['prod', 'production', 'prd', 'deploy', 'deployment', 'live', 'staging', 'stage', 'stg']);
const DEVELOPMENT = new Set([
  'dev',
  'devel',
  'develop',
  'development',
  'proddev',
  'local',
  'localhost',
  'test',
  'tests',
  'testing',
  'unittest',
  'unittests',
  'ci',
  'debug',
  'example',
  'examples',
  'sample',
  'samples',
  'override',
  'devcontainer',
  'worktree',
  'docs',
  'doc',
  'fixtures',
  'molecule',
  'template',
  'templates',
  'demo',
  'e2e',
  'integration',
  'playwright',
  'cypress',
  'sandbox',
  'benchmark',
]);

export type Purpose = 'production' | 'development' | 'neutral';

/** The purpose that a path names. A development word anywhere weighs more: `deploy/local.yml` is for development. */
export function purposeOf(path: string): Purpose {
  const words = wordsOf(withoutTemplates(path));
  if (words.some((word) => DEVELOPMENT.has(word)) || path.includes('{{')) return 'development';
  return words.some((word) => PRODUCTION.has(word)) ? 'production' : 'neutral';
}

/** What Ansible installs stands in folders called so. */
function withoutTemplates(path: string): string {
  return /(^|\/)roles\/|\.j2$/.test(path) ? path.replace(/(^|\/)templates\//g, '$1') : path;
}

/** Whether a folder holds a project that only tests a library: `testing/`, `test_project/test_project/`. */
export function isTestProject(folder: string): boolean {
  return /(^|\/)(tests?|testing|test_?project|test_?app)(\/|$)/.test(folder);
}

/** Whether a path is named for staging and for nothing nearer to production: then it takes no other manifest's place. */
export function isStaging(path: string): boolean {
  const words = wordsOf(path).filter((word) => PRODUCTION.has(word));
  return words.length > 0 && words.every((word) => word.startsWith('st'));
}

/** The word that gives a path its purpose; null when none does. */
export function tellingWord(path: string): string | null {
  const words = wordsOf(withoutTemplates(path));
  return words.find((word) => DEVELOPMENT.has(word)) ?? words.find((word) => PRODUCTION.has(word)) ?? null;
}

function wordsOf(path: string): readonly string[] {
  return path
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (word.length > 3 ? word.replace(/\d+$/, '') : word));
}

/** Whether a settings module is named for production: `config.settings.production`, `settings_prod`. */
export function isProductionModule(module: string): boolean {
  const words = wordsOf(module.slice(module.lastIndexOf('.') + 1));
  return words.some((word) => ['prod', 'production', 'prd', 'live'].includes(word)) && !words.some((word) => DEVELOPMENT.has(word));
}

/** Whether a settings module is development itself, not one of its parts: `mysite.settings.dev`. */
export function isForDevelopment(module: string): boolean {
  return /^(dev|devel|develop|development|local|localhost|test|tests|testing|debug|example)$/.test(lastPart(module));
}

/** Whether a settings module is meant to be loaded on a server, by any name in use for that. */
export function isForServers(module: string): boolean {
  return /^(prod|production|live|deploy|staging|heroku|docker|server|remote)/.test(lastPart(module));
}

function lastPart(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1).toLowerCase();
}

/** Whether a settings module is named for anything but production. */
export function isDevelopmentModule(module: string): boolean {
  const words = wordsOf(module.slice(module.lastIndexOf('.') + 1));
  return words.some((word) => DEVELOPMENT.has(word));
}

/** Whether what an author wrote of a file keeps it from production, or speaks of development and not of production. */
export function speaksOfDevelopment(comment: string): boolean {
  const words = comment.replace(/[\s#]+/g, ' ');
  if (/\bproduction\b/i.test(words)) return /\bnot\b[^.]*\bproduction\b/i.test(words);
  return /\blocal(ly)? (development|environment)\b|\bfor (\w+ ){0,3}development\b|\bdevelopment (only|purposes|setup|settings)\b/i.test(
    words,
  );
}

/** Whether what an author wrote of a settings module gives it to production: "settings for the … production deployment". */
export function speaksOfProduction(comment: string): boolean {
  const words = comment.replace(/[\s#]+/g, ' ');
  return /\b(settings|configuration)\b (\w+ ){0,4}production\b|\bproduction (settings|configuration)\b/i.test(words);
}
