/** Names of Celery's settings (celery/app/defaults.py, 5.7; the same since 4.0 but for what was added). */

/** New names (behind the prefix of the namespace) that were called otherwise before 4.0, or did not exist. Without a namespace they are not read. */
const NEW =
  /^CELERY_(BEAT_(SCHEDULE|SCHEDULER|SCHEDULE_FILENAME|MAX_LOOP_INTERVAL|SYNC_EVERY|CRON_STARTING_DEADLINE)|BROKER_\w+|RESULT_(ACCEPT_CONTENT|CACHE_MAX|EXPIRES)|TASK_(ACKS_LATE|ACKS_ON_FAILURE_OR_TIMEOUT|ALWAYS_EAGER|ANNOTATIONS|COMPRESSION|CREATE_MISSING_QUEUES|DEFAULT_\w+|EAGER_PROPAGATES|IGNORE_RESULT|QUEUES|QUEUE_MAX_PRIORITY|REJECT_ON_WORKER_LOST|REMOTE_TRACEBACKS|ROUTES|SEND_SENT_EVENT|SOFT_TIME_LIMIT|STORE_EAGER_RESULT|STORE_ERRORS_EVEN_IF_IGNORED|TIME_LIMIT|TRACK_STARTED)|WORKER_(AUTOSCALER|CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS|CONCURRENCY|CONSUMER|DISABLE_RATE_LIMITS|ENABLE_REMOTE_CONTROL|HIJACK_ROOT_LOGGER|LOG_COLOR|LOG_FORMAT|LOST_WAIT|MAX_MEMORY_PER_CHILD|MAX_TASKS_PER_CHILD|POOL|POOL_RESTARTS|PREFETCH_MULTIPLIER|PROC_ALIVE_TIMEOUT|REDIRECT_STDOUTS|REDIRECT_STDOUTS_LEVEL|SEND_TASK_EVENTS|STATE_DB|TASK_LOG_FORMAT|TIMER|TIMER_PRECISION))$/;

/** Old names and their new ones, as far as the new one is not the old one with the prefix. */
const OLD: Readonly<Record<string, string>> = {
  BROKER_URL: 'broker_url',
  BROKER_TRANSPORT_OPTIONS: 'broker_transport_options',
  BROKER_CONNECTION_TIMEOUT: 'broker_connection_timeout',
  BROKER_HEARTBEAT: 'broker_heartbeat',
  BROKER_POOL_LIMIT: 'broker_pool_limit',
  BROKER_USE_SSL: 'broker_use_ssl',
  CELERYBEAT_SCHEDULE: 'beat_schedule',
  CELERYBEAT_SCHEDULER: 'beat_scheduler',
  CELERYBEAT_SCHEDULE_FILENAME: 'beat_schedule_filename',
  CELERYBEAT_MAX_LOOP_INTERVAL: 'beat_max_loop_interval',
  CELERYD_CONCURRENCY: 'worker_concurrency',
  CELERYD_HIJACK_ROOT_LOGGER: 'worker_hijack_root_logger',
  CELERYD_MAX_MEMORY_PER_CHILD: 'worker_max_memory_per_child',
  CELERYD_MAX_TASKS_PER_CHILD: 'worker_max_tasks_per_child',
  CELERYD_POOL: 'worker_pool',
  CELERYD_PREFETCH_MULTIPLIER: 'worker_prefetch_multiplier',
  CELERYD_TASK_SOFT_TIME_LIMIT: 'task_soft_time_limit',
  CELERYD_TASK_TIME_LIMIT: 'task_time_limit',
  CELERY_ACKS_LATE: 'task_acks_late',
  CELERY_ALWAYS_EAGER: 'task_always_eager',
  CELERY_ANNOTATIONS: 'task_annotations',
  CELERY_CREATE_MISSING_QUEUES: 'task_create_missing_queues',
  CELERY_DEFAULT_EXCHANGE: 'task_default_exchange',
  CELERY_DEFAULT_QUEUE: 'task_default_queue',
  CELERY_DEFAULT_RATE_LIMIT: 'task_default_rate_limit',
  CELERY_DEFAULT_ROUTING_KEY: 'task_default_routing_key',
  CELERY_EAGER_PROPAGATES_EXCEPTIONS: 'task_eager_propagates',
  CELERY_IGNORE_RESULT: 'task_ignore_result',
  CELERY_QUEUES: 'task_queues',
  CELERY_ROUTES: 'task_routes',
  CELERY_SEND_EVENTS: 'worker_send_task_events',
  CELERY_STORE_ERRORS_EVEN_IF_IGNORED: 'task_store_errors_even_if_ignored',
  CELERY_TASK_RESULT_EXPIRES: 'result_expires',
  CELERY_TRACK_STARTED: 'task_track_started',
};

/** Whether a name counts with namespace="CELERY" only. */
export function needsNamespace(name: string): boolean {
  return NEW.test(name);
}

/** The new key of a name that counts without a namespace only (with one as well since Celery 5.7); null for any other. */
export function newKeyOf(name: string): string | null {
  return OLD[name] ?? null;
}

/** The name of a setting without a namespace: that of before 4.0. */
export function oldNameOf(key: string): string {
  const old = Object.entries(OLD).find(([, one]) => one === key);
  return old === undefined ? `CELERY_${key.toUpperCase()}` : old[0];
}
