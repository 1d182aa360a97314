import type { Edit, Mutation } from './edits.ts';

const OVERLAY = 'k8s/overlays/production/kustomization.yaml';

const overlay = (find: string, replace: string): readonly Edit[] => [{ file: OVERLAY, find, replace }];

/** Ways to break fixtures/gold-cluster in its manifests. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a variable that the ConfigMap no longer gives',
    edits: overlay('      - UPLOADS_BUCKET=harbour-uploads\n', ''),
    expect: ['environment/required-variable-missing'],
  },
];
