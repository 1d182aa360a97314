/** One way to break the gold project, and the rules that must say so: no more and no less. */
export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly expect: readonly string[];
}

/** `find` must occur exactly once. Without it the file is added (or, with an empty text, left as it is). */
export interface Edit {
  readonly file: string;
  readonly find?: string;
  readonly replace: string;
}

/** Files of the gold project that several mutations edit. */
export const PRODUCTION = 'library/settings/production.py';
export const BASE = 'library/settings/base.py';
export const NGINX = 'deploy/nginx.conf';
export const COMPOSE = 'docker-compose.yml';

/** One replacement in the production settings. */
export const setting = (find: string, replace: string): readonly Edit[] => [{ file: PRODUCTION, find, replace }];
/** One more line of production settings. */
export const add = (line: string): readonly Edit[] => setting('TIMEOUT = 10\n', `TIMEOUT = 10\n${line}\n`);
/** One replacement in the file of that name. */
export const base = (find: string, replace: string): readonly Edit[] => [{ file: BASE, find, replace }];
export const nginx = (find: string, replace: string): readonly Edit[] => [{ file: NGINX, find, replace }];
export const compose = (find: string, replace: string): readonly Edit[] => [{ file: COMPOSE, find, replace }];
export const image = (find: string, replace: string): readonly Edit[] => [{ file: 'Dockerfile', find, replace }];
export const requirement = (find: string, replace: string): readonly Edit[] => [{ file: 'requirements.txt', find, replace }];
export const ci = (find: string, replace: string): readonly Edit[] => [{ file: '.github/workflows/ci.yml', find, replace }];
/** The end of the image's command line. */
export const CMD = '"--timeout", "30", "--max-requests", "1000", "--max-requests-jitter", "100"]';
