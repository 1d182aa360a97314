import type { Answer } from '../../core/data.ts';
import { type ManifestNode, nodeAt, textOfNode } from './node.ts';
import type { ManifestObject } from './object.ts';

/** Whether a patch with a target changes an object. */
export function fits(object: ManifestObject, target: ManifestNode): Answer {
  const kind = matches(target, 'kind', [object.kind]);
  const name = matches(target, 'name', [object.name, object.original ?? object.name]);
  const namespace = matches(target, 'namespace', [object.namespace ?? 'default']);
  const labels = selects(textOfNode(nodeAt(target, 'labelSelector')), nodeAt(object.root, 'metadata', 'labels'));
  const annotations: Answer = nodeAt(target, 'annotationSelector') === null ? 'yes' : 'maybe';
  const all = [kind, name, namespace === 'no' && object.namespace === null ? 'maybe' : namespace, labels, annotations];
  return all.includes('no') ? 'no' : all.includes('maybe') ? 'maybe' : 'yes';
}

function matches(target: ManifestNode, key: string, actual: readonly string[]): Answer {
  const node = nodeAt(target, key);
  if (node?.kind === 'hole') return 'maybe';
  const wanted = textOfNode(node);
  if (wanted === null || wanted === '' || actual.includes(wanted)) return 'yes';
  // Names are patterns that match as a whole: of these only `.*` and `|` are tried.
  if (!/^\^?[\w\-.*|]{1,200}\$?$/.test(wanted) || /(?<!\.)\*|\.(?!\*)/.test(wanted)) return /[^\w.-]/.test(wanted) ? 'maybe' : 'no';
  if (wanted.split('.*').length > 4) return 'maybe';
  return actual.some((one) => simplePattern(wanted).test(one)) ? 'yes' : 'no';
}

function simplePattern(text: string): RegExp {
  return new RegExp(`^(?:${text.replace(/^\^|\$$/g, '')})$`);
}

function selects(selector: string | null, labels: ManifestNode | null): Answer {
  if (selector === null || selector === '') return 'yes';
  const answers = selector.split(',').map((one): Answer => {
    const [, key, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(one) ?? [];
    if (key === undefined) return 'maybe';
    const node = nodeAt(labels, key);
    return node?.kind === 'hole' ? 'maybe' : textOfNode(node) === value ? 'yes' : 'no';
  });
  return answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes';
}
