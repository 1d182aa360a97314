import { defineRule, type Pipeline, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const OVERRIDE = 'services:\n  web:\n    command: python manage.py runserver 0.0.0.0:8000\n    volumes: [".:/app"]\n';
const files = {
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': 'services:\n  web:\n    build: .\n    restart: always\n',
  'docker-compose.override.yml': OVERRIDE,
};

export default defineRule({
  id: 'container/development-override-in-production',
  title: 'Production starts the development override',
  severity: 'warning',
  topic: 1,
  since: '0.1.0',
  why: 'A plain `docker compose up` merges the override file that lies beside: production then runs what it is for, such as the development server on the mounted source.',
  fix: 'Name the files: `docker compose -f compose.yaml -f compose.prod.yaml up -d`.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/', 'https://docs.docker.com/compose/how-tos/production/'],
  cross: true,
  examples: {
    bad: [
      { ...files, 'deploy.sh': '#!/bin/sh\ngit pull\ndocker compose up -d --build # !\n' },
      { ...files, 'scripts/deploy_production.sh': '#!/bin/sh\ncd /srv/site && docker-compose up -d # !\n' },
    ],
    good: [
      { ...files, 'deploy.sh': '#!/bin/sh\ndocker compose -f docker-compose.yml up -d\n' },
      { ...files, 'deploy.sh': '#!/bin/sh\nexport COMPOSE_FILE=docker-compose.yml\ndocker compose up -d\n' },
      { ...files, 'deploy.sh': '#!/bin/sh\n# docker compose up -d\ndocker compose pull\n' },
      { ...files, 'start-dev.sh': '#!/bin/sh\ndocker compose up\n' },
      // Nothing of development in it.
      { ...files, 'docker-compose.override.yml': 'services:\n  web:\n    ports: ["8000:8000"]\n', 'deploy.sh': 'docker compose up -d\n' },
      // Only the repository of one machine has it.
      { ...files, 'deploy.sh': 'rm docker-compose.override.yml\ndocker compose up -d\n' },
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const override = developmentOverride(repository);
    if (override === null) return;
    for (const { file, text, start } of deployTexts(repository)) {
      if (/COMPOSE_FILE|compose\.override|--project-directory/.test(text)) continue;
      for (const call of text.matchAll(UP)) {
        const at: Span = { file, start: start + call.index, end: start + call.index + call[0].length };
        const line = text.slice(text.lastIndexOf('\n', call.index) + 1, call.index);
        if (line.trimStart().startsWith('#') || /\becho\b/.test(line)) continue;
        ctx.report({
          at,
          message: `This merges \`${override}\`, which is for development, into what production runs.`,
          subject: file,
          related: [{ at: { file: override, start: 0, end: 0 }, message: 'the file that is merged' }],
        });
        break;
      }
    }
  },
});

/** `up` without a file of its own. */
const UP = /\bdocker(?:-|\s+)compose(?:\s+--?(?!f\b|file\b)[\w-]+(?:[= ](?!up\b)[\w./-]+)?)*\s+up\b[^\n;&|]*/g;
const TRAITS = /\brunserver\b|^\s*-?\s*["']?DEBUG["']?\s*[:=]\s*["']?(1|true|on|yes)\b|^\s*-\s*["']?\.{1,2}\/?:\//im;

/** The override file in the root that compose merges by itself, when it is made for development. */
function developmentOverride({ files, read, tracks }: RepositoryFacts): string | null {
  const found = files.find((file) => /^(docker-)?compose\.override\.ya?ml$/.test(file));
  return found !== undefined && tracks(found) !== 'no' && TRAITS.test(read(found) ?? '') ? found : null;
}

interface DeployText {
  readonly file: string;
  readonly text: string;
  readonly start: number;
}

/** Scripts that are named for deploying, and what deploying jobs of pipelines run. */
function deployTexts({ files, read, model }: RepositoryFacts): readonly DeployText[] {
  const scripts = files.filter(
    (file) => /(^|\/)[\w.-]*(deploy|release|prod)[\w.-]*\.(sh|bash)$/i.test(file) && !/(^|[/._-])(dev|local|test|staging)/i.test(file),
  );
  return [...scripts.map((file) => ({ file, text: read(file) ?? '', start: 0 })), ...model.pipelines.flatMap(jobTexts)];
}

function jobTexts({ jobs }: Pipeline): readonly DeployText[] {
  return jobs
    .filter(({ deploys }) => deploys !== null)
    .flatMap(({ steps }) =>
      steps.flatMap(({ script }) => (script === null ? [] : [{ file: script.at.file, text: script.text, start: script.at.start }])),
    );
}
