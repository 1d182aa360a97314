import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isPlaceholder, isSecretName, maskUrls, Secret } from '../../src/core/secret.ts';

describe('names that hold a secret', () => {
  test.each([
    'SECRET_KEY',
    'DJANGO_SECRET_KEY',
    'SECRET_KEY_FALLBACKS',
    'DB_PASSWORD',
    'PGPASSWORD',
    'password',
    'EMAIL_HOST_PASSWORD',
    'SMTP_PASS',
    'MYSQL_PWD',
    'GITHUB_TOKEN',
    'STRIPE_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'JWT_SIGNING_KEY',
    'GOOGLE_CREDENTIALS',
    'CLIENT_SECRET',
  ])('%s', (name) => expect(isSecretName(name)).toBe(true));
});

describe('names that only look like it', () => {
  test.each([
    'DEBUG',
    'KEYBOARD',
    'AWS_ACCESS_KEY_ID',
    'STRIPE_PUBLIC_API_KEY',
    'DB_PASSWORD_FILE',
    'SECRET_KEY_PATH',
    'PASSWORD_RESET_TIMEOUT',
    'PASSWORD_HASHERS',
    'AUTH_PASSWORD_VALIDATORS',
    'CSRF_COOKIE_SECURE',
    'SESSION_COOKIE_AGE',
    'CSRF_HEADER_NAME',
    'SENTRY_DSN',
    'ACCESS_TOKEN_LIFETIME',
    'BYPASS',
    'COMPASS',
    'TOKENIZER',
  ])('%s', (name) => expect(isSecretName(name)).toBe(false));
});

test('placeholders stand in for a value, values do not', () => {
  const standIns = [
    '',
    'changeme',
    'change-me',
    'CHANGE_ME_PLEASE',
    '<your key>',
    '${SECRET_KEY}',
    'xxx',
    'your-key',
    'TODO',
    'None',
    'secret',
  ];
  expect(standIns.filter((text) => !isPlaceholder(text))).toEqual([]);
  expect(standIns.filter((text) => !isPlaceholder(new Secret(text)))).toEqual([]);
  const values = ['x', 'xx', 'hunter2', 'unchanged', 'secret-k9', 'k9 changeme', '${A'];
  expect(values.filter((text) => isPlaceholder(text) || isPlaceholder(new Secret(text)))).toEqual([]);
});

describe('the user part of URLs', () => {
  test.each([
    ['postgres://shop:pw@db:5432/shop', 'postgres://shop:•••@db:5432/shop'],
    ['redis://:pw@cache/0', 'redis://:•••@cache/0'],
    ['first a://u:p@h, then b+c://v:q@i', 'first a://u:•••@h, then b+c://v:•••@i'],
    ['https://example.com/a:b@c', 'https://example.com/a:b@c'],
    ['mail to: me@example.com', 'mail to: me@example.com'],
    ['https://example.com:8000/', 'https://example.com:8000/'],
  ])('%s', (text, masked) => expect(maskUrls(text)).toBe(masked));

  test('long texts without a URL are masked in no time', () => {
    const hostile = `${'a'.repeat(200_000)}://${'b:'.repeat(100_000)}`;
    const begun = performance.now();
    expect(maskUrls(hostile)).toBe(hostile);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

test('a secret shows its shape and never its text', () => {
  const secret = new Secret('hunter2hunter2');
  const shown = [`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ deep: [secret] }), Object.keys(secret).join()];
  expect(shown.filter((text) => text.includes('hunter2'))).toEqual([]);
  expect([secret.length, secret.distinct, secret.lengthClass]).toEqual([14, 7, 'short']);
  expect([new Secret('').lengthClass, new Secret('x'.repeat(49)).lengthClass, new Secret('x'.repeat(50)).lengthClass]).toEqual([
    'empty',
    'short',
    'long',
  ]);
  expect([
    secret.startsWith('hunter'),
    secret.matches(/^\d+$/),
    secret.equals('hunter2'),
    secret.equals(new Secret('hunter2hunter2')),
  ]).toEqual([true, false, false, true]);
  expect(secret.reveal()).toBe('hunter2hunter2');
});
