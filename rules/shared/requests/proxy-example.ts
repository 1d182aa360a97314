import { compose, DOCKERFILE, django, nginx, PASS } from '../values/examples.ts';

/** A compose deployment whose nginx.conf is the given text. */
export function behindNginx(conf: string, settings = '', parts: Parameters<typeof compose>[0] = {}): Record<string, string> {
  return { ...django(settings), Dockerfile: DOCKERFILE, 'docker-compose.yml': compose(parts), 'nginx.conf': conf };
}

/** The same with one more block beside the location that proxies. */
export function withLocation(lines: string, settings = '', parts: Parameters<typeof compose>[0] = {}): Record<string, string> {
  return behindNginx(nginx(`${PASS}\n${lines}`), settings, parts);
}
