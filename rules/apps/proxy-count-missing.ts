import { type Context, casesOf, type Data, defineRule, type HeaderSet, type Process, type SettingsFacts } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { applicationRoutes } from '../shared/requests/proxy.ts';
import { answer, not, or } from '../shared/values/answer.ts';
import { anyItem, isSequence, textsIn, truth } from '../shared/values/data.ts';
import { compose, DOCKERFILE, django, nginx } from '../shared/values/examples.ts';

const pass = (address: string) =>
  nginx(`    location / {
        proxy_pass http://web:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For ${address};
    }`);
const API = "INSTALLED_APPS = ['rest_framework']\n";
const THROTTLES = "'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle'], 'DEFAULT_THROTTLE_RATES': {'anon': '5/min'}";
const AXES =
  "INSTALLED_APPS = ['axes']\nMIDDLEWARE = ['axes.middleware.AxesMiddleware']\nAUTHENTICATION_BACKENDS = ['axes.backends.AxesStandaloneBackend']";

function project(settings: string, address = '$proxy_add_x_forwarded_for') {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(), 'nginx.conf': pass(address) };
}

export default defineRule({
  id: 'apps/proxy-count-missing',
  title: 'Throttling trusts a client-supplied address',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'Clients send an X-Forwarded-For of their own and escape limits and lockouts, or all visitors share the address of the proxy.',
  fix: 'REST_FRAMEWORK["NUM_PROXIES"] = the number of proxies; AXES_IPWARE_PROXY_COUNT and AXES_IPWARE_META_PRECEDENCE_ORDER for axes.',
  autofix: 'unsafe',
  links: [
    'https://www.django-rest-framework.org/api-guide/throttling/#how-clients-are-identified',
    'https://django-axes.readthedocs.io/en/latest/4_configuration.html#configuring-reverse-proxies',
  ],
  cwe: ['CWE-348', 'CWE-307'],
  cross: true,
  examples: {
    bad: [project(`${API}REST_FRAMEWORK = {${THROTTLES}} # !\n`), project(AXES.replace("['axes']", "['axes'] # !"))],
    good: [
      project(`${API}REST_FRAMEWORK = {${THROTTLES}, 'NUM_PROXIES': 1}\n`),
      project(`${API}REST_FRAMEWORK = {${THROTTLES}}\n`, '$remote_addr'),
      project(`${API}REST_FRAMEWORK = {}\n`),
      project(`${AXES}\nAXES_IPWARE_PROXY_COUNT = 1\n`),
      project(`${AXES}\nAXES_LOCKOUT_PARAMETERS = ['username']\n`),
      { 'settings.py': `${API}REST_FRAMEWORK = {${THROTTLES}}\n` },
    ],
    undecided: [project(`from elsewhere import proxies\n\n${API}REST_FRAMEWORK = {${THROTTLES}, 'NUM_PROXIES': proxies()}\n`)],
  },

  needs: ['settings', 'deployment', 'repository'],
  check({ settings, deployment, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const routes = deployment.proxy === null ? [] : applicationRoutes(deployment.proxy);
    const behind = routes.filter(({ process }) => settings.processes.some(({ name }) => name === process.name));
    const appended = behind.map(({ location }) => location.requestHeaders.get('x-forwarded-for')).find((header) => isAppended(header));
    const [first] = behind;
    if (first === undefined || trustsRealAddress(whole)) return;
    if (appended !== undefined && repository.codeMentions(/\bdef get_ident\b/).items.length === 0) judgeThrottles(settings, appended, ctx);
    if (
      passesOwnAddress(first.process) &&
      !rewritesAddress(settings) &&
      repository.codeMentions(/REMOTE_ADDR['"]\]\s*=/).items.length === 0
    ) {
      judgeAxes(settings, first.location.pass?.at ?? first.location.at, ctx);
    }
  },
});

function isAppended(header: HeaderSet | undefined): boolean {
  return header?.value.includes('$proxy_add_x_forwarded_for') ?? false;
}

/** With a real_ip configuration (Apache: mod_remoteip) the proxy itself works out who the visitor is. */
function trustsRealAddress({ files, read }: { readonly files: readonly string[]; read(path: string): string | null }): boolean {
  return files.some(
    (file) =>
      /nginx|apache|\.conf(\.\w+)?$/i.test(file) && /^\s*(real_ip_header|set_real_ip_from|RemoteIPHeader)\b/m.test(read(file) ?? ''),
  );
}

function judgeThrottles(settings: SettingsFacts, header: HeaderSet, ctx: Context): void {
  ctx.expectAll(
    [
      settings.get('REST_FRAMEWORK', 'NUM_PROXIES'),
      settings.get('REST_FRAMEWORK', 'DEFAULT_THROTTLE_CLASSES'),
      installed(settings, 'rest_framework'),
    ],
    (count, classes, app) =>
      or(not(app.is), answer(count !== undefined && count !== null), not(isSequence(classes) ? truth(classes) : 'no')),
    () => ({
      message: '`NUM_PROXIES` is not set, so throttles tell clients apart by an X-Forwarded-For that the clients begin themselves.',
      subject: 'REST_FRAMEWORK.NUM_PROXIES',
      related: [{ at: header.at, message: 'the proxy appends to what the client sent' }],
    }),
  );
}

const AXES_ADDRESS = [
  'AXES_IPWARE_PROXY_COUNT',
  'AXES_PROXY_COUNT',
  'AXES_IPWARE_PROXY_TRUSTED_IPS',
  'AXES_PROXY_TRUSTED_IPS',
  'AXES_CLIENT_IP_CALLABLE',
  'AXES_IPWARE_META_PRECEDENCE_ORDER',
  'AXES_META_PRECEDENCE_ORDER',
  'IPWARE_META_PRECEDENCE_ORDER',
  'AXES_BEHIND_REVERSE_PROXY',
];

function judgeAxes(settings: SettingsFacts, at: Process['at'], ctx: Context): void {
  if (AXES_ADDRESS.some((name) => settings.sets(name) !== 'no') || isOff(settings)) return;
  ctx.expectAll(
    [installed(settings, 'axes'), settings.get('AXES_LOCKOUT_PARAMETERS')],
    (app, parameters) => or(not(app.is), parameters === undefined || parameters === null ? 'no' : not(countsAddress(parameters))),
    () => ({
      message: 'django-axes sees the address of the proxy for every visitor: one lockout locks everybody out.',
      subject: 'axes address',
      related: [{ at, message: 'all requests come from this proxy' }],
    }),
  );
}

function isOff(settings: SettingsFacts): boolean {
  const value = settings.get('AXES_ENABLED');
  return casesOf(value).some(({ then }) => then.kind === 'unknown' || (then.value !== undefined && truth(then.value) !== 'yes'));
}

function countsAddress(parameters: Data) {
  return anyItem(parameters, (one) => (isSequence(one) ? anyItem(one, (part) => part === 'ip_address') : one === 'ip_address'));
}

/** gunicorn leaves REMOTE_ADDR that of its peer; uvicorn takes it from the header where it trusts the proxy. */
function passesOwnAddress({ server }: Process): boolean {
  return (
    server?.software === 'gunicorn' &&
    server.workerClass.kind === 'known' &&
    /^(sync|gthread|gevent|eventlet)$/.test(server.workerClass.value)
  );
}

function rewritesAddress(settings: SettingsFacts): boolean {
  const middleware = settings.get('MIDDLEWARE');
  if (middleware.kind !== 'known') return true;
  return textsIn(middleware.value).some((one) => /forwarded|xff|real_?ip|proxy|remote_?addr/i.test(one));
}
