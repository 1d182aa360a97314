export { parseRequirements } from './file.ts';
export { type LockedPackage, scanPipfileLock, scanTomlLock } from './lock.ts';
export { type DeclaredPackages, pipfilePackages, pyprojectPackages, setupCfgPackages } from './project.ts';
export { normalName, parseRequirement } from './requirement.ts';
export { setupPyRequirements } from './setup-py.ts';
export { intersection, parseSpecifiers, poetryReleases, type Releases, releasesOf, union } from './specifier.ts';
export { compareVersions, parseVersion } from './version.ts';
