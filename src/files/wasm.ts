import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Where the modules of the Python parser stand. In the sources that is the packages they come from; the build puts them beside itself. */
export function wasmPlaces(): { readonly runtime: URL; readonly grammar: URL } {
  const { resolve } = createRequire(import.meta.url);
  return {
    runtime: pathToFileURL(resolve('web-tree-sitter/web-tree-sitter.wasm')),
    grammar: pathToFileURL(resolve('tree-sitter-python/tree-sitter-python.wasm')),
  };
}
