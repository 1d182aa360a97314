/** Whether a published port is reachable from other machines: unset, 0.0.0.0 and :: are every interface. */
export function isPublicAddress(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::' || address === '[::]';
}
