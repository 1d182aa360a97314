import { type Deployment, defineRule, type Process, type ProxyFacts, type RepositoryFacts, type Span } from '../../src/rule.ts';
import { isGivenInView } from '../shared/processes/pulled-image.ts';
import { isPublicAddress } from '../shared/requests/address.ts';
import { locationName, routesOf } from '../shared/requests/proxy.ts';
import { behindNginx } from '../shared/requests/proxy-example.ts';
import { celeryCommands, runs } from '../shared/tasks/celery.ts';
import { celeryProject, REDIS } from '../shared/tasks/task-example.ts';
import { nginx, PASS } from '../shared/values/examples.ts';
import { hasWord } from '../shared/values/words.ts';

const FLOWER = '  flower:\n    build: .\n    command: celery -A mysite flower\n';
const IMAGE = '  flower:\n    image: mher/flower:2.0\n';
const OPEN = '    ports:\n      - "5555:5555" # !\n';
const route = (line: string, mark: string) =>
  `${PASS}\n    location /flower/ {${mark}\n        ${line}\n        proxy_pass http://flower:5555;\n        proxy_set_header Host $host;\n    }`;

export default defineRule({
  id: 'tasks/flower-unauthenticated',
  title: 'Flower dashboard reachable without authentication',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Anyone sees every task with its arguments, results and tracebacks; older releases also let anyone revoke tasks and shut workers down.',
  fix: 'Set FLOWER_BASIC_AUTH, or publish the port on 127.0.0.1 only.',
  autofix: 'unsafe',
  links: ['https://flower.readthedocs.io/en/latest/auth.html', 'https://flower.readthedocs.io/en/latest/config.html#basic-auth'],
  cwe: ['CWE-306'],
  cross: true,
  examples: {
    bad: [
      celeryProject(`${REDIS}${FLOWER}${OPEN}`),
      celeryProject(`${REDIS}${IMAGE}${OPEN}`),
      behindNginx(nginx(route('', ' # !')), '', { services: IMAGE }),
    ],
    good: [
      celeryProject(`${REDIS}${FLOWER.replace('flower\n', 'flower --basic-auth=staff:pw\n')}${OPEN.replace(' # !', '')}`),
      celeryProject(`${REDIS}${IMAGE}    environment:\n      FLOWER_BASIC_AUTH: staff:pw\n${OPEN.replace(' # !', '')}`),
      celeryProject(`${REDIS}${FLOWER}    ports: ["127.0.0.1:5555:5555"]\n`),
      celeryProject(`${REDIS}${FLOWER}`),
      behindNginx(nginx(route('auth_basic "staff"; auth_basic_user_file /etc/nginx/users;', '')), '', { services: IMAGE }),
    ],
    undecided: [
      celeryProject(`${REDIS}${FLOWER}    env_file: ops.env\n${OPEN.replace(' # !', '')}`),
      celeryProject(`${REDIS}${IMAGE}    env_file: ops.env\n${OPEN.replace(' # !', '')}`),
      celeryProject(`${REDIS}${FLOWER}${OPEN.replace(' # !', '')}`, '', { 'flowerconfig.py': "basic_auth = ['a:b']\n" }),
    ],
  },

  needs: ['processes', 'repository', 'deployment'],
  check({ processes, repository, deployment }, ctx) {
    for (const process of processes.filter(isFlower)) {
      const asks = asksForPassword(process, deployment, repository);
      const doors = [...published(process), ...(deployment.proxy === null ? [] : routed(process, deployment.proxy))];
      for (const door of doors) {
        if (asks === 'yes') continue;
        if (asks === 'maybe' || door.open === 'maybe') {
          ctx.undecided(`Whether \`${process.name}\` asks for a password is not known.`, door.at);
          continue;
        }
        ctx.report({
          at: door.at,
          message: `Flower (\`${process.name}\`) is reachable ${door.how} and asks for no password: anyone sees every task with its arguments.`,
          subject: process.name,
          related: [{ at: process.commandAt, message: 'Flower is started here, without `--basic-auth`' }],
        });
      }
    }
  },
});

function isFlower(process: Process): boolean {
  return process.image?.base === 'flower' || celeryCommands(process).some((command) => runs(command, 'flower'));
}

/** Options, variables (FLOWER_ and the name of the option) and a configuration file can each ask for one. */
function asksForPassword(process: Process, deployment: Deployment, { files }: RepositoryFacts): 'yes' | 'no' | 'maybe' {
  const { command, environment, image } = process;
  const option = hasWord(command, '--basic-auth', '--basic_auth', '--auth', '--auth-provider', '--auth_provider');
  if (option === 'yes') return 'yes';
  const variables = ['FLOWER_BASIC_AUTH', 'FLOWER_AUTH'].flatMap((name) => environment.variables.get(name) ?? []);
  if (variables.some((value) => value.kind === 'known' && value.value !== '')) return 'yes';
  const ownCommand = command.kind !== 'known' && image?.base === 'flower' && command.kind === 'unknown' && command.why === 'third-party';
  const unclear =
    (option === 'maybe' && !ownCommand) || hasWord(command, '--conf') === 'yes' || variables.some(({ kind }) => kind !== 'known');
  // The image of Flower itself sets none of these variables.
  const closed = environment.closed === true || (image?.base === 'flower' && isGivenInView(process, deployment));
  return unclear || !closed || files.some((file) => /(^|\/)flowerconfig\.py$/.test(file)) ? 'maybe' : 'no';
}

interface Door {
  readonly at: Span;
  readonly how: string;
  readonly open: 'yes' | 'maybe';
}

function published({ ports }: Process): readonly Door[] {
  return ports.flatMap(({ address, at }): Door[] => {
    if (address.kind !== 'known') return [{ at, how: 'from other machines', open: 'maybe' }];
    return isPublicAddress(address.value) ? [{ at, how: 'on every interface of the host', open: 'yes' }] : [];
  });
}

function routed({ name }: Process, proxy: ProxyFacts): readonly Door[] {
  return routesOf(proxy).flatMap(({ location }): Door[] => {
    const leads = location.upstreams.items.some(({ address }) => address.kind === 'tcp' && address.host === name);
    if (!leads || location.restricted === 'yes') return [];
    return [{ at: location.at, how: `through \`${locationName(location)}\``, open: location.restricted === 'no' ? 'yes' : 'maybe' }];
  });
}
