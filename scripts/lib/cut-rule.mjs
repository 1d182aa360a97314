import { parseAst } from 'rolldown/parseAst';

/** Properties of a rule that only people read: what reports print, and what only its page does. They hold most of its text. */
export const PROSE = new Set(['why', 'fix', 'links']);
export const EXAMPLES = new Set(['examples']);

/**
 * The text of a rule file with only those properties of the rule for which `keeps` is true, and without the
 * declarations and imports that nothing then uses. Bundlers cannot do the latter: they must assume that a call has effects.
 */
export function cutRule(text, keeps) {
  const program = parseAst(text, { lang: 'ts' });
  const rule = ruleObject(program);
  if (rule === null) throw new Error('The file exports no defineRule({ … }).');
  const cuts = [];
  for (const [index, property] of rule.properties.entries()) {
    if (property.type !== 'Property') throw new Error('A rule lists its properties one by one: the build takes them apart.');
    if (keeps(nameOf(property))) continue;
    const next = rule.properties[index + 1];
    cuts.push([property.start, next ? next.start : rule.end - 1]);
  }
  return dropUnused(cut(text, cuts));
}

function ruleObject(program) {
  const exported = program.body.find((one) => one.type === 'ExportDefaultDeclaration')?.declaration;
  if (exported?.type !== 'CallExpression' || exported.callee.name !== 'defineRule') return null;
  const [argument] = exported.arguments;
  return argument?.type === 'ObjectExpression' ? argument : null;
}

function nameOf(property) {
  return property.key.name ?? property.key.value;
}

function cut(text, ranges) {
  let kept = '';
  let at = 0;
  for (const [start, end] of ranges) {
    kept += text.slice(at, start);
    at = end;
  }
  return kept + text.slice(at);
}

/** Removes top-level declarations and imports whose names stand nowhere else, until none is left. */
function dropUnused(text) {
  const program = parseAst(text, { lang: 'ts' });
  const uses = new Map();
  count(program, uses);
  const ranges = [];
  for (const statement of program.body) {
    const names = declaredNames(statement);
    if (names.length > 0 && names.every((name) => uses.get(name) === 1)) ranges.push([statement.start, statement.end]);
    else if (statement.type === 'ImportDeclaration') ranges.push(...unusedSpecifiers(text, statement, uses));
  }
  return ranges.length === 0 ? text : dropUnused(cut(text, ranges));
}

function declaredNames(statement) {
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.declarations.map((one) => (one.id.type === 'Identifier' ? one.id.name : ''));
    case 'FunctionDeclaration':
      return [statement.id.name];
    case 'ImportDeclaration':
      return statement.specifiers.map((one) => one.local.name);
    default:
      return [];
  }
}

/** `import { used, unused }`: cuts the second together with its comma. */
function unusedSpecifiers(text, statement, uses) {
  return statement.specifiers
    .filter((one) => uses.get(one.local.name) === 1)
    .map((one) => {
      const rest = text.slice(one.end, statement.end);
      const comma = /^\s*,/.exec(rest);
      return [one.start, one.end + (comma ? comma[0].length : 0)];
    });
}

/** How often each identifier stands in a tree, its declaration included; keys of objects and members do not count. */
function count(node, uses) {
  if (Array.isArray(node)) {
    for (const one of node) count(one, uses);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  if (node.type === 'Identifier') uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
  for (const [key, value] of Object.entries(node)) {
    if (node.type === 'MemberExpression' && key === 'property' && !node.computed) continue;
    if (node.type === 'Property' && key === 'key' && !node.computed) continue;
    if (node.type === 'ImportSpecifier' && key === 'imported') continue;
    count(value, uses);
  }
}
