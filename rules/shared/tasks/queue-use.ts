import type { Answer, Deployment, PlatformName, Process, RepositoryFacts, SettingsFacts, Span } from '../../../src/rule.ts';

/** Whether code of the project hands work to a task queue. Definitions alone queue nothing. */
const HANDS_OVER =
  /^[^#\n]*?(\.(delay|apply_async|send_with_options)\s*\(|\.s\([^)]*\)\.(delay|apply_async)\s*\(|\bsend_task\s*\(|\basync_task\s*\(|\bdjango_rq\.enqueue\s*\(|\bqueue\.enqueue\s*\(|@db_task\b)/gm;

export function handsOver(repository: RepositoryFacts): Span | null {
  const [found] = repository.codeMentions(HANDS_OVER).items.filter(({ file }) => !/(^|\/)(docs?|examples?|scripts)\//.test(file));
  return found ?? null;
}

/** A file that may start the program elsewhere: unit, supervisor, platform or cluster file, script. Documentation starts nothing. */
const ELSEWHERE =
  /(^|\/)(Procfile[^/]*|[^/]*Dockerfile[^/]*|Makefile|justfile|Jenkinsfile|[^/]*\.(ya?ml|sh|bash|service|conf|cfg|ini|toml|json|tf|hcl|tpl|j2|nix|bat|ps1|template)|[^/]*(entrypoint|start|run|worker|celery|beat|deploy)[^/.]*)$/i;
const ASIDE = /(^|\/)(node_modules|docs?|\.devcontainer|tests?)\/|package(-lock)?\.json$|\.lock$/;

/** A manifest outside of the deployment that may run it. */
export function startedElsewhere(pattern: RegExp, { files, read }: RepositoryFacts): Span | null {
  for (const file of files) {
    if (!ELSEWHERE.test(file) || ASIDE.test(file)) continue;
    const found = pattern.exec((read(file) ?? '').replace(/^\s*(#|\/\/).*$/gm, (line) => ' '.repeat(line.length)));
    if (found !== null) return { file, start: found.index, end: found.index + found[0].length };
  }
  return null;
}

/** Platforms whose manifest lists every service of an application; others have one for each service, or keep some to themselves. */
const WHOLE: ReadonlySet<PlatformName> = new Set(['heroku', 'render']);

/** Whether all that the deployment starts is in view. */
export function inView({ processes, kind, alternative, platform }: Deployment): boolean {
  const whole = kind === 'compose' || kind === 'procfile' || (kind === 'platform' && platform !== null && WHOLE.has(platform.name));
  if (alternative || !whole) return false;
  return processes.every((process) => isPulled(process) || process.command.kind === 'known');
}

/** Images that run no code of the project. */
const TOOLS =
  /^(\S*backup\S*|postgres|postgis|timescaledb|mysql|mariadb|redis|valkey|memcached|rabbitmq|nginx|traefik|caddy|haproxy|httpd|busybox|restic|adminer|pgadmin4?|phpmyadmin|certbot|mailhog|mailpit|maildev|minio|mc|prometheus|grafana(-oss)?|node-exporter|cadvisor|loki|promtail|alertmanager|redis-commander|redisinsight|portainer(-ce)?|watchtower|dozzle|meilisearch|typesense|solr|clamav|localstack|flower|node|acme-companion|cloudflared|autoheal)$/;

function isPulled({ image, settings, role }: Process): boolean {
  if (settings !== null || image === null || image.build !== null) return false;
  return role === 'proxy' || role === 'database' || role === 'cache' || role === 'broker' || TOOLS.test(image.base ?? '');
}

/** Programs that start others as their own configuration says. */
const STARTERS =
  /(^|\/)(supervisord|honcho|foreman|circusd|s6-svscan|runsvdir|overmind|goreman|forego|multirun|pm2|cron|crond|supercronic)$/;

/** Whether a process runs a program, as its words say. */
export function runsAny(process: Process, pattern: RegExp): Answer {
  const words = [...(process.command.kind === 'known' ? process.command.value : []), ...process.steps.flatMap(({ argv }) => argv)];
  if (words.some((word) => word.kind === 'known' && pattern.test(word.value))) return 'yes';
  return words.some((word) => word.kind !== 'known' || STARTERS.test(word.value)) ? 'maybe' : 'no';
}

/** Tasks run where they are called. */
export function isEager(settings: SettingsFacts): Answer {
  const names = settings.names.filter((name) => /(^|_)(TASK_ALWAYS_EAGER|ALWAYS_EAGER)$/.test(name));
  const answers = names.map((name): Answer => {
    const value = settings.get(name);
    if (value.kind !== 'known') return 'maybe';
    return value.value === true || value.value === 1 ? 'yes' : value.value === false || value.value === 0 ? 'no' : 'maybe';
  });
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}
