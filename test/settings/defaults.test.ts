import { describe, expect, it } from 'vitest';
import { defaultOrigin } from '../../src/core/origin.ts';
import { djangoDefault } from '../../src/settings/django/defaults.ts';

function of(name: string, exact: string) {
  const value = djangoDefault(name, { from: exact, before: null, exact, origin: defaultOrigin('nothing') });
  return value?.kind === 'known' ? value.value : value;
}

describe('the default of a setting', () => {
  it.each([
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '3.2.17', undefined],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '3.2.18', 100],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '4.0.9', undefined],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '4.0.10', 100],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '4.1.6', undefined],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '4.1.7', 100],
    ['DATA_UPLOAD_MAX_NUMBER_FILES', '6.1', 100],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '5.1.4', undefined],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '5.2.14', undefined],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '5.2.15', true],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '6.0.5', undefined],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '6.0.6', true],
    ['SIGNED_COOKIE_LEGACY_SALT_FALLBACK', '6.1', false],
    ['STATICFILES_STORAGE', '2028.1', undefined],
    ['USE_TZ', '2028.1', true],
    ['SECURE_REFERRER_POLICY', '2028.1', 'same-origin'],
  ])('%s in %s is %s', (name, release, wanted) => {
    expect(of(name, release)).toBe(wanted);
  });
});
