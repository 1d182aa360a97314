import { type Expr, parsePython, type Stmt } from '../../../syntax/python/index.ts';
import { evaluate } from '../../expressions/evaluate.ts';
import { PyError, type Run, unknownAt } from '../../run.ts';
import type { Known, ScopeChain, Site, Val } from '../../values/object.ts';
import { limited } from './limits.ts';
import { type Annotation, type FieldInfo, type FieldType, infoOf, type Layer, markedType, modelOf, NO_LIMITS } from './types.ts';

/** Annotations as pydantic reads them. What is not understood makes the field unknown, never wrong. */

const ANY: FieldType = { k: 'any' };
const MAX_DEPTH = 20;

type Where = { readonly run: Run; readonly chain: ScopeChain; readonly site: Site; readonly generation: 1 | 2 | null };

/** The annotation of a statement in a class body. */
export function annotationOf(where: Where, text: string): Annotation {
  const node = parsed(text);
  return node === undefined ? plain(opaque(where)) : resolve(where, node, 0);
}

function parsed(text: string): Expr | undefined {
  const { module } = parsePython('', `(${text}\n)`);
  const [only] = module.body;
  return module.body.length === 1 && only?.kind === 'expr' ? only.value : undefined;
}

function plain(type: FieldType): Annotation {
  return { type, info: [], decode: null };
}

function opaque({ run, site }: Where): FieldType {
  return { k: 'opaque', why: unknownAt(run, 'unsupported-syntax', site) };
}

function resolve(where: Where, node: Expr, depth: number): Annotation {
  if (depth > MAX_DEPTH) return plain(opaque(where));
  switch (node.kind) {
    case 'const':
      return plain(node.value === null ? { k: 'none' } : opaque(where));
    case 'str': {
      const inner = parsed(node.value);
      return inner === undefined ? plain(opaque(where)) : resolve(where, inner, depth + 1);
    }
    case 'binary':
      return node.op === '|' ? plain(unionOf([typeOf(where, node.left, depth), typeOf(where, node.right, depth)])) : plain(opaque(where));
    case 'name':
    case 'attr':
    case 'call':
      return named(where, node, depth);
    case 'index':
      return generic(where, node.value, node.index.kind === 'tuple' ? node.index.items : [node.index], depth);
    default:
      return plain(opaque(where));
  }
}

/** The type of a part; what Annotated says inside of a container is honoured only where nothing hangs on it. */
function typeOf(where: Where, node: Expr, depth: number): FieldType {
  const one = resolve(where, node, depth + 1);
  return one.decode === null && one.info.every((info) => info.fallback === null && info.factory === null)
    ? withInfos(where, one)
    : opaque(where);
}

function withInfos(where: Where, one: Annotation): FieldType {
  return one.info.reduce<FieldType>((type, info) => limited(where.run, type, info, where.generation, where.site), one.type);
}

function evaluated({ run, chain }: Where, node: Expr): Val | undefined {
  try {
    return evaluate(run, node, chain);
  } catch (error) {
    if (error instanceof PyError) return undefined;
    throw error;
  }
}

function named(where: Where, node: Expr, depth: number): Annotation {
  if (node.kind === 'name' && ownValue(where, node.name)) return plain(opaque(where));
  const value = evaluated(where, node);
  const type = value === undefined ? undefined : (typeOfValue(value) ?? bareType(headOf(value)));
  if (type !== undefined) return plain(type);
  const alias = node.kind === 'name' ? aliasOf(where, node.name) : undefined;
  return alias === undefined ? plain(opaque(where)) : resolve(where, alias, depth + 1);
}

/** A name that the class body itself binds to a value: which of the two the annotation means hangs on the order. */
function ownValue({ chain }: Where, name: string): boolean {
  const slot = chain.scope.state.names.get(name);
  return slot !== undefined && !(slot.k === 'known' && slot.obj.t === 'class');
}

/** `Name = Union[…]`, assigned once at the top of the module. */
function aliasOf({ run }: Where, name: string): Expr | undefined {
  const found = run.frame.module.source.body.filter((stmt: Stmt) => bindsOnce(stmt, name));
  const [only] = found;
  return found.length === 1 && only?.kind === 'assign' ? only.value : undefined;
}

function bindsOnce(stmt: Stmt, name: string): boolean {
  return stmt.kind === 'assign' && stmt.targets.some((target) => target.kind === 'name' && target.name === name);
}

const SCALARS: Readonly<Record<string, FieldType>> = {
  str: { k: 'str', limits: NO_LIMITS },
  int: { k: 'int', limits: NO_LIMITS },
  float: { k: 'float', limits: NO_LIMITS },
  bool: { k: 'bool' },
  bytes: { k: 'bytes' },
  Path: { k: 'path' },
  timedelta: { k: 'timedelta' },
  object: ANY,
};

function typeOfValue(value: Val): FieldType | undefined {
  if (value.k !== 'known') return undefined;
  const { obj } = value;
  const marked = markedType(obj);
  if (marked !== undefined) return marked;
  if (obj.t === 'none') return { k: 'none' };
  if (obj.t === 'builtin' && obj.type && Object.hasOwn(SCALARS, obj.name)) return SCALARS[obj.name];
  if (obj.t !== 'class') return undefined;
  if (modelOf(obj) !== undefined) return { k: 'model', cls: obj };
  if (obj.open === null && obj.mro.some((base) => base.native && base.module === 'enum' && base.name === 'Enum'))
    return { k: 'enum', cls: obj };
  return undefined;
}

/** The bare name of a container or of a form of `typing`. */
function headOf(value: Val): string | undefined {
  if (value.k === 'known' && value.obj.t === 'native') return /^typing\.(\w+)$/.exec(value.obj.cls)?.[1];
  if (value.k === 'unk') return /^(?:typing|typing_extensions|collections\.abc)\.(\w+)$/.exec(value.key)?.[1];
  if (value.k === 'known' && value.obj.t === 'builtin' && value.obj.type && /^(list|dict|set|frozenset|tuple)$/.test(value.obj.name))
    return value.obj.name;
  return undefined;
}

function bareType(head: string | undefined): FieldType | undefined {
  switch (head) {
    case 'Any':
      return ANY;
    case 'list':
    case 'List':
      return { k: 'list', of: ANY, limits: NO_LIMITS, bare: head === 'list' };
    case 'set':
    case 'Set':
      return { k: 'set', of: ANY, limits: NO_LIMITS, bare: head === 'set' };
    case 'frozenset':
    case 'FrozenSet':
      return { k: 'frozenset', of: ANY, limits: NO_LIMITS, bare: head === 'frozenset' };
    case 'tuple':
    case 'Tuple':
      return { k: 'tuple', items: [], rest: ANY, bare: head === 'tuple' };
    case 'dict':
    case 'Dict':
      return { k: 'dict', key: ANY, value: ANY, bare: true };
    default:
      return undefined;
  }
}

function generic(where: Where, headNode: Expr, args: readonly Expr[], depth: number): Annotation {
  const value = evaluated(where, headNode);
  const head = value === undefined ? undefined : headOf(value);
  const [first, second] = args;
  if (head === undefined || first === undefined) return plain(opaque(where));
  if (head === 'Annotated') return annotated(where, first, args.slice(1), depth);
  if (head === 'Literal') return plain(literal(where, args));
  const item = () => typeOf(where, first, depth);
  switch (head) {
    case 'Optional':
      return plain(unionOf([item(), { k: 'none' }]));
    case 'Union':
      return plain(unionOf(args.map((one) => typeOf(where, one, depth))));
    case 'Final':
      return plain(opaque(where));
    case 'list':
    case 'List':
      return plain({ k: 'list', of: item(), limits: NO_LIMITS, bare: false });
    case 'set':
    case 'Set':
      return plain({ k: 'set', of: item(), limits: NO_LIMITS, bare: false });
    case 'frozenset':
    case 'FrozenSet':
      return plain({ k: 'frozenset', of: item(), limits: NO_LIMITS, bare: false });
    case 'dict':
    case 'Dict':
      return second === undefined
        ? plain(opaque(where))
        : plain({ k: 'dict', key: item(), value: typeOf(where, second, depth), bare: false });
    case 'tuple':
    case 'Tuple':
      return plain(tupleOf(where, args, depth));
    default:
      return plain(opaque(where));
  }
}

function tupleOf(where: Where, args: readonly Expr[], depth: number): FieldType {
  const [first, second] = args;
  if (args.length === 2 && first !== undefined && second?.kind === 'const' && second.value === '...')
    return { k: 'tuple', items: [], rest: typeOf(where, first, depth), bare: false };
  return { k: 'tuple', items: args.map((one) => typeOf(where, one, depth)), rest: null, bare: false };
}

function literal(where: Where, args: readonly Expr[]): FieldType {
  const values: Known[] = [];
  for (const one of args) {
    const value =
      one.kind === 'str' || one.kind === 'int' || (one.kind === 'const' && one.value !== '...') ? evaluated(where, one) : undefined;
    if (value?.k !== 'known') return opaque(where);
    values.push(value);
  }
  return { k: 'literal', values };
}

/** A union flattened, with None apart. */
export function unionOf(parts: readonly FieldType[]): FieldType {
  const flat: FieldType[] = [];
  let nullable = false;
  for (const part of parts) {
    if (part.k === 'none') nullable = true;
    else if (part.k === 'optional') {
      nullable = true;
      flat.push(...(part.of.k === 'union' ? part.of.of : [part.of]));
    } else if (part.k === 'union') flat.push(...part.of);
    else flat.push(part);
  }
  const unknown = flat.find((one) => one.k === 'opaque');
  const [only] = flat;
  const type: FieldType = unknown ?? (only === undefined ? { k: 'none' } : flat.length === 1 ? only : { k: 'union', of: flat });
  return nullable && type.k !== 'opaque' && type.k !== 'none' ? { k: 'optional', of: type } : type;
}

function annotated(where: Where, first: Expr, rest: readonly Expr[], depth: number): Annotation {
  const inner = resolve(where, first, depth + 1);
  let { type, decode } = inner;
  const info: FieldInfo[] = [...inner.info];
  for (const node of rest) {
    const value = evaluated(where, node);
    const mark = markOf(value);
    if (mark === 'no' || mark === 'force') decode = mark;
    else if (infoOf(value) !== undefined) info.push(...[infoOf(value)].filter((one) => one !== undefined));
    else if (value?.k === 'known' && LAYERS.has(value.obj)) {
      const layer = LAYERS.get(value.obj);
      // A bound of Field that stands before the function is checked before it: the order counts.
      if (layer === undefined || info.length > 0) type = opaque(where);
      else type = { k: 'layered', of: type, layers: [layer] };
    } else if (!(value?.k === 'known' && (value.obj.t === 'str' || value.obj.t === 'none'))) type = opaque(where);
  }
  return { type, info, decode };
}

function markOf(value: Val | undefined): string | undefined {
  return value?.k === 'known' ? DECODE.get(value.obj) : undefined;
}

/** Markers that stand in Annotated. */
export const DECODE = new WeakMap<Known['obj'], 'no' | 'force'>();
export const LAYERS = new WeakMap<Known['obj'], Layer>();
