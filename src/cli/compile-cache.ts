import module from 'node:module';

/** Node from 22.1 on keeps compiled code between runs; older ones lack the function. */
export function enableCompileCache(): void {
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();
}
