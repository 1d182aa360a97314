import type { Dockerfile } from '../syntax/dockerfile/document.ts';
import type { ParseShell } from '../syntax/shell/script.ts';
import type { ParseYaml } from '../syntax/yaml/node.ts';

/** The parsers that readers of deployment files call. Handed in, because their libraries are loaded only when such files exist. */
export interface Syntaxes {
  readonly parseYaml: ParseYaml;
  readonly parseShell: ParseShell;
  readonly parseDockerfile: (text: string, file: string) => Dockerfile;
}
