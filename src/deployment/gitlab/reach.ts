import type { Answer } from '../../core/data.ts';
import type { Span } from '../../core/span.ts';
import { asText, get, itemsOf, type YamlMap, type YamlNode } from '../../syntax/yaml/index.ts';
import type { JobReach } from '../model.ts';
import { flattened } from './document.ts';

/** From where a job starts by itself: `rules`, `only`/`except`, `when: manual`. */
export function reachOf(body: YamlMap, root: YamlMap, at: Span): JobReach {
  const rules = get(body, 'rules');
  if (asText(get(body, 'when')) === 'manual') return { branches: 'no', pullRequests: 'no', at };
  const own = rules === undefined ? byRefs(body, at) : byRules(flattened(rules, root), rules.span);
  // Rules for whole pipelines may leave out what the job itself lets through.
  return get(root, 'workflow', 'rules') === undefined
    ? own
    : { ...own, branches: weaker(own.branches), pullRequests: weaker(own.pullRequests) };
}

function weaker(answer: Answer): Answer {
  return answer === 'yes' ? 'maybe' : answer;
}

function byRules(rules: readonly YamlNode[], at: Span): JobReach {
  let branches: Answer = 'no';
  let pullRequests: Answer = 'no';
  for (const rule of rules) {
    const when = asText(get(rule, 'when')) ?? 'on_success';
    if (when === 'manual') continue;
    const found = conditionReach(asText(get(rule, 'if')) ?? null, get(rule, 'changes') !== undefined || get(rule, 'exists') !== undefined);
    if (when === 'never') {
      // What an earlier rule takes away can only make the rest narrower.
      if (found.branches === 'yes') break;
      continue;
    }
    branches = either(branches, found.branches);
    pullRequests = either(pullRequests, found.pullRequests);
  }
  const hasNever = rules.some((one) => asText(get(one, 'when')) === 'never');
  return { branches: hasNever ? weaker(branches) : branches, pullRequests: hasNever ? weaker(pullRequests) : pullRequests, at };
}

function either(a: Answer, b: Answer): Answer {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'no';
}

/** What a rule without a condition, or with a plain one, lets through. */
function conditionReach(text: string | null, isFurther: boolean): { readonly branches: Answer; readonly pullRequests: Answer } {
  if (text === null) return { branches: isFurther ? 'maybe' : 'yes', pullRequests: 'maybe' };
  const condition = text.trim();
  if (/^\$CI_PIPELINE_SOURCE\s*==\s*["']merge_request_event["']$|^\$CI_MERGE_REQUEST_I?ID$/.test(condition))
    return { branches: 'no', pullRequests: 'yes' };
  if (/^\$CI_PIPELINE_SOURCE\s*==\s*["']push["']$|^\$CI_COMMIT_BRANCH$/.test(condition)) return { branches: 'yes', pullRequests: 'no' };
  if (
    /\$CI_COMMIT_TAG\b|\$CI_COMMIT_(BRANCH|REF_NAME|REF_SLUG)\s*(==|=~)|\$CI_COMMIT_REF_PROTECTED/.test(condition) &&
    !condition.includes('||')
  )
    return { branches: 'no', pullRequests: 'no' };
  return { branches: 'maybe', pullRequests: 'maybe' };
}

function byRefs(body: YamlMap, at: Span): JobReach {
  const only = get(body, 'only');
  const except = get(body, 'except');
  if (only === undefined && except === undefined) return { branches: 'yes', pullRequests: 'no', at };
  const refs = itemsOf(only?.kind === 'map' ? get(only, 'refs') : only).flatMap((one) => asText(one) ?? []);
  const span = only?.span ?? except?.span ?? at;
  const open = only === undefined || (only.kind === 'map' && get(only, 'refs') === undefined);
  const isFurther = only?.kind === 'map' && (get(only, 'variables') !== undefined || get(only, 'changes') !== undefined);
  const branches: Answer = open || refs.some((one) => one === 'branches' || one === 'pushes') ? (isFurther ? 'maybe' : 'yes') : 'no';
  return { branches, pullRequests: refs.includes('merge_requests') ? (isFurther ? 'maybe' : 'yes') : 'no', at: span };
}
