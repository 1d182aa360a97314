import type { Answer, Data, Report, SettingsFacts } from '../../../src/rule.ts';
import { descends } from '../code/class-descent.ts';
import { or } from '../values/answer.ts';
import { anyItem, textsIn } from '../values/data.ts';
import type { Code } from './middleware.ts';

const MODEL_BACKEND = 'django.contrib.auth.backends.ModelBackend';
const HASHERS = 'django.contrib.auth.hashers';

/** Backends of other packages that know no password of their own. */
const WITHOUT_PASSWORDS =
  /^(guardian|rules|rules_light|bridgekeeper|axes\.backends\.AxesBackend|mozilla_django_oidc|djangosaml2|social_core|oauth2_provider|django_auth_ldap|django_cas_ng|django_auth_adfs|sesame)\b/;

/** Whether ModelBackend or a subclass of it logs users in by the passwords in the database. */
export function hasModelBackend(backends: Data | undefined, code: Code): Answer {
  return anyItem(backends, (backend) => {
    if (typeof backend !== 'string') return 'maybe';
    return descends(backend, MODEL_BACKEND, code, (path) => (WITHOUT_PASSWORDS.test(path) ? 'no' : 'maybe'));
  });
}

/** Backends that decide what users may do, or whether they may try again. */
const PERMISSIONS = /^(guardian|rules|rules_light|bridgekeeper|axes)\b/;

/** Another way to log in than by a password of this site, which makes the passwords of this site the smaller matter. */
export function otherLogin(backends: Data | undefined, code: Code): Pick<Report, 'severity' | 'because'> {
  const other = textsIn(backends).find((path) => !PERMISSIONS.test(path) && descends(path, MODEL_BACKEND, code, isLocal) === 'no');
  return other === undefined ? {} : { severity: 'note', because: `\`${other}\` logs users in without a password of this site` };
}

/** allauth's own passwords are those of this site. */
function isLocal(path: string): Answer {
  return WITHOUT_PASSWORDS.test(path) || /oidc|saml|sso|oauth|social|openid|ldap|cas\b|authbroker/i.test(path) ? 'no' : 'maybe';
}

/** The hasher of new passwords: the first one of PASSWORD_HASHERS. */
export function preferredHasher(settings: SettingsFacts) {
  return settings.get('PASSWORD_HASHERS', 0);
}

/** Whether a class is one of Django's hashers of these names, or derives from one. */
export function isHasher(hasher: Data | undefined, names: readonly string[], code: Code): Answer {
  if (typeof hasher !== 'string') return hasher === undefined || hasher === null ? 'no' : 'maybe';
  return or('no', ...names.map((name) => descends(hasher, `${HASHERS}.${name}`, code)));
}
