export { type Include, parseRequirements, type RequirementLine, type RequirementsDocument } from './file.ts';
export { type LockedPackage, scanPipfileLock, scanTomlLock } from './lock.ts';
export { type DeclaredPackages, pipfilePackages, pyprojectPackages, setupCfgPackages } from './project.ts';
export { normalName, parseRequirement, type Requirement } from './requirement.ts';
export { setupPyRequirements } from './setup-py.ts';
export {
  ANY_RELEASE,
  intersection,
  type Operator,
  parseSpecifiers,
  poetryReleases,
  type Releases,
  releasesOf,
  type Specifier,
  union,
} from './specifier.ts';
export { compareVersions, parseVersion, releaseText, type Version } from './version.ts';
