import { defineRule, type EnvironmentRead, type Refusal, type Report, type SettingsFacts } from '../../src/rule.ts';
import { onEcs } from '../shared/infrastructure/ecs-example.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const READS = "import os\n\nHOST_NAME = os.environ['HOST_NAME']";

function compose(variables: string): string {
  return `services:\n  web:\n    build: .\n    environment:\n      MODE: production\n${variables}`;
}

export default defineRule({
  id: 'environment/required-variable-missing',
  title: 'Variable required by settings is not provided by the deployment',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'The process stops while it loads the settings.',
  fix: 'Add the variable to the environment source of the process and to the example file.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/', 'https://12factor.net/config'],
  cwe: ['CWE-1188'],
  cross: true,
  replaces: ['database/name-empty', 'settings/allowed-hosts-empty'],
  examples: {
    bad: [
      onEcs("import os\nBUCKET = os.environ['BUCKET'] # !\n"),
      {
        ...django(
          "import os\n\nHOST_NAME = os.environ.get('HOST_NAME', '')\nif os.environ.get('MODE') == 'production' and not HOST_NAME:\n    raise ValueError('HOST_NAME is needed') # !\n",
        ),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(''),
      },
      { ...django(`${READS} # !\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('') },
      {
        ...django("from decouple import config\n\nHOST_NAME = config('HOST_NAME') # !\n"),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(''),
      },
    ],
    good: [
      { ...django(`${READS}\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('      HOST_NAME: a.example.com\n') },
      { ...django("import os\n\nHOST_NAME = os.environ.get('HOST_NAME')\n"), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('') },
      {
        ...django(
          "import os\n\nif not os.environ.get('HOST_NAME') and os.environ.get('MODE') == 'debug':\n    raise ValueError('HOST_NAME is needed')\n",
        ),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(''),
      },
      {
        ...django("import os\n\nif os.environ.get('MODE') == 'debug':\n    HOST_NAME = os.environ['HOST_NAME']\n"),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(''),
      },
    ],
    undecided: [
      { ...django(`${READS}\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('    env_file: .env\n') },
      {
        ...django(
          "import os\n\nif not os.environ.get('HOST_NAME') and not os.path.exists('host-name.txt'):\n    raise ValueError('HOST_NAME is needed')\n",
        ),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(''),
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const told = new Set<string>();
    for (const refusal of settings.evaluated.refusals) {
      const missing = settings.reads.filter(
        ({ name, required, provided }) => refusal.variables.includes(name) && required && provided === false,
      );
      for (const read of missing) {
        if (told.has(read.name)) continue;
        told.add(read.name);
        if (!refusal.asksForFile) ctx.report(refused(read, refusal, settings));
        else ctx.undecided(`A file that is not in the repository may stand in for \`${read.name}\`.`, refusal.at);
      }
    }
    for (const read of settings.reads) {
      if (!read.required || told.has(read.name)) continue;
      told.add(read.name);
      if (read.provided === null)
        ctx.undecided(`Whether \`${read.name}\` is given is not known: part of the environment is not in the repository.`, read.at);
      else if (!read.provided) ctx.report(describe(read, settings));
    }
    const { raised } = settings.evaluated;
    const variable = raised?.variable;
    if (raised === null || variable === undefined || told.has(variable)) return;
    const read = settings.reads.find(({ name, provided }) => name === variable && provided === false);
    if (read !== undefined) ctx.report({ ...describe(read, settings), at: raised.at });
  },
});

function describe(read: EnvironmentRead, { processes, reads }: SettingsFacts): Report {
  const again = reads.filter(({ name, at }) => name === read.name && (at.start !== read.at.start || at.file !== read.at.file));
  return {
    at: read.at,
    message: `\`${read.name}\` is read without a default, and nothing gives it: loading the settings ends in an error.`,
    subject: read.name,
    related: [
      ...processes.map((process) => ({ at: process.at, message: `\`${process.name}\` runs without it` })),
      ...processes.flatMap(sourcesOf),
      ...again.map(({ at }) => ({ at, message: 'it is read here too' })),
    ],
  };
}

/** A guard of the project asks for the variable: it is the place that says so. */
function refused(read: EnvironmentRead, refusal: Refusal, settings: SettingsFacts): Report {
  const { related = [], ...report } = describe(read, settings);
  return {
    ...report,
    at: refusal.at,
    message: `\`${read.name}\` is not given, and for that ${refusal.type} is raised here: loading the settings ends in it.`,
    related: [{ at: read.at, message: 'the variable is read here' }, ...related],
  };
}

/** The files that give the process its other variables, one place in each. */
function sourcesOf({ environment }: SettingsFacts['processes'][number]) {
  const files = new Map<string, NonNullable<Report['related']>[number]>();
  for (const value of environment.variables.values()) {
    if (value.kind !== 'known' || value.origin.step === 'default') continue;
    const at = value.origin.at;
    if (at !== undefined && /(^|\/)\.?env/.test(at.file) && !files.has(at.file))
      files.set(at.file, { at, message: 'its other variables are given here' });
  }
  return [...files.values()];
}
