import { type ComposeFacts, defineRule, type Report, type RepositoryFacts, type SettingsFacts } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

function example(lines: string, settings = ''): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose({ web: `    environment:\n${lines}` }) };
}

const COMPARES = "import os\n\nUSE_X_FORWARDED_HOST = os.environ.get('BEHIND_PROXY') == 'True'\n";

export default defineRule({
  id: 'environment/yaml-boolean-variable',
  title: 'Unquoted boolean in environment map',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'YAML reads a boolean, not a text: Compose hands `True` over as `true`, which settings that compare with "True" take for off, and `docker stack deploy` refuses the file.',
  fix: 'Put the value in quotes.',
  autofix: 'safe',
  links: [
    'https://docs.docker.com/reference/compose-file/services/#environment',
    'https://github.com/docker/cli/blob/master/cli/compose/schema/data/config_schema_v3.13.json',
  ],
  examples: {
    bad: [
      example('      BEHIND_PROXY: True # !\n', COMPARES),
      example('      BEHIND_PROXY: "True"\n      OTHER: False # !\n', COMPARES),
      example('      OTHER: true # !\n      ANOTHER: false\n'),
      example(
        '      BEHIND_PROXY: True # !\n',
        "import os\n\nUSE_X_FORWARDED_HOST = os.environ.get('BEHIND_PROXY', '').lower() == 'true'\n",
      ),
    ],
    good: [
      example('      BEHIND_PROXY: "True"\n', COMPARES),
      example("      BEHIND_PROXY: 'false'\n", COMPARES),
      // Compose and docker stack follow YAML 1.2 here: this is text.
      example('      BEHIND_PROXY: yes\n      OTHER: off\n', COMPARES),
      example('      - BEHIND_PROXY=True\n', COMPARES),
      example('      BEHIND_PROXY: 1\n', COMPARES),
    ],
  },

  needs: ['compose', 'evaluations', 'repository'],
  check({ compose: { booleans }, evaluations, repository }, ctx) {
    const services = new Map<string, ComposeFacts['booleans'][number][]>();
    for (const one of booleans) services.set(one.service, [...(services.get(one.service) ?? []), one]);
    const told = new Set<number>();
    for (const [service, values] of services) {
      const [first] = values;
      // Services that share a map by an anchor share its fault.
      if (first === undefined || told.has(first.at.start)) continue;
      told.add(first.at.start);
      ctx.report(describe(service, first, values, { evaluations, repository }));
    }
  },
});

interface Facts {
  readonly evaluations: readonly SettingsFacts[];
  readonly repository: Pick<RepositoryFacts, 'read'>;
}

function describe(
  service: string,
  first: ComposeFacts['booleans'][number],
  values: readonly ComposeFacts['booleans'][number][],
  facts: Facts,
): Report {
  const changed = values.find((one) => one.written !== one.written.toLowerCase() && isCompared(one, facts));
  const subject = `${service} environment`;
  if (changed !== undefined) {
    return {
      at: changed.at,
      message: `\`${changed.name}\` of \`${service}\` is a boolean of YAML: the settings get \`${changed.written.toLowerCase()}\`, not \`${changed.written}\`.`,
      subject,
    };
  }
  const names = values.map(({ name }) => `\`${name}\``);
  const what = names.length === 1 ? `${names[0] ?? ''} of \`${service}\` is a boolean` : `${listed(names)} of \`${service}\` are booleans`;
  return {
    at: first.at,
    message: `${what} of YAML: \`docker stack deploy\` refuses the file, and Compose writes them in lower case.`,
    subject,
    severity: 'note',
    because: 'nothing in view tells the spellings apart, and Compose accepts it',
  };
}

/** Compared with this very spelling on the line that reads it: readers that cast know every one. */
function isCompared({ name, written, service }: ComposeFacts['booleans'][number], { evaluations, repository }: Facts): boolean {
  return evaluations.some(
    ({ reads, processes }) =>
      processes.some((process) => process.name === service) &&
      reads.some((read) => {
        if (read.name !== name || read.library !== 'os.environ') return false;
        const line = lineAt(repository.read(read.at.file) ?? '', read.at.start);
        const spelled = (text: string) => line.includes(`'${text}'`) || line.includes(`"${text}"`);
        return spelled(written) && !spelled(written.toLowerCase()) && !/\.(lower|upper|casefold|capitalize|title)\(/.test(line);
      }),
  );
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? text.length : end);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
