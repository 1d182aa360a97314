import type { Answer, Data } from '../../core/data.ts';
import type { Value } from '../../core/value.ts';
import type { HclBlock, HclBody, HclExpression } from '../../syntax/hcl/index.ts';
import type { ParseYaml } from '../../syntax/yaml/index.ts';

/** The files of one folder, which Terraform reads as one text. */
export interface ModuleSource {
  readonly folder: string;
  readonly bodies: readonly HclBody[];
  readonly texts: ReadonlyMap<string, string>;
}

/** A module as one call of it (or the command line) instantiates it. */
export interface Module {
  readonly source: ModuleSource;
  /** Names it among all: "infra", "infra/module.db". */
  readonly path: string;
  /** Null for a root module. */
  readonly caller: Module | null;
  /** The arguments that the caller gives. */
  readonly inputs: ReadonlyMap<string, HclExpression>;
  /** What files of variables give to a root module. */
  readonly files: RootVariables | null;
  readonly variables: ReadonlyMap<string, HclBlock>;
  readonly locals: ReadonlyMap<string, HclExpression>;
  readonly outputs: ReadonlyMap<string, HclExpression>;
  /** By "type.name"; those of data by "data.type.name". */
  readonly resources: ReadonlyMap<string, HclBlock>;
  /** Local modules that it calls; null for those that are not in the repository. */
  readonly children: ReadonlyMap<string, Module | null>;
  /** Whether anything makes it: `count` and `for_each` of its call may not. */
  readonly exists: Answer;
  readonly shared: Shared;
  /** Variables, locals and outputs that were evaluated before. */
  readonly memory: Map<string, Value<Data>>;
}

/** What all modules of one run share. */
export interface Shared {
  /** Text of a file of the tree; null when it cannot be read. */
  read(path: string): string | null;
  readonly parseYaml: ParseYaml;
  /** Names that a script or pipeline gives on the command line or in the environment. */
  givenElsewhere(): ReadonlySet<string>;
  /** Variables, locals and outputs in flight. */
  depth: number;
  /** Expressions in flight. */
  nesting: number;
}

/** The variable files of a root module. */
export interface RootVariables {
  /** Whether a file for production, or one that is always read, is in view. */
  readonly inView: boolean;
  readonly values: ReadonlyMap<string, readonly HclExpression[]>;
}
