import { type Data, defineRule } from '../../src/rule.ts';
import { installed } from '../shared/code/packages.ts';
import { modWsgi } from '../shared/requests/proxy-programs.ts';
import { not, or } from '../shared/values/answer.ts';
import { anyItem } from '../shared/values/data.ts';

const api = (classes: string) =>
  `INSTALLED_APPS = ['rest_framework', 'rest_framework.authtoken']\nREST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': [${classes}]}\n`;
const TOKEN = api("'rest_framework.authentication.TokenAuthentication'");
const DAEMON = '    WSGIDaemonProcess mysite\n    WSGIProcessGroup mysite\n';
const PASSED = '    WSGIPassAuthorization On\n';

export default defineRule({
  id: 'server/authorization-header-stripped',
  title: 'mod_wsgi drops the Authorization header',
  severity: 'warning',
  topic: 5,
  since: '0.1.0',
  why: 'httpd keeps the Authorization header to itself unless it is told to hand it on: every call with a token is answered 401, although it works with the development server.',
  fix: 'Add `WSGIPassAuthorization On` to the virtual host.',
  autofix: 'safe',
  links: [
    'https://modwsgi.readthedocs.io/en/master/configuration-directives/WSGIPassAuthorization.html',
    'https://www.django-rest-framework.org/api-guide/authentication/#apache-mod_wsgi-specific-configuration',
  ],
  cross: true,
  examples: {
    bad: [
      modWsgi(DAEMON, { settings: TOKEN, mark: ' # !' }),
      modWsgi(DAEMON, { settings: api("'rest_framework_simplejwt.authentication.JWTAuthentication'"), mark: ' # !' }),
      modWsgi(`${DAEMON}    WSGIPassAuthorization Off # !\n`, { settings: TOKEN }),
    ],
    good: [
      modWsgi(`${DAEMON}${PASSED}`, { settings: TOKEN }),
      modWsgi(`${DAEMON}    <Location />\n    ${PASSED}    </Location>\n`, { settings: TOKEN }),
      modWsgi(DAEMON, { settings: api("'rest_framework.authentication.SessionAuthentication'") }),
      modWsgi(DAEMON),
    ],
    undecided: [modWsgi(`${DAEMON}    Include conf/wsgi.conf\n`, { settings: TOKEN })],
  },
  needs: ['settings'],
  check({ settings }, ctx) {
    for (const process of settings.processes) {
      const { server } = process;
      if (server?.software !== 'mod_wsgi') continue;
      const passes = server.option('WSGIPassAuthorization') ?? {
        kind: 'known' as const,
        value: 'Off',
        origin: { step: 'text' as const, at: process.at },
      };
      ctx.expectAll(
        [passes, settings.get('REST_FRAMEWORK', 'DEFAULT_AUTHENTICATION_CLASSES'), installed(settings, 'rest_framework')] as const,
        (on, classes, app) => or(on.toLowerCase() === 'on' ? 'yes' : 'no', not(app.is), not(readsTokens(classes))),
        (_values, [decided]) => ({
          at: decided,
          message: 'WSGIPassAuthorization is off: the tokens that `DEFAULT_AUTHENTICATION_CLASSES` ask for never reach Django.',
          subject: process.at.file,
          related: [{ at: settings.placeOf('REST_FRAMEWORK'), message: 'the API reads the Authorization header' }],
        }),
      );
    }
  },
});

/** Classes that read the Authorization header and nothing else. */
function readsTokens(classes: Data | undefined) {
  return anyItem(
    classes,
    (one) =>
      typeof one === 'string' &&
      /^(rest_framework\.authentication\.TokenAuthentication|rest_framework_simplejwt\.authentication\.JWT\w*|knox\.auth\.TokenAuthentication|oauth2_provider\.contrib\.rest_framework\.\w*OAuth2Authentication)$/.test(
        one,
      ),
  );
}
