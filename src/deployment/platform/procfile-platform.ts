import { placeOf } from '../../core/origin.ts';
import { folderOf } from '../../files/paths.ts';
import type { Gathering } from '../gathering.ts';
import type { PlatformFacts } from '../model.ts';
import { textAt } from '../project/files.ts';
import { beside, rootOf } from './deployments.ts';
import { type AppJson, herokuFacts, readAppJson } from './heroku.ts';
import { railwayFacts } from './railway.ts';

/** What stands beside a Procfile and tells which platform reads it. */
export interface ProcfilePlatform {
  readonly facts: PlatformFacts;
  readonly application: AppJson | null;
}

const PROSE = /(^|\/)(readme|contributing|deploy\w*|install\w*)[^/]*\.(md|rst|txt)$|(^|\/)docs?\/.*\.(md|rst|txt)$/i;
const OF_HEROKU = /\bheroku (create|login|config|git:remote)\b|git push heroku\b|herokuapp\.com|heroku\.com\/deploy/;

/** Reads app.json and other signs; a bare Procfile may belong to any platform. */
export function procfilePlatform(path: string, gathering: Gathering): ProcfilePlatform {
  const { tree } = gathering;
  const file = beside(path, 'app.json', gathering);
  const root = file === null ? null : rootOf(file, gathering);
  const application = file === null || root === null ? null : readAppJson(file, root);
  for (const name of ['DOKKU_SCALE', 'CHECKS']) {
    const sign = beside(path, name, gathering);
    if (sign !== null) return { facts: dokkuFacts(sign), application };
  }
  if (application !== null) return { facts: application.facts, application };
  for (const name of ['railway.json', 'railway.toml', 'nixpacks.toml']) {
    const sign = beside(path, name, gathering);
    if (sign !== null && name.startsWith('railway')) return { facts: railwayFacts(sign, headOf(sign)), application };
  }
  if (readsOtherwise(path, gathering)) return { facts: otherFacts(path), application };
  const heroku = beside(path, 'heroku.yml', gathering) ?? beside(path, '.slugignore', gathering);
  if (heroku !== null) return { facts: herokuFacts(heroku, headOf(heroku)), application };
  const project = gathering.projects.find((one) => one.packages.installs('django-heroku') === 'yes');
  if (project !== undefined) {
    const origin = project.packages.range('django-heroku')?.origin;
    return { facts: herokuFacts(null, (origin === undefined ? undefined : placeOf(origin)) ?? headOf(path)), application };
  }
  const told = tree.files.find(
    (one) => PROSE.test(one.path) && folderOf(one.path).split('/').length < 3 && OF_HEROKU.test(textAt(tree, one.path)),
  );
  if (told !== undefined && path === 'Procfile') return { facts: herokuFacts(told.path, headOf(told.path)), application };
  return { facts: otherFacts(path), application };
}

/** Other hosts that read Procfiles have files and lines of their own: Scalingo, Clever Cloud. */
function readsOtherwise(path: string, gathering: Gathering): boolean {
  const signs = ['scalingo.json', 'cron.json', 'clevercloud'].some((name) => beside(path, name, gathering) !== null);
  return signs || /^postdeploy:/m.test(textAt(gathering.tree, path));
}

function otherFacts(path: string): PlatformFacts {
  return {
    name: 'other',
    file: null,
    at: headOf(path),
    endsTls: 'maybe',
    redirectsToHttps: { answer: 'maybe', at: null },
    ephemeralDisk: 'maybe',
  };
}

function dokkuFacts(file: string): PlatformFacts {
  return {
    name: 'dokku',
    file,
    at: headOf(file),
    endsTls: 'maybe',
    redirectsToHttps: { answer: 'maybe', at: null },
    ephemeralDisk: 'maybe',
  };
}

function headOf(file: string) {
  return { file, start: 0, end: 0 };
}
