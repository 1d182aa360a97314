import type { Answer, Data, RepositoryFacts } from '../../../src/rule.ts';
import type { Code } from '../requests/middleware.ts';
import { answer, or } from '../values/answer.ts';
import { anyItem } from '../values/data.ts';
import { descends } from './class-descent.ts';
import { classText } from './python-class.ts';

/** The classes by which INSTALLED_APPS may name an app of Django instead of its package. */
const CONFIGS: Readonly<Record<string, readonly string[]>> = {
  'django.contrib.admin': ['django.contrib.admin.apps.SimpleAdminConfig', 'django.contrib.admin.apps.AdminConfig'],
  'django.contrib.auth': ['django.contrib.auth.apps.AuthConfig'],
  'django.contrib.contenttypes': ['django.contrib.contenttypes.apps.ContentTypesConfig'],
  'django.contrib.messages': ['django.contrib.messages.apps.MessagesConfig'],
  'django.contrib.sessions': ['django.contrib.sessions.apps.SessionsConfig'],
  'django.contrib.sites': ['django.contrib.sites.apps.SitesConfig'],
  'django.contrib.staticfiles': ['django.contrib.staticfiles.apps.StaticFilesConfig'],
};

/** Whether INSTALLED_APPS holds an app of Django, by its package or by a configuration class: Django's, or one of the project. */
export function installed(apps: Data | undefined, app: string, code: Code): Answer {
  const configs = Object.hasOwn(CONFIGS, app) ? (CONFIGS[app] ?? []) : [];
  return anyItem(apps, (item) => {
    if (typeof item !== 'string') return 'maybe';
    if (item === app || configs.includes(item)) return 'yes';
    return isConfigClass(item) ? isConfigOf(item, app, configs, code) : 'no';
  });
}

/** `shop.apps.ShopConfig` */
function isConfigClass(path: string): boolean {
  return /\.[A-Z]\w*$/.test(path) && !path.startsWith('django.');
}

function isConfigOf(path: string, app: string, configs: readonly string[], code: Code): Answer {
  const text = classText(path, code);
  const named = /^\s+name\s*(?::[^=\n]*)?=\s*(['"])([\w.]+)\1/m.exec(text ?? '');
  if (named?.[2] !== undefined) return answer(named[2] === app);
  const short = app.slice(app.lastIndexOf('.') + 1).replace(/types$|s$/, '');
  const like = new RegExp(`^\\w*${short}`, 'i');
  const outside = (other: string): Answer => (like.test(other.slice(other.lastIndexOf('.') + 1)) ? 'maybe' : 'no');
  return or('no', ...configs.map((config) => descends(path, config, code, outside)));
}

/** Whether an entry of INSTALLED_APPS is a package of the repository. */
export function isOwnApp(app: string, { settings }: Code, { files }: Pick<RepositoryFacts, 'files'>): boolean {
  const parts = app.split('.');
  const folders = (isConfigClass(app) ? [parts.slice(0, -2), parts.slice(0, -1)] : [parts]).filter((one) => one.length > 0);
  return settings.project.importRoots.some((root) =>
    folders.some((folder) => {
      const path = [...(root === '' || root === '.' ? [] : [root]), ...folder].join('/');
      return files.some((file) => file.startsWith(`${path}/`) || file === `${path}.py`);
    }),
  );
}
