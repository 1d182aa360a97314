import { table } from './table.ts';

/** What starts and stops the processes: supervisors, containers, clusters, platforms. */
export const HOSTS = {
  systemd: table('systemd', '252', 'https://www.freedesktop.org/software/systemd/man/latest/systemd-system.conf.html', {
    timeout_stop: 90,
    user: 'root',
    working_directory: '/',
  }),
  supervisor: table('supervisor', '4.3.0', 'https://supervisord.org/configuration.html', { stopwaitsecs: 10 }),
  compose: table('Compose', null, 'https://github.com/compose-spec/compose-spec/blob/main/05-services.md', {
    stop_grace_period: 10,
    replicas: 1,
    host_ip: '',
  }),
  kubernetes: table('Kubernetes', null, 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/', {
    terminationGracePeriodSeconds: 30,
    replicas: 1,
    restartPolicy: 'always',
  }),
  ecs: table('ECS', null, 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html', {
    stopTimeout: 30,
  }),
  heroku: table('Heroku', null, 'https://devcenter.heroku.com/articles/request-timeout', { router_timeout: 30 }),
  fly: table('Fly', null, 'https://fly.io/docs/reference/configuration/', { internal_port: 8080 }),
  appEngine: table('App Engine', null, 'https://cloud.google.com/appengine/docs/standard/python3/runtime', { port: 8080 }),
  appPlatform: table('App Platform', null, 'https://docs.digitalocean.com/products/app-platform/reference/app-spec/', { http_port: 8080 }),
};
