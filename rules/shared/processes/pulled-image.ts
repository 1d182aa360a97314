import type { Deployment, Process } from '../../../src/rule.ts';

/**
 * Whether all that the manifest gives to a process is in view: for pulled images of which it is known what they set themselves.
 * The environment of such a process stays open, because images in general may set variables.
 */
export function isGivenInView({ environment, image, name }: Process, { compose }: Pick<Deployment, 'compose'>): boolean {
  if (environment.closed === true) return true;
  if (image?.build !== null || compose === null) return false;
  return environment.closed.because === 'the image may set variables' && compose.missingEnvFiles.every(({ service }) => service !== name);
}
