import { MAX_PATTERN_TEXT } from '../../core/limits.ts';
import { parseRequirement, type Requirement } from './requirement.ts';

const LIST = /\binstall_requires\s*=\s*[[(]([^\])]*)[\])]\s*(?=,|\)|\n|$)/;
const ITEM = /\s*(?:#[^\n]*\n\s*)*(?:"([^"\\\n]*)"|'([^'\\\n]*)')\s*(?:#[^\n]*\n\s*)*(,|$)/y;

/** `install_requires=[…]` of a setup.py when it is a list of plain strings; null when it is anything else. */
export function setupPyRequirements(file: string, text: string): readonly Requirement[] | null {
  const list = LIST.exec(text.slice(0, MAX_PATTERN_TEXT));
  const body = list?.[1];
  if (list === null || body === undefined || /\[/.test(body)) return null;
  const start = list.index + list[0].indexOf(body, list[0].search(/[[(]/) + 1);
  const found: Requirement[] = [];
  let at = 0;
  const last = body.replace(/#[^\n]*/g, (comment) => ' '.repeat(comment.length)).trimEnd().length;
  while (at < last) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(body);
    if (item === null) return null;
    const written = item[1] ?? item[2] ?? '';
    const from = start + at + item[0].search(/["']/) + 1;
    const one = parseRequirement(written, { file, start: from, end: from + written.length });
    if (one === null) return null;
    found.push(one);
    at = ITEM.lastIndex;
  }
  return found;
}
