import { MUTATIONS as apps } from './apps.ts';
import { MUTATIONS as cache } from './cache.ts';
import { MUTATIONS as celery } from './celery.ts';
import { MUTATIONS as ci } from './ci.ts';
import { MUTATIONS as container } from './container.ts';
import { MUTATIONS as core } from './core.ts';
import { MUTATIONS as database } from './database.ts';
import { MUTATIONS as dependencies } from './dependencies.ts';
import type { Edit, Mutation } from './edits.ts';
import { MUTATIONS as email } from './email.ts';
import { MUTATIONS as environment } from './environment.ts';
import { MUTATIONS as cluster } from './gold-cluster.ts';
import { MUTATIONS as clusterInfrastructure } from './gold-cluster-infrastructure.ts';
import { BEHIND_CADDY, BEHIND_TRAEFIK, CADDY_MUTATIONS, TRAEFIK_MUTATIONS, WEBSOCKET_MUTATIONS, WITH_WEBSOCKETS } from './gold-fronts.ts';
import { MUTATIONS as machine } from './gold-machine.ts';
import { MUTATIONS as goldPlatform } from './gold-platform.ts';
import { SYSTEMD_MUTATIONS, UNDER_SYSTEMD } from './gold-systemd.ts';
import { MUTATIONS as hosts } from './hosts.ts';
import { MUTATIONS as logging } from './logging.ts';
import { MUTATIONS as pipelines } from './pipelines.ts';
import { MUTATIONS as proxy } from './proxy.ts';
import { MUTATIONS as secrets } from './secrets.ts';
import { MUTATIONS as server } from './server.ts';
import { MUTATIONS as settings } from './settings.ts';
import { MUTATIONS as staticFiles } from './static.ts';
import { MUTATIONS as tasks } from './tasks.ts';

export type { Edit } from './edits.ts';

/** Every mutation of the model project of compose, by the area of the rule that it breaks first. */
const COMPOSE: readonly Mutation[] = [
  ...apps,
  ...cache,
  ...celery,
  ...ci,
  ...pipelines,
  ...container,
  ...core,
  ...database,
  ...dependencies,
  ...email,
  ...environment,
  ...hosts,
  ...logging,
  ...proxy,
  ...secrets,
  ...server,
  ...settings,
  ...staticFiles,
  ...tasks,
];

/** A project without a finding, and the ways to break it. */
export interface ModelProject {
  /** Under fixtures/. */
  readonly folder: string;
  /** What stands in its place, for a variant of the project. */
  readonly variant?: { readonly name: string; readonly edits: readonly Edit[] };
  readonly mutations: readonly Mutation[];
}

/** One model project for each way into production. */
export const MODELS: readonly ModelProject[] = [
  { folder: 'gold', mutations: COMPOSE },
  { folder: 'gold', variant: { name: 'behind Caddy', edits: BEHIND_CADDY }, mutations: CADDY_MUTATIONS },
  { folder: 'gold', variant: { name: 'behind Traefik', edits: BEHIND_TRAEFIK }, mutations: TRAEFIK_MUTATIONS },
  { folder: 'gold', variant: { name: 'with websockets', edits: WITH_WEBSOCKETS }, mutations: WEBSOCKET_MUTATIONS },
  { folder: 'gold-platform', mutations: goldPlatform },
  { folder: 'gold-cluster', mutations: [...cluster, ...clusterInfrastructure] },
  { folder: 'gold-machine', mutations: machine },
  { folder: 'gold-machine', variant: { name: 'under systemd', edits: UNDER_SYSTEMD }, mutations: SYSTEMD_MUTATIONS },
];
