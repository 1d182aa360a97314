import { defineRule, type Refusal, type Report, type SettingsFacts } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const GUARD =
  "import os\n\nMODE = os.environ.get('MODE', 'development')\nHOST_NAME = os.environ.get('HOST_NAME')\nif MODE == 'production' and HOST_NAME in ('localhost', None):\n    raise ValueError('set HOST_NAME')";

function compose(name: string): string {
  return `services:\n  web:\n    build: .\n    environment:\n      MODE: production\n      HOST_NAME: ${name}\n`;
}

export default defineRule({
  id: 'environment/settings-refuse-environment',
  title: 'Settings refuse the environment that the deployment gives',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'A check in the settings raises for a value that this deployment gives: the process stops while it loads them.',
  fix: 'Give the variable a value that the check accepts, where the deployment sets it.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/howto/deployment/checklist/', 'https://12factor.net/config'],
  cwe: ['CWE-1188'],
  cross: true,
  examples: {
    bad: [{ ...django(`${GUARD} # !\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('localhost') }],
    good: [
      { ...django(`${GUARD}\n`), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose('www.example.com') },
      { ...django(`try:\n${GUARD.replaceAll(/^/gm, '    ')}\nexcept ValueError:\n    pass\n`), Dockerfile: DOCKERFILE },
    ],
    undecided: [
      {
        ...django(
          "import os\n\nif os.environ.get('MODE') == 'production' and not os.path.exists('release.txt'):\n    raise ValueError('build first')\n",
        ),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose('www.example.com'),
      },
    ],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const refusal of settings.evaluated.refusals) {
      if (refusal.asksForFile) ctx.undecided('Whether this check raises depends on a file that the repository does not hold.', refusal.at);
      else if (refusal.variables.length === 0) ctx.undecided('Why this raises in production is not known.', refusal.at);
      else if (refusal.variables.every((name) => isGiven(settings, name))) ctx.report(describe(refusal, settings));
    }
  },
});

/** A missing variable is the fault of another rule. */
function isGiven({ reads }: SettingsFacts, name: string): boolean {
  return reads.some((read) => read.name === name && read.provided === true);
}

function describe(refusal: Refusal, { reads, processes }: SettingsFacts): Report {
  const names = refusal.variables.map((name) => `\`${name}\``).join(' and ');
  return {
    at: refusal.at,
    message: `What the deployment gives for ${names} is refused here: loading the settings ends in ${refusal.type}.`,
    subject: refusal.variables.join(' '),
    related: [
      ...refusal.variables.flatMap((name) => [
        ...processes.flatMap(({ environment }) => {
          const value = environment.variables.get(name);
          const at = value?.kind === 'known' && value.origin.step !== 'default' ? value.origin.at : undefined;
          return at === undefined ? [] : [{ at, message: `\`${name}\` is given here` }];
        }),
        ...reads.filter((read) => read.name === name).map(({ at }) => ({ at, message: `\`${name}\` is read here` })),
      ]),
      ...processes.map((process) => ({ at: process.at, message: `\`${process.name}\` runs with it` })),
    ],
  };
}
