import { defineRule, type Process, type Report, type RepositoryFacts } from '../../src/rule.ts';
import { isEnvExample } from '../shared/secrets/env-files.ts';
import { DOCKERFILE, django, unit } from '../shared/values/examples.ts';

const UNIT = unit('EnvironmentFile=/srv/mysite/.env');

function withFile(text: string, name = '.env'): Record<string, string> {
  return { ...django(), 'deploy/mysite.service': UNIT, [name]: text };
}

export default defineRule({
  id: 'environment/systemd-env-file-shell-syntax',
  title: 'EnvironmentFile uses shell syntax systemd does not understand',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'It is no shell script: systemd drops `export NAME=…` with a warning and expands no variable, so the settings fall back to their defaults or get the text as it stands.',
  fix: 'Remove `export` and write the values out.',
  autofix: 'safe',
  links: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile='],
  cross: true,
  examples: {
    bad: [
      withFile('SITE_NAME=library\nexport SECRET_KEY=abc # !\n'),
      withFile('HOST=example.com\nSITE_URL=https://${HOST}/ # !\n'),
      withFile('BUILD="$(date +%s)" # !\n'),
      withFile('export SECRET_KEY= # !\n', '.env.example'),
    ],
    good: [
      withFile('SITE_NAME=library\nSECRET_KEY=abc\n'),
      withFile("NOTE='${HOST}'\n# export OTHER=1\n"),
      withFile('SECRET_KEY=abc$def\n'),
      withFile('export SECRET_KEY=abc\n', 'other.env'),
      {
        ...django(),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    env_file: .env\n',
        '.env': 'export SITE_NAME=library\n',
      },
    ],
    undecided: [
      {
        ...withFile('export SITE_NAME=library\n'),
        ...django(
          'from pathlib import Path\nfrom dotenv import load_dotenv\n\nload_dotenv(Path(__file__).resolve().parent.parent / ".env")\n',
        ),
      },
    ],
  },

  needs: ['processes', 'repository'],
  check({ processes, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      for (const { file, unit: place } of filesOf(process, repository)) {
        if (told.has(file)) continue;
        told.add(file);
        const reports = [exported(file, repository), expanded(file, repository)].filter((one) => one !== null);
        // Another reader of the same file may understand what systemd does not.
        if (reports.length > 0 && isReadElsewhere(repository)) ctx.undecided('The settings read env files themselves as well.', place);
        else for (const report of reports) ctx.report({ ...report, related: [{ at: place, message: 'systemd reads the file here' }] });
      }
    }
  },
});

function isReadElsewhere({ codeMentions }: RepositoryFacts): boolean {
  return codeMentions(/\b(load_dotenv|dotenv_values|read_env|read_dotenv|decouple|environs|dynaconf|pydantic_settings)\b/).items.length > 0;
}

/** The files that the unit names, or the examples that stand beside an absent one. */
function filesOf({ unit, paths }: Process, { files, bytes }: RepositoryFacts) {
  return (unit?.get('Service', 'EnvironmentFile') ?? []).flatMap(({ text, at }) => {
    const place = paths.locate(text.replace(/^-/, ''));
    const path = place.in === 'machine' ? place.repository : null;
    if (path === null) return [];
    if (bytes(path) !== null) return [{ file: path, unit: at }];
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const base = path.slice(folder.length).replace(/^\./, '');
    const example = files.find((file) => file.startsWith(folder) && isEnvExample(file) && file.slice(folder.length).includes(base));
    return example === undefined ? [] : [{ file: example, unit: at }];
  });
}

function exported(file: string, { read }: RepositoryFacts): Report | null {
  const match = /^[ \t]*export[ \t]+([A-Za-z_]\w*)=.*$/m.exec(read(file) ?? '');
  if (match === null) return null;
  const start = match.index + match[0].indexOf('export');
  const name = match[1] ?? '';
  return {
    at: { file, start, end: start + match[0].trimStart().indexOf('=') },
    message: `systemd does not know \`export\`: it drops the line, and \`${name}\` is not set.`,
    subject: `${file} export`,
  };
}

/** `${NAME}` of a name that the file itself defines, or a command: nobody writes that as plain text. */
function expanded(file: string, { read, assignments }: RepositoryFacts): Report | null {
  const text = read(file) ?? '';
  const lines = assignments(file, 'systemd');
  const own = new Set(lines.map(({ key }) => key));
  const found = lines.find(({ valueAt, quote }) => {
    const raw = text.slice(valueAt.start, valueAt.end);
    return (
      quote !== 'single' && (/\$\([a-z][^)]*\)/.test(raw) || [...raw.matchAll(/\$\{(\w+)\}/g)].some((match) => own.has(match[1] ?? '')))
    );
  });
  if (found === undefined) return null;
  return {
    at: found.valueAt,
    message: `systemd expands no variable and runs no command: \`${found.key}\` gets the text as it stands.`,
    subject: `${file} ${found.key}`,
  };
}
