import { defineRule, type Origin, originOf, type Process, type Span, type Value } from '../../src/rule.ts';
import { isGivenInView } from '../shared/processes/pulled-image.ts';
import { publicPorts } from '../shared/requests/address.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const TRIVIAL = /^(admin|grafana|password|changeme|change-me|secret|test|123456|root|example)?$/i;

function project(environment: string, ports = '    ports: ["3000:3000"]\n', more = ''): Record<string, string> {
  return {
    ...django(),
    Dockerfile: DOCKERFILE,
    'docker-compose.yml': `services:\n  web:\n    build: .\n  grafana:\n    image: grafana/grafana:12.0\n${ports}${environment}${more}`,
  };
}

const PASSWORD = '    environment:\n      GF_SECURITY_ADMIN_PASSWORD: ';

export default defineRule({
  id: 'logging/grafana-default-credentials',
  title: 'Grafana with default or anonymous admin access',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Whoever logs in as admin, or needs no login, reads every dashboard, asks the data sources anything and sees how they are reached.',
  fix: 'Set GF_SECURITY_ADMIN_PASSWORD from a secret, give anonymous visitors the role Viewer at most, and publish the port on 127.0.0.1 only.',
  autofix: 'unsafe',
  links: [
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#admin_password',
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/grafana/#anonymous-authentication',
  ],
  cwe: ['CWE-1392', 'CWE-306'],
  examples: {
    bad: [
      project(`${PASSWORD}admin # !\n`),
      project('', '    ports:\n      - "3000:3000" # !\n'),
      project(`${PASSWORD}kV3pQ9xTf27LwZ\n      GF_AUTH_ANONYMOUS_ENABLED: "true"\n      GF_AUTH_ANONYMOUS_ORG_ROLE: Admin # !\n`),
    ],
    good: [
      project(`${PASSWORD}kV3pQ9xTf27LwZ\n`),
      project(`${PASSWORD}\${GRAFANA_PASSWORD:?}\n`.replace('${GRAFANA_PASSWORD:?}', 'kV3pQ9xTf27LwZ')),
      project(`${PASSWORD}admin\n`, '    ports: ["127.0.0.1:3000:3000"]\n'),
      project(`${PASSWORD}admin\n`, ''),
      project(`${PASSWORD}kV3pQ9xTf27LwZ\n      GF_AUTH_ANONYMOUS_ENABLED: "true"\n`),
      project('    environment:\n      GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana\n'),
    ],
    undecided: [
      project(`${PASSWORD}\${GRAFANA_PASSWORD:?}\n`),
      project('', undefined, '    env_file: grafana.env\n'),
      project('', undefined, '    volumes: ["./grafana.ini:/etc/grafana/grafana.ini"]\n'),
    ],
  },

  needs: ['processes', 'deployment'],
  check({ processes, deployment }, ctx) {
    for (const process of processes) {
      if (!/^grafana(-oss|-enterprise)?$/.test(process.image?.base ?? '')) continue;
      const [door] = publicPorts(process);
      if (door === undefined) continue;
      for (const { how, at, weak } of [...password(process, isGivenInView(process, deployment), door.at), ...anonymous(process)]) {
        if (how === null) ctx.undecided(`How \`${process.name}\` lets people in is not known.`, at);
        else
          ctx.report({
            at,
            message: `\`${process.name}\` is published on every interface of the host and ${how}.`,
            subject: process.name,
            related: weak ? [] : [{ at: door.at, message: 'it is published here' }],
            ...(weak ? { severity: 'warning', because: 'the first login asks for a new password' } : {}),
          });
      }
    }
  },
});

interface Judged {
  /** In words; null when it is not known. */
  readonly how: string | null;
  readonly at: Origin | Span;
  readonly weak: boolean;
}

/** Variables go before grafana.ini; `…__FILE` names a file. */
function password({ environment, mounts, command }: Process, inView: boolean, door: Span): readonly Judged[] {
  const { variables } = environment;
  const value = variables.get('GF_SECURITY_ADMIN_PASSWORD');
  if (value !== undefined) return given(value);
  if (
    ['GF_SECURITY_ADMIN_PASSWORD__FILE', 'GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION', 'GF_AUTH_DISABLE_LOGIN_FORM'].some((name) =>
      variables.has(name),
    )
  )
    return [];
  const configured =
    variables.has('GF_PATHS_CONFIG') ||
    mounts.items.some(({ target }) => target.startsWith('/etc/grafana') && !target.startsWith('/etc/grafana/provisioning'));
  const ownCommand = command.kind === 'unknown' && command.why === 'third-party';
  if (configured || !inView || !ownCommand || mounts.complete !== true) return [{ how: null, at: door, weak: false }];
  return [{ how: 'lets admin in with the password admin', at: door, weak: true }];
}

function given(value: Value<string>): readonly Judged[] {
  if (value.kind !== 'known') return [{ how: null, at: originOf(value), weak: false }];
  return TRIVIAL.test(value.value) ? [{ how: 'has a default or trivial password', at: value.origin, weak: false }] : [];
}

function anonymous({ environment: { variables } }: Process): readonly Judged[] {
  const on = variables.get('GF_AUTH_ANONYMOUS_ENABLED');
  const role = variables.get('GF_AUTH_ANONYMOUS_ORG_ROLE');
  if (on?.kind !== 'known' || on.value.toLowerCase() !== 'true' || role === undefined) return [];
  if (role.kind !== 'known') return [{ how: null, at: originOf(role), weak: false }];
  return /^(admin|editor)$/i.test(role.value) ? [{ how: `makes every visitor ${role.value}`, at: role.origin, weak: false }] : [];
}
