/**
 * Literate specs: a heading is a case, a fenced block with a path is a file, `env` the environment (a line `open` opens it,
 * `bare` says that nothing but an operating system stands outside of the repository),
 * `given` what pins releases (`django: 4.2.9`, `python: 3.11`, `python: any`), `values` the answers: `NAME: value`, `raised: Type`,
 * `required: A, B`, `files: a.py, b.py`, `complete: no`. Package files among the files say what is installed, as in a scan.
 */
export interface SpecCase {
  readonly name: string;
  readonly files: Record<string, string>;
  readonly env: string[];
  readonly given: string[];
  readonly values: string[];
}

export function parseSpec(markdown: string): readonly SpecCase[] {
  const cases: SpecCase[] = [];
  let fence: { readonly info: string; readonly body: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    if (fence !== undefined) {
      if (line !== '```') fence.body.push(line);
      else {
        keep(cases.at(-1), fence.info, fence.body);
        fence = undefined;
      }
    } else if (line.startsWith('```')) fence = { info: line.slice(3), body: [] };
    else if (line.startsWith('## ')) cases.push({ name: line.slice(3), files: {}, env: [], given: [], values: [] });
  }
  return cases;
}

function keep(current: SpecCase | undefined, info: string, body: readonly string[]): void {
  const [kind = '', path] = info.split(' ');
  if (current === undefined) return;
  if (kind === 'values') current.values.push(...body);
  else if (kind === 'env') current.env.push(...body);
  else if (kind === 'given') current.given.push(...body);
  else if (path !== undefined) current.files[path] = `${body.join('\n')}\n`;
}

/** The settings module of a case. */
export function moduleOf(one: SpecCase): string {
  return one.files['settings.py'] === undefined && one.files['mysite/settings/__init__.py'] !== undefined ? 'mysite.settings' : 'settings';
}

/** The environment that a case gives, without the words about it. */
export function pairsOf(one: SpecCase): readonly string[] {
  return one.env.filter((line) => line.includes('='));
}
