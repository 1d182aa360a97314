import { casesOf, type Data, defineRule, type Store } from '../../src/rule.ts';
import type { Code } from '../shared/requests/middleware.ts';
import { type Alias, isS3, s3Option } from '../shared/storage/s3.ts';
import { storageBackend } from '../shared/storage/static.ts';
import { answer, not, or } from '../shared/values/answer.ts';

const STATIC = "'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}";
const STORAGES = `STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}, ${STATIC}}\n`;
const ALIASES: readonly Alias[] = ['default', 'staticfiles'];

export default defineRule({
  id: 'apps/s3-transport-insecure',
  title: 'Object storage transport without TLS',
  severity: 'error',
  topic: 5,
  since: '0.1.0',
  why: 'Uploads and signed links travel in clear, or anybody on the way can pass himself off as the store.',
  fix: 'Leave AWS_S3_USE_SSL, AWS_S3_VERIFY and AWS_S3_URL_PROTOCOL at their defaults, and give the endpoint as https://.',
  autofix: 'unsafe',
  links: [
    'https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html#settings',
    'https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html#boto3.session.Session.resource',
  ],
  cwe: ['CWE-319', 'CWE-295'],
  examples: {
    bad: [
      { 'settings.py': `${STORAGES}AWS_S3_USE_SSL = False # !\n` },
      { 'settings.py': `${STORAGES}AWS_S3_VERIFY = False # !\n` },
      { 'settings.py': `${STORAGES}AWS_S3_URL_PROTOCOL = 'http:' # !\nAWS_S3_CUSTOM_DOMAIN = 'media.example.com'\n` },
      { 'settings.py': `${STORAGES}AWS_S3_ENDPOINT_URL = 'http://objects.example.com' # !\n` },
      {
        'settings.py': `STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage', 'OPTIONS': {'verify': False}}, ${STATIC}} # !\n`,
      },
    ],
    good: [
      { 'settings.py': `${STORAGES}AWS_S3_ENDPOINT_URL = 'https://objects.example.com'\n` },
      { 'settings.py': `${STORAGES}AWS_S3_ENDPOINT_URL = 'http://minio:9000'\nAWS_S3_USE_SSL = False\nAWS_S3_VERIFY = False\n` },
      { 'settings.py': `${STORAGES}AWS_S3_ENDPOINT_URL = 'https://objects.example.com'\nAWS_S3_USE_SSL = False\n` },
      { 'settings.py': `${STORAGES}AWS_S3_URL_PROTOCOL = 'http:'\n` },
      { 'settings.py': 'AWS_S3_VERIFY = False\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${STORAGES}AWS_S3_VERIFY = flag()\n` }],
  },

  needs: ['settings', 'repository', 'deployment'],
  check({ settings, repository, deployment }, ctx) {
    const code = { settings, repository };
    const alias = ALIASES.find((one) => mayBeS3(one, code));
    if (alias === undefined) return;
    const backend = storageBackend(settings, alias);
    const option = (key: string, setting: string) => s3Option(alias, { key, setting }, code);
    const endpoint = option('endpoint_url', 'AWS_S3_ENDPOINT_URL');
    const unless = (storage: Data | undefined, fault: boolean) => or(not(isS3(storage, code)), answer(!fault));
    const isFar = (url: Data | undefined) => !isLocal(url, deployment.stores);
    ctx.expectAll(
      [option('use_ssl', 'AWS_S3_USE_SSL'), endpoint, backend],
      // An endpoint says its scheme itself, and boto3 then takes no notice of the option.
      (ssl, url, storage) => unless(storage, ssl === false && isUnset(url)),
      () => ({ message: '`AWS_S3_USE_SSL` is off: boto3 talks to the store over plain HTTP.', subject: 'transport' }),
    );
    ctx.expectAll(
      [option('verify', 'AWS_S3_VERIFY'), endpoint, backend],
      (verify, url, storage) => unless(storage, verify === false && isFar(url)),
      () => ({ message: '`AWS_S3_VERIFY` is off: any certificate passes for that of the store.', subject: 'certificate' }),
    );
    ctx.expectAll(
      [endpoint, backend],
      (url, storage) => unless(storage, typeof url === 'string' && /^http:/i.test(url) && isFar(url)),
      () => ({ message: 'The endpoint of the object store is a plain HTTP address outside of this network.', subject: 'transport' }),
    );
    ctx.expectAll(
      [option('url_protocol', 'AWS_S3_URL_PROTOCOL'), option('custom_domain', 'AWS_S3_CUSTOM_DOMAIN'), backend],
      (protocol, domain, storage) => unless(storage, isPlain(protocol) && !isUnset(domain) && isFar(`http://${String(domain)}`)),
      () => ({ message: '`AWS_S3_URL_PROTOCOL` makes every link to an upload a plain HTTP one.', subject: 'links' }),
    );
  },
});

function mayBeS3(alias: Alias, code: Code): boolean {
  return casesOf(storageBackend(code.settings, alias)).some(({ then }) => then.kind === 'unknown' || isS3(then.value, code) !== 'no');
}

function isPlain(protocol: Data | undefined): boolean {
  return typeof protocol === 'string' && /^http:?$/i.test(protocol);
}

function isUnset(url: Data | undefined): boolean {
  return url === undefined || url === null || url === '';
}

/** The store stands in the same network: a service of the deployment, a name without a dot, an address that is not public. */
function isLocal(url: Data | undefined, stores: readonly Store[]): boolean {
  const host = typeof url === 'string' ? /^[a-z]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]+)/i.exec(url)?.[1] : undefined;
  if (host === undefined) return false;
  if (stores.some(({ name }) => name === host) || !host.includes('.') || host.startsWith('[')) return true;
  return /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.|\.(local|localhost|internal|lan|svc|cluster\.local|test)$/i.test(host);
}
