import { type Data, defineRule } from '../../src/rule.ts';

const NAMES = ['STATIC_URL', 'MEDIA_URL'] as const;

export default defineRule({
  id: 'static/url-slash-missing',
  title: 'STATIC_URL or MEDIA_URL without a trailing slash',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Every management command that runs the system checks refuses to start, migrate first of all, and addresses built from the setting lose the slash before the file name.',
  fix: 'End the value with a slash.',
  autofix: 'safe',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#static-url'],
  django: ['urls.E006'],
  examples: {
    bad: [
      { 'settings.py': "STATIC_URL = '/static' # !\n" },
      { 'settings.py': "MEDIA_URL = 'https://media.example.com' # !\n" },
      { 'settings.py': "import os\n\nSTATIC_URL = os.path.join('/', 'static') # !\nMEDIA_URL = 'uploads' # !\n" },
    ],
    good: [
      { 'settings.py': "STATIC_URL = 'static/'\nMEDIA_URL = 'https://media.example.com/'\n" },
      { 'settings.py': "STATIC_URL = None\nMEDIA_URL = ''\n" },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import address\n\nSTATIC_URL = address()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    for (const name of NAMES) {
      ctx.expect(settings.get(name), endsWell, () => ({
        message: `\`${name}\` does not end with a slash: Django's system checks refuse it, and with it every migration.`,
        subject: name,
      }));
    }
  },
});

function endsWell(url: Data | undefined): 'yes' | 'no' | 'maybe' {
  if (url === undefined || url === null) return 'yes';
  if (typeof url !== 'string') return 'maybe';
  return url === '' || url.endsWith('/') ? 'yes' : 'no';
}
