import { type Answer, type Data, defineRule } from '../../src/rule.ts';
import { isTimeZone } from '../shared/localization/time-zones.ts';
import { answer } from '../shared/values/answer.ts';

export default defineRule({
  id: 'settings/time-zone-invalid',
  title: 'TIME_ZONE is unknown',
  severity: 'error',
  topic: 1,
  since: '0.1.0',
  why: 'Loading the settings ends in ValueError where the zone database is installed; elsewhere the first use of a local time fails.',
  fix: 'Use a name of the IANA database, such as "Europe/Madrid". Upper and lower case matter.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/settings/#time-zone', 'https://www.iana.org/time-zones'],
  cwe: ['CWE-1284'],
  examples: {
    bad: [
      { 'settings.py': "TIME_ZONE = 'Europe/Madird' # !\n" },
      { 'settings.py': "TIME_ZONE = 'europe/madrid' # !\n" },
      { 'settings.py': "TIME_ZONE = 'UTC+2' # !\n" },
      { 'settings.py': "import os\n\nTIME_ZONE = os.environ.get('TZ_NAME', 'Europe/Madrid ') # !\n" },
    ],
    good: [
      { 'settings.py': "TIME_ZONE = 'Europe/Madrid'\n" },
      { 'settings.py': "TIME_ZONE = 'Asia/Calcutta'\n" },
      { 'settings.py': "TIME_ZONE = 'Etc/GMT+2'\n" },
      { 'settings.py': "TIME_ZONE = 'America/Argentina/Buenos_Aires'\n" },
      { 'settings.py': "TIME_ZONE = 'UTC'\n" },
      { 'settings.py': 'TIME_ZONE = None\n' },
      { 'settings.py': 'DEBUG = False\n' },
    ],
    undecided: [{ 'settings.py': 'from elsewhere import zone\n\nTIME_ZONE = zone()\n' }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    if (settings.sets('TIME_ZONE') === 'no') return;
    ctx.expect(settings.get('TIME_ZONE'), isKnown, (zone) => ({
      message: `\`TIME_ZONE\` is \`${zone}\`, which is no time zone: loading the settings ends in an error.`,
      subject: 'TIME_ZONE',
    }));
  },
});

/** Nothing is asked of an empty one. */
function isKnown(zone: Data | undefined): Answer {
  if (zone === undefined || zone === null || zone === '') return 'yes';
  return typeof zone === 'string' ? answer(isTimeZone(zone)) : 'maybe';
}
