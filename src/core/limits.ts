/** Every bound on what hostile or huge input may cost, by name. Each is crossed by a test. */

/** Bytes of one file that is parsed; larger ones become `input/too-large`. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Files and folders that one walk visits before it stops with `input/limit`. */
export const MAX_TREE_ENTRIES = 400_000;
/** Depth of folders that the walk enters. */
export const MAX_TREE_DEPTH = 64;
/** Cases of one conditional value, and of a joined judgement of several. */
export const MAX_CASES = 64;
/** Statements and expressions that one settings evaluation executes, imports included. */
export const MAX_STEPS = 400_000;
/** Calls and imports in flight at once. */
export const MAX_CALL_DEPTH = 64;
/** Nesting of one expression, document node or block. */
export const MAX_NESTING = 200;
/** Items of one list, string or mapping that the interpreter builds. */
export const MAX_ITEMS = 20_000;
/** Values inside one setting: lists and dicts that share members may unfold to any size. */
export const MAX_MEMBERS = 50_000;
/** Characters of a tuple's identity among keys. */
export const MAX_KEY = 65_536;
/** Iterations of one loop. */
export const MAX_ITERATIONS = 20_000;
/** Characters of one string that the interpreter builds. */
export const MAX_STRING = 1_000_000;
/** Nodes that YAML aliases may expand to in one document. */
export const MAX_ALIAS_NODES = 10_000;
/** Files that `include`, `extends`, `-r` or `source` may chain. */
export const MAX_INCLUDE_DEPTH = 16;
/** Calls of local modules that are followed in the Terraform files of one repository. */
export const MAX_MODULES = 500;
/** Deployments of one repository that are judged. */
export const MAX_DEPLOYMENTS = 64;
/** Characters of one text that a backtracking pattern of another program is run over. */
export const MAX_PATTERN_TEXT = 65_536;
/** Conditions, loops and lines that a Go template makes in one file of a chart; what more of them make is not followed. */
export const MAX_TEMPLATE_PARTS = 1_000;
/** Characters of one template of a chart that is followed. */
export const MAX_TEMPLATE_TEXT = 200_000;
/** Characters of one TOML text that is parsed; lock files, which can be longer, are scanned by line. */
export const MAX_TOML_TEXT = 1_000_000;
/** Bytes of one file that is searched for what no repository should hold; longer ones are data. */
export const MAX_SEARCHED_BYTES = 256 * 1024;
