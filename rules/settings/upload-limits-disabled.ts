import { type Answer, type Context, type Data, defineRule, type ProxyFacts, type Report, type SettingsFacts } from '../../src/rule.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { servesVisitors } from '../shared/requests/web.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { compose, DOCKERFILE, django, nginx, PASS } from '../shared/values/examples.ts';
import { FILES_LIMIT, readsSince } from '../shared/values/release.ts';

interface Limit {
  readonly name: string;
  readonly byDefault: number;
  readonly what: string;
}

const LIMITS: readonly Limit[] = [
  { name: 'DATA_UPLOAD_MAX_MEMORY_SIZE', byDefault: 2_621_440, what: 'bytes of a request body (files aside) are read into memory' },
  { name: 'DATA_UPLOAD_MAX_NUMBER_FIELDS', byDefault: 1000, what: 'fields of a form are parsed' },
  { name: 'DATA_UPLOAD_MAX_NUMBER_FILES', byDefault: 100, what: 'files of a form are parsed' },
];

/** A limit that is raised beyond this many times its default limits nothing. */
const FACTOR = 100;

export default defineRule({
  id: 'settings/upload-limits-disabled',
  title: 'Request size or field limits are disabled',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'One request can exhaust memory or keep a process busy: the limits are there against denial of service.',
  fix: 'Keep the default, or set the largest value that a form of the site really needs.',
  autofix: 'unsafe',
  links: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#data-upload-max-memory-size',
    'https://www.djangoproject.com/weblog/2023/feb/14/security-releases/',
  ],
  cwe: ['CWE-770'],
  cross: true,
  examples: {
    bad: [
      { 'settings.py': 'DATA_UPLOAD_MAX_MEMORY_SIZE = None # !\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FIELDS = None # !\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FIELDS = 10**6 # !\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**3 # !\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = None # !\n', 'requirements.txt': 'Django==4.1.7\n' },
      {
        ...django('DATA_UPLOAD_MAX_MEMORY_SIZE = None # !\n'),
        Dockerfile: DOCKERFILE,
        'docker-compose.yml': compose(),
        'nginx.conf': nginx(`    client_max_body_size 10M;\n${PASS}`),
      },
    ],
    good: [
      { 'settings.py': 'DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024\nDATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = None\n', 'requirements.txt': 'Django==4.1.6\n' },
      { 'settings.py': 'FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**3\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [
      { 'settings.py': 'from elsewhere import limit\n\nDATA_UPLOAD_MAX_NUMBER_FIELDS = limit()\n' },
      { 'settings.py': 'DATA_UPLOAD_MAX_NUMBER_FILES = None\n', 'requirements.txt': 'Django>=4.1,<4.2\n' },
    ],
  },

  needs: ['settings', 'deployment'],
  check({ settings, deployment }, ctx) {
    if (!servesVisitors(settings)) return;
    for (const limit of LIMITS) if (settings.sets(limit.name) !== 'no') judge(limit, settings, deployment.proxy, ctx);
  },
});

function judge({ name, byDefault, what }: Limit, settings: SettingsFacts, proxy: ProxyFacts | null, ctx: Context): void {
  const read: Answer = name === 'DATA_UPLOAD_MAX_NUMBER_FILES' ? readsSince(FILES_LIMIT, settings.django) : 'yes';
  if (read === 'no') return;
  ctx.expect(
    settings.get(name),
    (limit) => or(not(read), isBounded(limit, byDefault)),
    (limit) => ({
      message: limit === null ? `\`${name}\` is \`None\`: any number of ${what}.` : `\`${name}\` is ${limit}: that many ${what}.`,
      subject: name,
      ...(name === 'DATA_UPLOAD_MAX_MEMORY_SIZE' ? bodyCover(proxy) : {}),
    }),
  );
}

function isBounded(limit: Data | undefined, byDefault: number): Answer {
  if (limit === null) return 'no';
  return typeof limit === 'number' ? answer(limit <= byDefault * FACTOR) : 'maybe';
}

/** A body that the proxy refuses is read by nobody. */
function bodyCover(proxy: ProxyFacts | null): Pick<Report, 'severity' | 'because' | 'coveredBy'> {
  const routes = proxy === null || proxy.complete !== true ? [] : applicationRoutes(proxy);
  const [first] = routes;
  const limited = routes.every(({ location }) => location.bodyLimit.kind === 'known' && location.bodyLimit.value > 0);
  if (first === undefined || !limited) return {};
  return { severity: 'note', because: 'the proxy limits the size of every request body', coveredBy: first.location.at };
}
