import { table } from './table.ts';

/** Databases, brokers, and how Celery's transport treats them. */
export const STORES = {
  postgresql: table('PostgreSQL', null, 'https://www.postgresql.org/docs/current/runtime-config-connection.html', {
    max_connections: 100,
    superuser_reserved_connections: 3,
  }),
  rabbitmq: table('RabbitMQ', null, 'https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout', {
    /** Since 3.8.17. */
    consumer_timeout: 1800,
  }),
  kombu: table('Celery', '5.7', 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/', {
    redis_visibility_timeout: 3600,
    sqs_visibility_timeout: 1800,
  }),
};
