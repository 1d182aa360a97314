import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULTS, usual } from '../../src/deployment/defaults/defaults.ts';

const FACTS = new URL('../../../shared/facts/server-defaults.yaml', import.meta.url);

type Facts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the facts say of each default, in their words, beside ours. */
const PAIRS: readonly (readonly [program: string, name: string, ours: unknown])[] = [
  ...pairs('gunicorn', DEFAULTS.gunicorn.values, [
    'worker_class',
    'threads',
    'timeout',
    'graceful_timeout',
    'keepalive',
    'max_requests',
    'max_requests_jitter',
    'header_map',
    'accesslog',
    'errorlog',
  ]),
  ...pairs('uvicorn', DEFAULTS.uvicorn.values, ['host', 'port', 'proxy_headers', 'timeout_keep_alive', 'limit_max_requests']),
  ...pairs('hypercorn', DEFAULTS.hypercorn.values, ['bind', 'workers', 'keep_alive_timeout', 'accesslog']),
  ...pairs('daphne', DEFAULTS.daphne.values, ['proxy_headers']),
  ...pairs('granian', DEFAULTS.granian.values, ['host', 'port', 'interface', 'workers', 'access_log']),
  ...pairs('waitress', DEFAULTS.waitress.values, ['threads', 'trusted_proxy', 'clear_untrusted_proxy_headers']),
  ...pairs('uwsgi', DEFAULTS.uwsgi.values, ['die_on_term']),
  ...pairs('nginx', DEFAULTS.nginx.values, ['client_max_body_size', 'proxy_read_timeout']),
  ...pairs('compose', DEFAULTS.compose.values, ['stop_grace_period']),
  ...pairs('kubernetes', DEFAULTS.kubernetes.values, ['terminationGracePeriodSeconds']),
  ...pairs('supervisor', DEFAULTS.supervisor.values, ['stopwaitsecs']),
  ...pairs('celery', DEFAULTS.kombu.values, ['redis_visibility_timeout']),
  ...pairs('alb', DEFAULTS.applicationLoadBalancer.values, ['idle_timeout']),
  ...pairs('ecs', DEFAULTS.ecs.values, ['stopTimeout']),
  ...pairs('postgresql', DEFAULTS.postgresql.values, ['superuser_reserved_connections']),
  ...pairs('heroku', DEFAULTS.heroku.values, ['router_timeout']),
  ['caddy', 'reverse_proxy_keepalive', DEFAULTS.caddy.values.keepalive],
];

function pairs<V extends object>(
  program: string,
  values: V,
  names: readonly (keyof V & string)[],
): readonly (readonly [string, string, unknown])[] {
  return names.map((name) => [program, name, values[name]]);
}

/** Facts that stand in a sentence: what has to be written in it. */
const SENTENCES: readonly (readonly [program: string, name: string, words: string])[] = [
  ['gunicorn', 'bind', DEFAULTS.gunicorn.values.bind],
  ['gunicorn', 'workers', `or ${DEFAULTS.gunicorn.values.workers}`],
  ['gunicorn', 'forwarded_allow_ips', `or ${DEFAULTS.gunicorn.values.forwarded_allow_ips.join(',')} `],
  ['gunicorn', 'forwarded_allow_ips', `(${DEFAULTS.gunicorn.values.forwarded_allow_ips_before_23.join(',')} before 23)`],
  ['uvicorn', 'workers', `or ${DEFAULTS.uvicorn.values.workers}`],
  ['uvicorn', 'forwarded_allow_ips', `or ${DEFAULTS.uvicorn.values.forwarded_allow_ips.join(',')}`],
  ['nginx', 'proxy_http_version', `since ${DEFAULTS.nginx.values.http_1_1_since}`],
  ['postgresql', 'max_connections', `typically ${DEFAULTS.postgresql.values.max_connections}`],
];

const UNITS: Readonly<Record<string, number>> = { '10s': 10, '60s': 60, '2m': 120, '1m': 1024 ** 2 };
/** "drop (>= 22)" is the value with a remark on it. */
const withoutRemark = (fact: unknown) => (typeof fact === 'string' ? fact.replace(/ \([^()]*\)$/, '') : fact);
const RELEASES = ['gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'granian', 'waitress', 'uwsgi'] as const;

describe('the defaults of servers, proxies and platforms', () => {
  it.skipIf(!existsSync(FACTS))('are those that were read from their sources (needs ../shared/facts)', () => {
    const facts: Facts = parse(readFileSync(FACTS, 'utf8'));
    const inOurTerms = (fact: unknown, name: string) =>
      name === 'limit_max_requests' && fact === null ? 0 : (UNITS[String(fact)] ?? withoutRemark(fact));
    const theirs = PAIRS.map(([program, name]) => [program, name, inOurTerms(facts[program]?.[name], name)]);
    expect(PAIRS).toEqual(theirs);
    for (const [program, name, words] of SENTENCES) expect(`${String(facts[program]?.[name])} `).toContain(words);
    for (const program of RELEASES) expect(String(facts[program]?.['read_from'])).toContain(DEFAULTS[program].release);
  });

  it.each(Object.entries(DEFAULTS))('of %s have a page and a day', (_name, { of, source, asOf, values }) => {
    expect(of).not.toBe('');
    expect(source).toMatch(/^https:\/\/[\w.-]+\/\S+$/);
    expect(asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Object.keys(values)).not.toEqual([]);
  });

  it('name their program as the origin of a value', () => {
    expect(usual(DEFAULTS.gunicorn, 'timeout')).toEqual({ kind: 'known', value: 30, origin: { step: 'default', of: 'gunicorn' } });
  });
});
