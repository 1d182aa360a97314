import { defineRule, type Mount, type Process, type RepositoryFacts } from '../../src/rule.ts';
import { isMeantForProduction } from '../shared/processes/meant-for-production.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const files = { ...django(), Dockerfile: DOCKERFILE };
const web = (mount: string, more = '') => ({
  ...files,
  'docker-compose.prod.yml': `services:\n  web:\n    build: .\n    volumes:\n      - ${mount}\n${more}`,
});

export default defineRule({
  id: 'container/source-bind-mounted',
  title: 'Source tree bind-mounted over the image in production',
  severity: 'warning',
  topic: 9,
  since: '0.1.0',
  why: 'The running code is whatever lies on the host, not what was built and tested: a rollback of the image changes nothing, two hosts differ, and a `git pull` changes a running site.',
  fix: 'Remove the mount from production and rebuild the image; keep it in an override for development.',
  autofix: 'unsafe',
  links: ['https://docs.docker.com/compose/how-tos/production/'],
  examples: {
    bad: [
      web('.:/app # !'),
      web('./:/app/:ro # !'),
      // Over a parent of the folder that the image works in.
      { ...web('.:/srv # !'), Dockerfile: DOCKERFILE.replace('WORKDIR /app', 'WORKDIR /srv/app') },
      // One anchor for several services is one fault.
      web('.:/app # !', '  worker:\n    build: .\n    command: celery -A mysite worker\n    volumes:\n      - .:/app\n'),
    ],
    good: [
      web('./mysite/settings.py:/app/mysite/settings.py:ro'),
      web('./media:/app/media'),
      web('data:/app', 'volumes:\n  data:\n'),
      web('.:/backup'),
      // Where the project stands on the host of an operator is not known.
      web('/srv/site:/app'),
      {
        ...files,
        'docker-compose.prod.yml': 'services:\n  web:\n    build: .\n',
        'docker-compose.override.yml': 'services:\n  web:\n    volumes: [".:/app"]\n',
      },
    ],
    undecided: [{ ...web('.:/app'), Dockerfile: DOCKERFILE.replace('WORKDIR /app\n', 'ARG HOME_DIR\nWORKDIR $HOME_DIR\n') }],
  },
  needs: ['processes', 'compose', 'deployment', 'repository'],
  check({ processes, deployment, repository }, ctx) {
    if (!isMeantForProduction(deployment)) return;
    const found: { readonly process: Process; readonly mount: Mount }[] = [];
    for (const process of processes) {
      if (process.settings === null || process.image === null) continue;
      for (const mount of process.mounts.items.filter((one) => holdsProject(one, process, repository))) {
        if (process.workdir.kind !== 'known') ctx.undecided('The folder that the container works in is not known.', mount.at);
        else if (covers(mount.target, process.workdir.value)) found.push({ process, mount });
      }
    }
    const [first, ...others] = found;
    if (first === undefined) return;
    const places = new Map(others.map(({ process, mount }) => [`${mount.at.file} ${mount.at.start}`, { process, mount }]));
    places.delete(`${first.mount.at.file} ${first.mount.at.start}`);
    ctx.report({
      at: first.mount.at,
      message: `\`${first.process.name}\` runs the code of the checkout on the host, which is mounted on \`${first.mount.target}\`, and not that of its image.`,
      subject: first.mount.at.file,
      related: [...places.values()].map(({ process, mount }) => ({ at: mount.at, message: `so does \`${process.name}\`` })),
    });
  },
});

/** A folder of the repository with manage.py in it, or the one that the image is built from. */
function holdsProject({ kind, source }: Mount, { image }: Process, { files }: Pick<RepositoryFacts, 'files'>): boolean {
  if (kind !== 'bind' || source.startsWith('/') || source.startsWith('~') || source.startsWith('..')) return false;
  const folder = source === '.' ? '' : source.replace(/\/+$/, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const isContext =
    image?.build != null && image.build.context === folder && files.some((file) => file.startsWith(prefix) && file.endsWith('.py'));
  return isContext || files.includes(`${prefix}manage.py`);
}

function covers(outer: string, inner: string): boolean {
  const base = outer.replace(/\/+$/, '');
  return inner.replace(/\/+$/, '') === base || inner.startsWith(`${base}/`);
}
