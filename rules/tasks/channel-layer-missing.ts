import { type Data, defineRule } from '../../src/rule.ts';
import { ownCode } from '../shared/code/own-code.ts';
import { installed } from '../shared/code/packages.ts';
import { not, or } from '../shared/values/answer.ts';
import { isMapping } from '../shared/values/data.ts';

const APPS = "INSTALLED_APPS = ['channels']\nASGI_APPLICATION = 'mysite.asgi.application'\n";
const CONSUMER = {
  'chat/consumers.py': 'class Chat:\n    async def connect(self):\n        await self.channel_layer.group_add("all", self.channel_name)\n',
};
const LAYER = "CHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.core.RedisChannelLayer'}}\n";

export default defineRule({
  id: 'tasks/channel-layer-missing',
  title: 'Channel layer used but not configured',
  severity: 'error',
  topic: 6,
  since: '0.1.0',
  why: 'Without CHANNEL_LAYERS the layer of every consumer is None, and so is get_channel_layer(): the first group message ends in an exception.',
  fix: 'CHANNEL_LAYERS with channels_redis.',
  autofix: 'none',
  links: ['https://channels.readthedocs.io/en/latest/topics/channel_layers.html'],
  examples: {
    bad: [
      { ...CONSUMER, 'settings.py': `DEBUG = False # !\n${APPS}` },
      { ...CONSUMER, 'settings.py': `${APPS}CHANNEL_LAYERS = {} # !\n` },
    ],
    good: [
      { ...CONSUMER, 'settings.py': `${APPS}${LAYER}` },
      { 'settings.py': APPS },
      { ...CONSUMER, 'settings.py': 'INSTALLED_APPS = []\n' },
      {
        'settings.py': APPS,
        'chat/signals.py':
          'from channels.layers import get_channel_layer\n\n\ndef tell():\n    layer = get_channel_layer()\n    if layer is None:\n        return\n',
      },
    ],
    undecided: [{ ...CONSUMER, 'settings.py': `from elsewhere import layers\n\n${APPS}CHANNEL_LAYERS = layers()\n` }],
  },

  needs: ['settings', 'repository'],
  check({ settings, repository: whole }, ctx) {
    const repository = ownCode(settings, whole);
    const [use] = repository.codeMentions(/\b(channel_layer\.(group_add|group_send|group_discard|send)|get_channel_layer\(\s*\))/).items;
    // Code that asks whether there is a layer goes without one.
    if (use === undefined || repository.codeMentions(/\bif\s+(not\s+)?(self\.)?(channel_)?layer\b/).items.length > 0) return;
    ctx.expectAll(
      [settings.get('CHANNEL_LAYERS'), installed(settings, 'channels', 'daphne')],
      (layers, app) => or(not(app.is), hasLayers(layers)),
      () => ({
        message: '`CHANNEL_LAYERS` is not set, but the code sends through a channel layer: there is none, and the call fails.',
        subject: 'CHANNEL_LAYERS',
        related: [{ at: use, message: 'the layer is used here' }],
      }),
    );
  },
});

function hasLayers(layers: Data | undefined) {
  if (layers === undefined || layers === null) return 'no';
  if (!isMapping(layers)) return 'maybe';
  if (layers.entries.length > 0) return 'yes';
  return layers.complete ? 'no' : 'maybe';
}
