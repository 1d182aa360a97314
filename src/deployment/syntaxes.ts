import type { Dockerfile } from '../syntax/dockerfile/document.ts';
import { parseDockerfile } from '../syntax/dockerfile/index.ts';
import { loadShell, type ParseShell } from '../syntax/shell/index.ts';
import { loadToml, type TomlReader } from '../syntax/toml/index.ts';
import { loadYaml, type ParseYaml } from '../syntax/yaml/index.ts';

/** The parsers that readers of deployment files call. Handed in, because their libraries are loaded only when such files exist. */
export interface Syntaxes {
  readonly parseYaml: ParseYaml;
  readonly parseShell: ParseShell;
  /** Absent where no manifest is written in it. */
  readonly parseToml?: TomlReader['parse'];
  readonly parseDockerfile: (text: string, file: string) => Dockerfile;
}

export async function loadSyntaxes(): Promise<Syntaxes> {
  const [parseYaml, parseShell, toml] = await Promise.all([loadYaml(), loadShell(), loadToml()]);
  return { parseYaml, parseShell, parseToml: toml.parse, parseDockerfile };
}
