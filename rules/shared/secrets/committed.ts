import { type Context, placeOf, type Report, type RepositoryFacts, type Value } from '../../../src/rule.ts';

/** Files that no repository should hold: whether git has one is asked, never guessed. */

/** Reports what stands in a file that git tracks; open where nothing tells what git tracks. */
export function reportIfTracked(file: string, report: () => Report, { tracks }: Pick<RepositoryFacts, 'tracks'>, ctx: Context): void {
  const tracked = tracks(file);
  if (tracked === 'yes') ctx.report(report());
  else if (tracked === 'maybe') ctx.undecided(`Whether git tracks \`${file}\` is not known.`, { file, start: 0, end: 0 });
}

/** Whether a value is decided in a file that git may hold. */
export function mayBeTracked(value: Value<unknown>, { tracks }: Pick<RepositoryFacts, 'tracks'>): boolean {
  const place = value.kind === 'known' ? placeOf(value.origin) : undefined;
  return place !== undefined && tracks(place.file) !== 'no';
}

/** Named for tests, documentation or one's own machine: nothing that is served is opened with it. */
export function isForShow(path: string): boolean {
  return /(^|[/._-])(unit[-_]?tests?|tests?|testing|testdata|e2e|cypress|playwright|fixtures?|mocks?|docs?|documentation|examples?|samples?|demo|dummy|fake|sandbox|templates?|dev|devel|development|local|localhost|devcontainer|self[-_]?signed|snake[-_]?oil|cookiecutter|ci|vagrant|seeds?|sampledata)(?=$|[/._-])|\{\{/i.test(
    path,
  );
}

/** A person looked at the line and told another scanner that it is no secret: gitleaks and detect-secrets read these words. */
export function isAllowed(file: string, start: number, end: number, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const text = read(file) ?? '';
  const newline = text.indexOf('\n', end);
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, newline === -1 ? text.length : newline);
  if (/gitleaks:allow|pragma: ?allowlist (nextline )?secret/.test(line)) return true;
  const secret = text.slice(start, end);
  return files.some((one) => /(^|\/)\.gitleaks\.toml$/.test(one) && one !== file && (read(one) ?? '').includes(secret));
}
