import { type Answer, defineRule, type Process, type ProxyFacts, type Value } from '../../src/rule.ts';
import { or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';

const CONF = nginx(PASS.replace('http://web:8000', 'http://${APP_HOST}:8000'));
const MARKED = CONF.replace(':8000;', ':8000; # !');
const project = (path: string, target: string, conf: string, lines = '') => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': compose({ nginx: lines }).replace('./nginx.conf:/etc/nginx/conf.d/default.conf', `./${path}:${target}`),
  [path]: conf,
});

export default defineRule({
  id: 'proxy/template-placeholders-not-rendered',
  title: '${NAME} in a configuration that nothing fills in',
  severity: 'error',
  topic: 2,
  since: '0.1.0',
  why: 'The official image of nginx fills in only what lies in /etc/nginx/templates. Elsewhere nginx takes ${NAME} for a variable of its own and does not start, or takes it literally.',
  fix: 'Mount it as `/etc/nginx/templates/default.conf.template`.',
  autofix: 'unsafe',
  links: [
    'https://github.com/nginx/docker-nginx/blob/master/entrypoint/20-envsubst-on-templates.sh',
    'https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#set',
  ],
  cross: true,
  examples: {
    bad: [
      project('nginx.conf', '/etc/nginx/conf.d/default.conf', MARKED),
      {
        ...project('x', '/x', ''),
        'nginx/Dockerfile': 'FROM nginx:1.27\nCOPY site.conf /etc/nginx/conf.d/\n',
        'nginx/site.conf': MARKED,
        'docker-compose.yml': compose()
          .replace('image: nginx:1.27', 'build: ./nginx')
          .replace(/ {4}volumes:\n.*default.conf\n/, ''),
      },
    ],
    good: [
      project('nginx.conf', '/etc/nginx/templates/default.conf.template', CONF),
      project('nginx.conf', '/etc/nginx/conf.d/default.conf.template', CONF),
      project('nginx.conf', '/etc/nginx/conf.d/default.conf', nginx(PASS)),
      project('nginx.conf', '/etc/nginx/conf.d/default.conf', `${nginx(`    set $APP_HOST web;\n${PASS}`)}# \${NOTE}\n`),
      project('nginx.conf', '/etc/nginx/conf.d/default.conf', nginx(`    set $APP_HOST web;\n${PASS.replace('//web:', '//${APP_HOST}:')}`)),
      project(
        'nginx.conf',
        '/etc/nginx/conf.d/default.conf',
        CONF,
        '    command: sh -c "envsubst < /etc/nginx/conf.d/default.conf > /tmp/a.conf && exec nginx -c /tmp/a.conf -g \'daemon off;\'"\n',
      ),
    ],
  },
  needs: ['proxy', 'repository'],
  check({ proxy, repository }, ctx) {
    const seen = new Set<string>();
    for (const { software, process, file } of proxy.servers) {
      if (software !== 'nginx' || process === null || process.host !== 'container' || seen.has(file)) continue;
      seen.add(file);
      const path = process.paths.runtimePath(file);
      if (path === null || !/^\/etc\/nginx\/(nginx\.conf|(conf\.d|sites-enabled)\/[^/]+\.conf)$/.test(path)) continue;
      const text = repository.read(file) ?? '';
      const [hole] = placeholdersIn(text, definitions(proxy, repository));
      if (hole === undefined || startsWithTemplates(process) !== 'no') continue;
      ctx.report({
        at: { file, start: hole.at, end: hole.at + hole.text.length },
        message: `\`${hole.text}\` stands in \`${path}\` of \`${process.name}\`, where nothing fills it in: nginx takes it for a variable of its own.`,
        subject: file,
      });
    }
  },
});

interface Placeholder {
  readonly text: string;
  readonly at: number;
}

/** `${NAME}` in capitals outside of comments, which no directive defines: nginx knows no such variables by itself. */
function placeholdersIn(text: string, defined: ReadonlySet<string>): readonly Placeholder[] {
  const found: Placeholder[] = [];
  for (const one of text.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)) {
    const line = text.slice(text.lastIndexOf('\n', one.index) + 1, one.index);
    if (!/(^|\s)#/.test(line) && !defined.has((one[1] ?? '').toLowerCase())) found.push({ text: one[0], at: one.index });
  }
  return found;
}

/** Names that `set`, `map` and the like define in any of the files; nginx does not tell capitals apart. */
function definitions({ servers }: ProxyFacts, { read }: { read(path: string): string | null }): ReadonlySet<string> {
  const files = new Set(servers.map(({ file }) => file));
  return new Set(
    [...files].flatMap((file) => {
      const text = read(file) ?? '';
      const written = [
        ...text.matchAll(/(?:^|[\s;{])(?:set|perl_set|js_set|auth_request_set)\s+\$(\w+)/g),
        ...text.matchAll(/(?:^|[\s;{])(?:map|geo|split_clients)\s+[^;{]*\$(\w+)\s*\{/g),
      ];
      return written.map((one) => (one[1] ?? '').toLowerCase());
    }),
  );
}

const RENDERS = /envsubst|dockerize|gomplate|confd|\bsed\b|\bperl\b|jinja|j2|mustache|\.template|esh|\benv\b/;

/** Whether a command that this container is started or built with may fill templates in; a script that is not followed may. */
function startsWithTemplates({ image, command, steps }: Process): Answer {
  const build = image?.build ?? null;
  const official = /^nginx(-unprivileged)?$/.test(image?.base ?? '');
  if (!official) return 'maybe';
  const words = (argv: readonly Value<string>[]): Answer =>
    or(
      ...argv.map(
        (one): Answer =>
          one.kind !== 'known' ? 'maybe' : RENDERS.test(one.value) ? 'yes' : /\.(sh|py)$|entrypoint/.test(one.value) ? 'maybe' : 'no',
      ),
      'no',
    );
  const written = command.kind === 'known' ? words(command.value) : 'no';
  const built =
    build === null
      ? []
      : [...build.runs.map(({ argv }) => words(argv)), words(build.entrypoint?.argv ?? []), words(build.command?.argv ?? [])];
  return or(written, ...steps.map(({ argv }) => words(argv)), ...built, 'no');
}
