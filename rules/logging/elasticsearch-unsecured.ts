import { defineRule, placeOf } from '../../src/rule.ts';
import { publicPorts } from '../shared/requests/address.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const store = (environment: string, ports = '    ports: ["9200:9200"]\n') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': `services:\n  web:\n    build: .\n  search:\n    image: docker.elastic.co/elasticsearch/elasticsearch:8.15.0\n${ports}    environment:\n${environment}`,
});

export default defineRule({
  id: 'logging/elasticsearch-unsecured',
  title: 'Elasticsearch/OpenSearch security disabled and exposed',
  severity: 'error',
  topic: 8,
  since: '0.1.0',
  why: 'Anyone who reaches the port reads, changes and deletes all that is indexed, logs included; open servers are found and wiped within hours.',
  fix: 'Leave security on and give the site a password, or do not publish the port.',
  autofix: 'unsafe',
  links: [
    'https://www.elastic.co/docs/deploy-manage/security',
    'https://docs.opensearch.org/latest/security/configuration/disable-enable-security/',
  ],
  cwe: ['CWE-306'],
  examples: {
    bad: [
      store('      xpack.security.enabled: "false" # !\n'),
      store('      - DISABLE_SECURITY_PLUGIN=true # !\n'),
      store('      xpack.security.enabled: "false" # !\n', ''),
    ],
    good: [store('      xpack.security.enabled: "true"\n'), store('      discovery.type: single-node\n')],
    undecided: [store('      xpack.security.enabled: "${ES_SECURITY:?}"\n')],
  },

  needs: ['stores'],
  check({ stores }, ctx) {
    for (const { kind, name, process } of stores) {
      if (kind !== 'elasticsearch') continue;
      for (const [variable, off] of SWITCHES) {
        const value = process.environment.variables.get(variable);
        if (value === undefined) continue;
        const open = publicPorts(process).length > 0;
        ctx.expect(
          value,
          (text) => text.toLowerCase() !== off,
          (_text, decided) => ({
            at: placeOf(decided) ?? process.at,
            message: `\`${name}\` asks for no password${open ? ' and is published on every interface of the host' : ''}.`,
            subject: name,
            ...(open ? {} : { severity: 'note', because: 'it is not published' }),
          }),
        );
      }
    }
  },
});

const SWITCHES = [
  ['xpack.security.enabled', 'false'],
  ['DISABLE_SECURITY_PLUGIN', 'true'],
] as const;
