import type { RepositoryFacts, SettingsFacts, Span } from '../../../src/rule.ts';
import { anyItem, truth } from '../values/data.ts';

/** A place that proves that the project sends mail, with what it does in words. */
export interface MailUse {
  readonly at: Span;
  readonly message: string;
}

type Code = { readonly settings: SettingsFacts; readonly repository: Pick<RepositoryFacts, 'codeMentions'> };

/** Code that sends mail with Django, outside of comments: other libraries have classes of the same names. */
const CALLS =
  /(\bfrom django\.core\.mail(\.message)? import\b|\bfrom django\.core import [^\n#]*\bmail\b|\bimport django\.core\.mail\b|\bemail_user\s*\()/m;

/** Views of Django and of common packages that send a mail when somebody forgets a password or signs up, from the default sender. */
const VIEWS =
  /(\bPasswordResetView\b|['"]django\.contrib\.auth\.urls['"]|['"]allauth\.urls['"]|['"]djoser\.urls['"]|['"]dj_rest_auth\.urls['"]|['"](django_)?registration\.backends\.\w+\.urls['"])/m;

/** A sender that is left to the setting. */
const DEFAULT_SENDER = /(\bsettings\.DEFAULT_FROM_EMAIL\b|\bemail_user\s*\(|\bfrom_email\s*=\s*None\b)/m;

/** Null when nothing in the repository shows that mail is sent. */
export function mailUse(code: Code): MailUse | null {
  return called(code, VIEWS, 'this sends mails to users') ?? called(code, CALLS, 'this code sends mails') ?? adminsOf(code.settings);
}

/** Mail that goes out under DEFAULT_FROM_EMAIL. */
export function defaultSenderUse(code: Code): MailUse | null {
  return (
    called(code, VIEWS, 'this sends mails to users from the default address') ??
    called(code, DEFAULT_SENDER, 'a mail is sent from the default address here') ??
    accountApp(code.settings)
  );
}

/** Django's default logging mails errors to ADMINS. */
export function adminsOf(settings: SettingsFacts): MailUse | null {
  const admins = settings.get('ADMINS');
  if (settings.sets('ADMINS') !== 'yes' || admins.kind !== 'known' || truth(admins.value) !== 'yes') return null;
  return { at: settings.placeOf('ADMINS'), message: 'errors are mailed to these addresses' };
}

function called({ repository }: Code, pattern: RegExp, message: string): MailUse | null {
  const [at] = repository.codeMentions(pattern).items;
  return at === undefined ? null : { at, message };
}

function accountApp(settings: SettingsFacts): MailUse | null {
  const apps = settings.get('INSTALLED_APPS');
  if (apps.kind !== 'known' || anyItem(apps.value, (app) => app === 'allauth.account') !== 'yes') return null;
  return { at: settings.placeOf('INSTALLED_APPS'), message: 'allauth mails its users from the default address' };
}

/** The project has a backend of its own, or opens connections by hand: the settings need not name what mails go through. */
export function hasOwnBackend({ repository }: Code): boolean {
  return repository.codeMentions(/\bBaseEmailBackend\b|\bget_connection\s*\(/).items.length > 0;
}
