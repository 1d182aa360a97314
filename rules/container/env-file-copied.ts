import { defineRule } from '../../src/rule.ts';
import { compose, django } from '../shared/values/examples.ts';

const SECRET_FILE = /(^|\/)(\.env(\.(prod|production|live|staging|local))?|[^/]*\.pem|id_rsa|id_ed25519|credentials\.json)$/;

const image = (copy: string) =>
  `FROM python:3.12-slim\nENV PYTHONUNBUFFERED=1\nWORKDIR /app\n${copy}\nCMD ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n`;
const files = { ...django(), 'docker-compose.yml': compose() };

export default defineRule({
  id: 'container/env-file-copied',
  title: '.env copied into the image',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Production credentials ship in a layer of the image, for everyone who can pull it, and stay there after a later layer deletes the file.',
  fix: 'Pass it at run time with `env_file`, secrets or the platform.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/build/building/secrets/'],
  cwe: ['CWE-538'],
  examples: {
    bad: [{ ...files, Dockerfile: image('COPY .env mysite ./ # !') }],
    good: [
      { ...files, Dockerfile: image('COPY .env.example mysite ./') },
      { ...files, Dockerfile: image('COPY requirements.txt mysite ./') },
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    const seen = new Set<string>();
    for (const { image: one } of processes) {
      const build = one?.build;
      if (!build || seen.has(build.dockerfile)) continue;
      seen.add(build.dockerfile);
      for (const copy of build.copies) {
        const source = copy.from === null ? copy.sources.find((path) => SECRET_FILE.test(path)) : undefined;
        if (source === undefined || build.ignores(source)) continue;
        ctx.report({
          at: copy.at,
          message: `\`${source}\` is copied into the image: its secrets ship in a layer.`,
          subject: build.dockerfile,
        });
      }
    }
  },
});
