import type { RepositoryFacts, Span } from '../../../src/rule.ts';

/** Views of Django REST framework in the project's own code, by their text. */

export interface ApiView {
  readonly name: string;
  readonly at: Span;
  /** It says itself, or in its code, who may use it. */
  readonly guarded: boolean;
  /** It changes something. */
  readonly writes: boolean;
}

type Code = Pick<RepositoryFacts, 'codeMentions' | 'read'>;

/** Bases of rest_framework that bring no permission of their own. A class with another base may inherit one. */
const BASES =
  /^((generics|views|viewsets|mixins|rest_framework\.\w+)\.)?((Generic|List|Create|Retrieve|Update|Destroy|ListCreate|RetrieveUpdate|RetrieveDestroy|RetrieveUpdateDestroy)?APIView|(Generic|Model|ReadOnlyModel)?ViewSet|(List|Create|Retrieve|Update|Destroy)ModelMixin)$/;
const OWN_RULES =
  /permission|authenticat|\.user\b|login|has_perm|\bAllowAny\b|token|signature|secret|hmac|api_?key|password|verify|captcha|is_staff|superuser|check_|session_?(id|key)/i;
/** What a visitor without an account has to reach. */
const FOR_ALL =
  /log_?in|log_?out|sign|regist|passw|reset|token|auth|webhook|callback|hook|health|ping|status|public|contact|subscri|newsletter|verif|activat|confirm|otp|captcha|csrf|schema|version|docs|root|feedback|search|track|guest|report|create_?user|user_?create|join/i;
const WRITES = /\b(ModelViewSet|(Create|Update|Destroy)\w*|ListCreate\w*|RetrieveUpdate\w*|RetrieveDestroy\w*)\b/;
const WRITING_METHODS = /^\s+(async )?def (post|put|patch|delete|create|update|partial_update|destroy)\b/m;

/** Views that anybody may call when the defaults say nothing. */
export function openViews(code: Code): readonly ApiView[] {
  const open = [...classViews(code), ...functionViews(code)].filter((view) => !view.guarded && !FOR_ALL.test(view.name));
  return open.filter(({ name }) => !isBase(name, code));
}

/** Other views extend it and say who may use them. */
function isBase(name: string, { codeMentions }: Code): boolean {
  return codeMentions(new RegExp(`^class\\s+\\w+\\s*\\([^)]*\\b${name}\\b`, 'm')).items.length > 0;
}

function classViews(code: Code): readonly ApiView[] {
  const headers = code.codeMentions(/^class\s+\w+\s*\([^)]*\b\w*(APIView|ViewSet)\b[^)]*\)\s*:/m);
  return headers.items.flatMap((at): ApiView[] => {
    const text = code.read(at.file) ?? '';
    const header = /^class\s+(\w+)\s*\(([^)]*)\)/.exec(text.slice(at.start, at.end));
    if (header?.[1] === undefined || header[2] === undefined || !isRestFramework(text)) return [];
    const bases = header[2].split(',').map((base) => base.trim());
    const isPlain = bases.filter((base) => base !== '').every((base) => BASES.test(base));
    const body = bodyFrom(text, at.end);
    const guarded = !isPlain || OWN_RULES.test(body) || /^@.*(login|permission|staff|auth)/im.test(decoratorsBefore(text, at.start));
    return [{ name: header[1], at, guarded, writes: WRITES.test(header[2]) ? isWriting(header[2], body) : WRITING_METHODS.test(body) }];
  });
}

/** A viewset may give up methods of its base. */
function isWriting(bases: string, body: string): boolean {
  if (/\bReadOnlyModelViewSet\b/.test(bases) && !WRITING_METHODS.test(body)) return false;
  const names = /http_method_names\s*=\s*[[(]([^\])]*)/.exec(body)?.[1];
  return names === undefined || /post|put|patch|delete/i.test(names);
}

function functionViews(code: Code): readonly ApiView[] {
  const found = code.codeMentions(/^@api_view\([^)]*\)[^\n]*\n(@[^\n]*\n)*(async )?def \w+/m);
  return found.items.map((at): ApiView => {
    const text = code.read(at.file) ?? '';
    const head = text.slice(at.start, at.end);
    const name = /def (\w+)$/.exec(head)?.[1] ?? '';
    const guarded = OWN_RULES.test(head.replace(/def \w+$/, '')) || OWN_RULES.test(bodyFrom(text, at.end)) || !isRestFramework(text);
    return { name, at: { ...at, end: at.start + head.indexOf('\n') }, guarded, writes: /['"](POST|PUT|PATCH|DELETE)['"]/.test(head) };
  });
}

function isRestFramework(text: string): boolean {
  return /^\s*(from|import)\s+rest_framework\b/m.test(text);
}

/** The lines up to the next one at the margin. */
function bodyFrom(text: string, offset: number): string {
  const rest = text.slice(offset);
  const end = /\n(?=[^\s#)\]}])/.exec(rest);
  return end === null ? rest : rest.slice(0, end.index);
}

function decoratorsBefore(text: string, offset: number): string {
  return /((?:^@[^\n]*\n)*)$/m.exec(text.slice(Math.max(0, offset - 500), offset))?.[1] ?? '';
}
