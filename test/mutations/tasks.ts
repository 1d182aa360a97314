import { type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  { name: 'no broker', edits: setting('CELERY_BROKER_URL = "redis://redis:6379/0"\n', ''), expect: ['tasks/broker-not-configured'] },
];
