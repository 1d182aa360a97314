import { type Command, defineRule, type JobStep } from '../../src/rule.ts';
import { bitbucket, circleci, circleJob, github, gitlab, job, project, run } from '../shared/pipelines/examples.ts';
import { stepsOnce } from '../shared/pipelines/production.ts';

const PUSH = 'docker push registry.example/shop:latest';
const LIVE = {
  'docker-compose.prod.yml': 'services:\n  web:\n    image: registry.example/shop:latest\n    command: gunicorn mysite.wsgi\n',
};
const shop = (files: Readonly<Record<string, string>>) => project({ ...LIVE, ...files });

export default defineRule({
  id: 'ci/image-tagged-latest-only',
  title: 'Images pushed and deployed only as latest',
  severity: 'note',
  topic: 9,
  since: '0.1.0',
  why: 'The image before is gone from the registry under any name: there is nothing to roll back to, and nobody can tell which code is running.',
  fix: 'Push a tag with the commit as well, and deploy that one.',
  autofix: 'none',
  links: ['https://github.com/docker/metadata-action#tags-input', 'https://kubernetes.io/docs/concepts/containers/images/#image-names'],
  examples: {
    bad: [
      shop(github(job('build', run(PUSH, ' # !')))),
      shop(
        github(
          job(
            'build',
            '      - uses: docker/build-push-action@v7 # !\n        with:\n          push: true\n          tags: registry.example/shop:latest\n',
          ),
        ),
      ),
      shop(gitlab(`build:\n  script:\n    - ${PUSH} # !\n`)),
      shop(circleci(circleJob('build', `      - run: ${PUSH} # !\n`), '      - build\n')),
      shop(bitbucket(`  default:\n    - step:\n        script:\n          - ${PUSH} # !\n`)),
    ],
    good: [
      shop(github(job('build', `${run(PUSH)}${run(`docker push registry.example/shop:\${{ github.sha }}`)}`))),
      shop(
        github(
          job(
            'build',
            '      - uses: docker/build-push-action@v7\n        with:\n          push: true\n          tags: |\n            registry.example/shop:latest\n            registry.example/shop:1.4\n',
          ),
        ),
      ),
      project(github(job('build', run(PUSH)))),
      shop(github(job('build', run('docker push registry.example/other:latest')))),
      shop(github(job('build', run('docker push --all-tags registry.example/shop')))),
    ],
  },

  needs: ['pipelines', 'repository'],
  check({ pipelines, repository }, ctx) {
    const pushed = stepsOnce(pipelines).flatMap(({ step, pipeline }) => pushesOf(step).map((one) => ({ ...one, pipeline })));
    const served = new Set(
      repository.model.deployments.flatMap(({ processes }) =>
        processes.flatMap(({ image }) =>
          image?.reference?.kind === 'known' && isLatest(image.reference.value) ? [nameOf(image.reference.value)] : [],
        ),
      ),
    );
    const told = new Set<string>();
    for (const { tag, at, pipeline } of pushed) {
      const name = nameOf(tag);
      const isOnly = isLatest(tag) && pushed.every((one) => (nameOf(one.tag) === name ? isLatest(one.tag) : !/[$?*]/.test(one.tag)));
      if (!isOnly || !served.has(name) || told.has(name)) continue;
      told.add(name);
      ctx.report({
        at,
        message: `\`${name}\` is pushed and deployed as \`latest\` only: no image of an earlier release is left.`,
        subject: `${pipeline.file} ${name}`,
      });
    }
  },
});

interface Pushed {
  readonly tag: string;
  readonly at: JobStep['at'];
}

function pushesOf(step: JobStep): readonly Pushed[] {
  if (step.uses?.startsWith('docker/build-push-action@') === true && step.inputs.get('push')?.text === 'true') {
    const tags = (step.inputs.get('tags')?.text ?? '?').split(/[\n,]/).map((one) => one.trim());
    return tags.filter((one) => one !== '').map((tag) => ({ tag, at: step.at }));
  }
  return step.commands.filter(isPush).map(({ argv, at }) => ({ tag: wordsOf(argv).at(-1) ?? '?', at }));
}

function isPush({ name, argv }: Command): boolean {
  return name === 'docker' && wordsOf(argv).includes('push');
}

function wordsOf(argv: Command['argv']): readonly string[] {
  const words = argv.map((word) => (word.kind === 'known' ? word.value : '?'));
  // All tags at once are more than one.
  return words.some((word) => word === '-a' || word === '--all-tags') ? [...words, '?'] : words;
}

function isLatest(reference: string): boolean {
  return /^[^$?@]*$/.test(reference) && !/:[^/]+$/.test(reference.replace(/:latest$/, ''));
}

/** "registry.example/shop" of "registry.example/shop:latest". */
function nameOf(reference: string): string {
  return reference.replace(/:[^/]*$/, '');
}
