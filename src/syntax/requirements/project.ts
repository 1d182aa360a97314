import type { Span } from '../../core/span.ts';
import { entriesOf, type IniDocument, spanIn } from '../ini/index.ts';
import { type TomlTable, type TomlValue, tomlAt } from '../toml/index.ts';
import { normalName, parseRequirement, type Requirement } from './requirement.ts';
import { ANY_RELEASE, poetryReleases } from './specifier.ts';

/** What a project file asks for. */
export interface DeclaredPackages {
  /** Installed with the project. */
  readonly requirements: readonly Requirement[];
  /** Of extras and of groups (dev, test, prod, …): installed when asked for. */
  readonly optional: readonly Requirement[];
  /** False when the file leaves the list to other tools (`dynamic`), or has what is not understood. */
  readonly complete: boolean;
  /** Whether the file says anything about dependencies at all. */
  readonly declares: boolean;
}

/** pyproject.toml: `[project]` (PEP 621), `[dependency-groups]` (PEP 735) and Poetry's tables. */
export function pyprojectPackages(root: TomlTable): DeclaredPackages {
  const main = tomlAt(root, 'project', 'dependencies');
  const poetry = tomlAt(root, 'tool', 'poetry', 'dependencies');
  const dynamic = tomlAt(root, 'project', 'dynamic');
  const isDynamic = dynamic?.kind === 'array' && dynamic.items.some((item) => item.kind === 'string' && item.value === 'dependencies');
  const required = [...listed(main), ...poetryListed(poetry, false)];
  const groups = [
    ...poetryListed(poetry, true),
    ...tablesIn(tomlAt(root, 'project', 'optional-dependencies')).flatMap(listed),
    ...tablesIn(tomlAt(root, 'dependency-groups')).flatMap(listed),
    ...tablesIn(tomlAt(root, 'tool', 'poetry', 'group')).flatMap((group) =>
      poetryListed(group.kind === 'table' ? tomlAt(group, 'dependencies') : undefined),
    ),
    ...poetryListed(tomlAt(root, 'tool', 'poetry', 'dev-dependencies')),
    ...listed(tomlAt(root, 'tool', 'uv', 'dev-dependencies')),
  ];
  return {
    requirements: known(required),
    optional: known(groups),
    complete: !isDynamic && required.every((one) => one !== null),
    declares: main !== undefined || poetry !== undefined || isDynamic,
  };
}

/** Pipfile: `[packages]` and `[dev-packages]`. */
export function pipfilePackages(root: TomlTable): DeclaredPackages {
  const main = tomlAt(root, 'packages');
  const required = poetryListed(main);
  return {
    requirements: known(required),
    optional: known(poetryListed(tomlAt(root, 'dev-packages'))),
    complete: required.every((one) => one !== null),
    declares: main !== undefined,
  };
}

/** `install_requires` of setup.cfg. */
export function setupCfgPackages(document: IniDocument): DeclaredPackages {
  const entry = document.rejected === null ? entriesOf(document, 'options', 'install_requires').at(-1) : undefined;
  const required: (Requirement | null)[] = [];
  let dynamic = false;
  for (const found of (entry?.value ?? '').matchAll(/[^\n;][^\n]*/g)) {
    const text = found[0].trim();
    if (text === '' || text.startsWith('#')) continue;
    if (/^(file|attr):/.test(text)) dynamic = true;
    else required.push(parseRequirement(text, spanIn(document.file, entry?.pieces ?? [], found.index, found.index + found[0].length)));
  }
  return {
    requirements: known(required),
    optional: [],
    complete: document.rejected === null && !dynamic && required.every((one) => one !== null),
    declares: entry !== undefined,
  };
}

function known(all: readonly (Requirement | null)[]): readonly Requirement[] {
  return all.filter((one) => one !== null);
}

function tablesIn(value: TomlValue | undefined): readonly TomlValue[] {
  return value?.kind === 'table' ? [...value.entries.values()].map((entry) => entry.value) : [];
}

/** Texts of PEP 508; null for each item that is none, an included group for one. */
function listed(value: TomlValue | undefined): readonly (Requirement | null)[] {
  if (value?.kind !== 'array') return value === undefined ? [] : [null];
  return value.items.map((item) => (item.kind === 'string' ? parseRequirement(item.value.trim(), item.span) : null));
}

/** Poetry and Pipenv: `name = "^1.2"` or `name = { version = "^1.2", extras = […] }`. Poetry's `python` is no package. */
function poetryListed(value: TomlValue | undefined, optional?: boolean): readonly (Requirement | null)[] {
  if (value?.kind !== 'table') return value === undefined || optional === true ? [] : [null];
  return [...value.entries]
    .filter(([name, { value: wanted }]) => name !== 'python' && (optional === undefined || isOptional(wanted) === optional))
    .map(([name, { keySpan, value: wanted }]) => poetryOne(name, keySpan, wanted));
}

/** Several constraints for one distribution hold in places of their own. */
const SEVERAL = 'several constraints';

/** Keys of Poetry and Pipenv that keep a distribution to some places. */
function tableMarker(wanted: TomlTable): string | null {
  const markers = tomlAt(wanted, 'markers');
  if (markers?.kind === 'string') return markers.value;
  const other = ['python', 'platform', 'sys_platform', 'os_name', 'platform_machine', 'platform_system', 'python_version'];
  const key = other.find((one) => wanted.entries.has(one));
  return key === undefined && markers === undefined ? null : `a condition on ${key ?? 'markers'}`;
}

/** `optional = true`: only an extra installs it. */
function isOptional(wanted: TomlValue): boolean {
  const optional = wanted.kind === 'table' ? tomlAt(wanted, 'optional') : undefined;
  return optional?.kind === 'boolean' && optional.value;
}

function poetryOne(name: string, keySpan: Span, wanted: TomlValue): Requirement | null {
  const base = {
    name: normalName(name),
    extras: [],
    url: null,
    marker: null,
    span: { ...keySpan, end: Math.max(keySpan.end, wanted.span.end) },
  };
  if (wanted.kind === 'string') return { ...base, releases: poetryReleases(wanted.value) };
  if (wanted.kind !== 'table') return { ...base, releases: null, marker: SEVERAL };
  const version = tomlAt(wanted, 'version');
  const extras = tomlAt(wanted, 'extras');
  const elsewhere = ['git', 'path', 'url', 'file'].find((key) => wanted.entries.has(key)) ?? null;
  const any = version === undefined && elsewhere === null ? ANY_RELEASE : null;
  return {
    ...base,
    extras: extras?.kind === 'array' ? extras.items.flatMap((item) => (item.kind === 'string' ? [normalName(item.value)] : [])) : [],
    releases: version?.kind === 'string' ? poetryReleases(version.value) : any,
    url: elsewhere,
    marker: tableMarker(wanted),
  };
}
