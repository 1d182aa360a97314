import type { Answer, RepositoryFacts, SettingsFacts, Value } from '../../../src/rule.ts';
import { mapValue } from '../../../src/rule.ts';
import { and, not } from '../values/answer.ts';
import { asked, truth } from '../values/data.ts';
import { CSRF, present, SESSION } from './middleware.ts';

/** A cookie that Django sets, by the prefix of its settings, and whether it does so here. */
export interface SentCookie {
  readonly prefix: 'SESSION' | 'CSRF' | 'LANGUAGE';
  /** "session cookie", for messages. */
  readonly name: string;
  readonly sent: Value<{ readonly is: Answer }>;
}

/** The three cookies with settings of their own. The one for the language is set by the view `set_language` alone. */
export function sentCookies(settings: SettingsFacts, repository: Pick<RepositoryFacts, 'read' | 'codeMentions'>): readonly SentCookie[] {
  const code = { settings, repository };
  const middleware = settings.get('MIDDLEWARE');
  const inSession = settings.get('CSRF_USE_SESSIONS');
  const language = { is: setsLanguage(repository) };
  return [
    { prefix: 'SESSION', name: 'session cookie', sent: asked(middleware, (classes) => ({ is: present(classes, SESSION, code) })) },
    {
      prefix: 'CSRF',
      name: 'CSRF cookie',
      sent:
        inSession.kind === 'known'
          ? asked(middleware, (classes) => ({ is: and(present(classes, CSRF, code), not(truth(inSession.value))) }))
          : mapValue(inSession, () => ({ is: 'maybe' as const })),
    },
    { prefix: 'LANGUAGE', name: 'language cookie', sent: asked(middleware, () => language) },
  ];
}

function setsLanguage(repository: Pick<RepositoryFacts, 'codeMentions'>): Answer {
  const mentions = repository.codeMentions(/\bset_language\b|django\.conf\.urls\.i18n/);
  if (mentions.items.length > 0) return 'yes';
  return mentions.complete === true ? 'no' : 'maybe';
}
