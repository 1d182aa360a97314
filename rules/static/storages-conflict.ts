import { defineRule, type SettingsFacts } from '../../src/rule.ts';
import { and, not } from '../shared/values/answer.ts';
import { isAtLeast } from '../shared/values/release.ts';

const OLD = ['STATICFILES_STORAGE', 'DEFAULT_FILE_STORAGE'] as const;
const STORAGES =
  "STORAGES = {\n    'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},\n    'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'},\n}\n";
const MANIFEST = "STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'";

export default defineRule({
  id: 'static/storages-conflict',
  title: 'STORAGES together with the old storage settings',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Django 4.2 and 5.0 refuse to load settings that have both: the application does not start. From 5.1 on the old setting is ignored.',
  fix: "Keep STORAGES only, with the class of the old setting under STORAGES['staticfiles']['BACKEND'] or STORAGES['default']['BACKEND'].",
  autofix: 'unsafe',
  links: ['https://docs.djangoproject.com/en/5.0/ref/settings/#storages', 'https://docs.djangoproject.com/en/stable/releases/4.2/'],
  examples: {
    bad: [
      { 'settings.py': `${STORAGES}${MANIFEST} # !\n`, 'requirements.txt': 'Django==4.2.20\n' },
      {
        'settings.py': `DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage' # !\n${STORAGES}`,
        'requirements.txt': 'Django==5.0.14\n',
      },
    ],
    good: [
      { 'settings.py': STORAGES, 'requirements.txt': 'Django==4.2.20\n' },
      { 'settings.py': `${MANIFEST}\n`, 'requirements.txt': 'Django==4.2.20\n' },
      { 'settings.py': `${STORAGES}${MANIFEST}\n`, 'requirements.txt': 'Django==3.2.25\n' },
      { 'settings.py': `${STORAGES}${MANIFEST}\n`, 'requirements.txt': 'Django==5.2.8\n' },
      {
        'settings.py': `import django\n\nif django.VERSION >= (4, 2):\n    ${STORAGES.replaceAll('\n', '\n    ')}\nelse:\n    ${MANIFEST}\n`,
        'requirements.txt': 'Django==4.2.20\n',
      },
    ],
    undecided: [{ 'settings.py': `${STORAGES}${MANIFEST}\n`, 'requirements.txt': 'Django>=4.2\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const refuses = and(isAtLeast(settings.django, '4.2'), not(isAtLeast(settings.django, '5.1')));
    for (const name of OLD) {
      const both = and(settings.sets('STORAGES'), settings.sets(name));
      if (refuses === 'no' || both === 'no') continue;
      if (and(refuses, both) === 'yes') ctx.report(describe(name, settings));
      else if (both === 'maybe') ctx.undecided(`Whether \`${name}\` and \`STORAGES\` are both set is not known.`, settings.placeOf(name));
      else ctx.undecided('Django 4.2 and 5.0 refuse the pair, and the repository does not pin the release.', settings.placeOf(name));
    }
  },
});

function describe(name: string, settings: SettingsFacts) {
  return {
    at: settings.placeOf(name),
    message: `\`${name}\` and \`STORAGES\` are both set: this release of Django refuses to load the settings.`,
    subject: name,
    related: [{ at: settings.placeOf('STORAGES'), message: '`STORAGES` is set here' }],
  };
}
