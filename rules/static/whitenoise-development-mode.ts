import { defineRule } from '../../src/rule.ts';
import { servesWithWhiteNoise } from '../shared/storage/static.ts';
import { not, or } from '../shared/values/answer.ts';
import { truth } from '../shared/values/data.ts';

const MIDDLEWARE = "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n";

export default defineRule({
  id: 'static/whitenoise-development-mode',
  title: 'WhiteNoise searches files on each request',
  severity: 'warning',
  topic: 4,
  since: '0.1.0',
  why: 'WhiteNoise looks at the disk for every request instead of at the list it made at start: its documentation rules that out in production, for speed and for safety.',
  fix: 'Remove WHITENOISE_AUTOREFRESH: it follows DEBUG then.',
  autofix: 'safe',
  links: ['https://whitenoise.readthedocs.io/en/stable/django.html#WHITENOISE_AUTOREFRESH'],
  examples: {
    bad: [{ 'settings.py': `${MIDDLEWARE}WHITENOISE_AUTOREFRESH = True # !\n` }],
    good: [
      { 'settings.py': `${MIDDLEWARE}WHITENOISE_AUTOREFRESH = False\n` },
      { 'settings.py': `${MIDDLEWARE}WHITENOISE_USE_FINDERS = True\n` },
      { 'settings.py': `DEBUG = True\n${MIDDLEWARE}WHITENOISE_AUTOREFRESH = DEBUG\n` },
      { 'settings.py': 'MIDDLEWARE = []\nWHITENOISE_AUTOREFRESH = True\n' },
    ],
    undecided: [{ 'settings.py': `from elsewhere import flag\n\n${MIDDLEWARE}WHITENOISE_AUTOREFRESH = flag()\n` }],
  },

  needs: ['settings'],
  check({ settings }, ctx) {
    const used = servesWithWhiteNoise(settings);
    if (settings.sets('WHITENOISE_AUTOREFRESH') === 'no' || used === 'no') return;
    ctx.expectAll(
      [settings.get('WHITENOISE_AUTOREFRESH'), settings.get('DEBUG')] as const,
      // With DEBUG on, DEBUG is the fault.
      (refresh, debug) => or(not(truth(refresh)), truth(debug), not(used)),
      () => ({
        message: '`WHITENOISE_AUTOREFRESH` is on: WhiteNoise looks for files on the disk at every request.',
        subject: 'WHITENOISE_AUTOREFRESH',
      }),
    );
  },
});
