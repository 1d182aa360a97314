import { add, type Mutation } from './edits.ts';

const CORS = 'INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *MIDDLEWARE]';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'every origin with the cookies of the visitor',
    edits: add(`${CORS}\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True`),
    expect: ['apps/cors-all-origins-with-credentials'],
  },
  { name: 'every origin', edits: add(`${CORS}\nCORS_ALLOW_ALL_ORIGINS = True`), expect: ['apps/cors-all-origins'] },
  {
    name: 'an origin pattern with open dots',
    edits: add(`${CORS}\nCORS_ALLOWED_ORIGIN_REGEXES = [r"^https://app.library.example$"]`),
    expect: ['apps/cors-regex-too-loose'],
  },
  {
    name: 'an origin of the own machine',
    edits: add(`${CORS}\nCORS_ALLOWED_ORIGINS = ["http://localhost:5173"]`),
    expect: ['apps/cors-development-origin'],
  },
  {
    name: 'CORS without its middleware',
    edits: add('INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]'),
    expect: ['apps/cors-middleware-missing'],
  },
  {
    name: 'CORS after the common middleware',
    edits: add('INSTALLED_APPS = [*INSTALLED_APPS, "corsheaders"]\nMIDDLEWARE = [*MIDDLEWARE, "corsheaders.middleware.CorsMiddleware"]'),
    expect: ['apps/cors-middleware-missing'],
  },
  {
    name: 'CORS settings that nothing reads',
    edits: add('CORS_ALLOWED_ORIGINS = ["https://shelves.library.example"]'),
    expect: ['apps/cors-settings-without-app'],
  },
  {
    name: 'the debug toolbar',
    edits: add('INSTALLED_APPS += ["debug_toolbar"]'),
    expect: ['apps/debug-toolbar-in-production'],
  },
  { name: 'a profiler', edits: add('INSTALLED_APPS += ["silk"]'), expect: ['apps/development-app-in-production'] },
];
