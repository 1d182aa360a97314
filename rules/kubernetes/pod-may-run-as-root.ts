import { type Data, defineRule, type RepositoryFacts, type Value } from '../../src/rule.ts';
import { containerOf, type PodContainer, stands } from '../shared/processes/pods.ts';
import { cluster } from '../shared/values/cluster-example.ts';
import { DOCKERFILE } from '../shared/values/examples.ts';

const USER = { Dockerfile: DOCKERFILE.replace('COPY', 'RUN useradd app\nCOPY').replace('CMD', 'USER app\nCMD') };
/** An image that some other repository builds. */
const FOREIGN = { Dockerfile: '', 'docker/a/Dockerfile': DOCKERFILE, 'docker/b/Dockerfile': DOCKERFILE };
const START = '          command: [gunicorn, mysite.wsgi]\n';

export default defineRule({
  id: 'kubernetes/pod-may-run-as-root',
  title: 'Pod may run as root',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Nothing keeps the container from running as root: who breaks into the application owns the container and has an easier way out of it.',
  fix: 'Set `securityContext: {runAsNonRoot: true, runAsUser: 1000}` on the pod, and `allowPrivilegeEscalation: false` on the container.',
  autofix: 'unsafe',
  links: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted'],
  cwe: ['CWE-250'],
  examples: {
    bad: [
      cluster({ mark: ' # !', pod: '      securityContext:\n        runAsUser: 0\n', files: USER }),
      cluster({ mark: ' # !', container: START, files: FOREIGN }),
    ],
    good: [
      cluster({ files: USER }),
      cluster({ pod: '      securityContext:\n        runAsNonRoot: true\n        runAsUser: 1000\n' }),
      cluster({ container: `${START}          securityContext:\n            runAsUser: 1000\n`, files: FOREIGN }),
      cluster({ container: `${START}          securityContext:\n            runAsNonRoot: true\n`, files: FOREIGN }),
      // The rule about images speaks of a Dockerfile without USER.
      cluster(),
    ],
    undecided: [
      cluster({ container: START, pod: '      securityContext: ${SECURITY}\n', files: FOREIGN }),
      cluster({ container: START, files: { ...FOREIGN, 'docker/b/Dockerfile': USER.Dockerfile } }),
    ],
  },

  needs: ['processes', 'kubernetes', 'repository'],
  check({ processes, kubernetes, repository }, ctx) {
    const told = new Set<string>();
    for (const process of processes) {
      const container = process.settings === null ? null : containerOf(process, kubernetes);
      if (container === null) continue;
      const user = setting(container, 'runAsUser');
      const nonRoot = setting(container, 'runAsNonRoot');
      if (user === 'maybe' || nonRoot === 'maybe') {
        ctx.undecided('The security context of the pod is filled in by a template.', process.at);
        continue;
      }
      const isRoot = user === '0';
      const isOpen = user === null && process.image?.build == null;
      if (nonRoot === 'true' || !(isRoot || isOpen)) continue;
      if (!isRoot && mayBeOwnImage(repository)) {
        ctx.undecided('The image may be one that a Dockerfile of the repository builds for a user of its own.', process.at);
        continue;
      }
      // Containers of one image are mended together.
      const image = process.image?.reference?.kind === 'known' ? process.image.reference.value : container.object.name;
      if (told.has(image)) continue;
      told.add(image);
      ctx.report({
        at: process.at,
        message: isRoot
          ? `\`${process.name}\` runs as root: its security context says \`runAsUser: 0\`.`
          : `Nothing keeps \`${process.name}\` from running as root: no security context sets \`runAsNonRoot\` or a user.`,
        subject: container.object.name,
      });
    }
  },
});

/** A Dockerfile that names a user, for an image that nothing here says it builds. */
function mayBeOwnImage({ files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  return files.some((file) => /(^|\/)[\w.-]*Dockerfile[\w.-]*$/.test(file) && /^USER\s+(?!(root|0)\b)/m.test(read(file) ?? ''));
}

/** A field of the container's security context, else of the pod's; null when neither says it. */
function setting({ object, path, pod }: PodContainer, name: string): string | 'maybe' | null {
  for (const place of [path, pod]) {
    const answer = stands(object, ...place, 'securityContext', name);
    if (answer === 'maybe') return 'maybe';
    if (answer === 'yes') return textOf(object.get(...place, 'securityContext', name));
  }
  return null;
}

function textOf(value: Value<Data | undefined>): string | 'maybe' {
  return value.kind === 'known' ? String(value.value) : 'maybe';
}
