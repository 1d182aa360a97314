import { baseName, folderOf } from './paths.ts';
import type { SourceTree } from './tree.ts';

export type FileKind =
  | 'python-settings' // a candidate: what processes load decides
  | 'python-manage'
  | 'python-wsgi'
  | 'python-asgi'
  | 'python-gunicorn'
  | 'compose'
  | 'dockerfile'
  | 'dockerignore'
  | 'kubernetes'
  | 'nginx'
  | 'caddy'
  | 'haproxy'
  | 'apache'
  | 'systemd'
  | 'supervisor'
  | 'uwsgi'
  | 'env'
  | 'workflow' // GitHub Actions
  | 'gitlab-ci'
  | 'shell'
  | 'procfile'
  | 'terraform'
  | 'requirements'
  | 'pyproject'
  | 'pipfile'
  | 'pipfile-lock'
  | 'poetry-lock'
  | 'uv-lock'
  | 'setup-cfg'
  | 'setup-py'
  | 'python-version' // .python-version, runtime.txt
  | 'python' // any other
  | 'yaml'; // any other

export interface KindOfFile {
  readonly kind: FileKind;
  /** A file to copy from (`.env.example`, `nginx.conf.sample`): its values are nobody's. */
  readonly example: boolean;
  /** Rendered before use (`.template`, `.j2`, `.erb`, …): placeholders are no faults. */
  readonly template: boolean;
}

export interface ClassifiedFile extends KindOfFile {
  readonly path: string;
}

const EXAMPLE = /(^|[._-])(examples?|exemple|exp|samples?|dist|defaults?|templates?|tmpl|tpl|skel)(?=$|[._-])/i;
const RENDERED = /\.(template|tmpl|tpl|j2|jinja2?|erb|in)$/i;

/** Kinds that the name alone decides, first match wins. */
const BY_NAME: readonly (readonly [RegExp, FileKind])[] = [
  [/(^|\/)manage\.py$/, 'python-manage'],
  [/(^|\/)wsgi(_\w+)?\.py$|_wsgi\.py$/, 'python-wsgi'],
  [/(^|\/)asgi(_\w+)?\.py$|_asgi\.py$/, 'python-asgi'],
  [
    /(^|\/)[\w.-]*gunicorn[\w-]*[._-]?(conf|cfg|config|settings)([._-][\w.-]+)?\.py$|(^|\/)gunicorn\.\w+\.py$|(^|\/)gunicorn[\w-]*\.conf$/i,
    'python-gunicorn',
  ],
  [/(^|\/)setup\.py$/, 'setup-py'],
  [/(^|\/)(\w*settings\w*\.py|settings\/([\w-]+\/)*\w+\.py)$/, 'python-settings'],
  [/(^|\/)(?![^/]*gunicorn)[^/]*\.py$/i, 'python'],
  [/(^|\/)(docker-)?compose[\w.-]*\.ya?ml$|(^|\/)[\w.-]*docker-compose[\w.-]*\.ya?ml$/i, 'compose'],
  [/(^|\/|\.)\.?dockerignore$/, 'dockerignore'],
  [
    /(^|\/)(Dockerfile|Containerfile)([._-][\w.-]+)?$|\.(Dockerfile|Containerfile)$|\.dockerfile$|(^|\/)dockerfile$|(^|\/)[\w-]+Dockerfile$/,
    'dockerfile',
  ],
  [/(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, 'workflow'],
  [/(^|\/)\.gitlab-ci\.ya?ml$/, 'gitlab-ci'],
  [/(^|\/)Procfile([._-][\w.-]+)?$/, 'procfile'],
  [/(^|\/)nginx[\w.-]*\.(conf|nginx)$|\.nginx$/i, 'nginx'],
  [/(^|\/)Caddyfile([._-][\w.-]+)?$|\.caddyfile$/i, 'caddy'],
  [/(^|\/)haproxy[\w.-]*\.cfg$/i, 'haproxy'],
  [/(^|\/)\.htaccess$|(^|\/)(httpd|apache2?)[\w.-]*\.conf$/i, 'apache'],
  [/\.(service|socket|timer|target|path)$/, 'systemd'],
  [/\.(service|socket|timer)\.d\/[^/]+\.conf$/, 'systemd'],
  [/(^|\/)supervisord?[\w.-]*\.(conf|ini)$/i, 'supervisor'],
  [/(^|\/)[\w.-]*uwsgi[\w.-]*\.ini$/i, 'uwsgi'],
  [/(^|\/)\.python-version$|(^|\/)runtime\.txt$/, 'python-version'],
  [/(^|\/)pyproject\.toml$/, 'pyproject'],
  [/(^|\/)Pipfile$/, 'pipfile'],
  [/(^|\/)Pipfile\.lock$/, 'pipfile-lock'],
  [/(^|\/)poetry\.lock$/, 'poetry-lock'],
  [/(^|\/)uv\.lock$/, 'uv-lock'],
  [/(^|\/)setup\.cfg$/, 'setup-cfg'],
  [/(^|\/)[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in)$|(^|\/)requirements\/([\w.-]+\/)*[\w.-]+\.(txt|in)$/i, 'requirements'],
  [/\.tf$|\.tf\.json$/, 'terraform'],
  [/\.(sh|bash|ash|zsh|ksh)$/, 'shell'],
  [/(^|\/)(\.env|env|dotenv)([._-][\w.-]+)*$|\.env$|(^|\/)[\w-]+\.env\.[\w.-]+$|(^|\/)\.?envs?\/([\w.-]+\/)*\.[\w.-]+$/i, 'env'],
  [/(^|\/)\.envrc$/, 'shell'],
];

/**
 * What a file is, by its name; only when the name does not say is `head` called for the start of its text. Null for
 * what no reader wants.
 */
export function kindOfFile(path: string, head: () => string | null): KindOfFile | null {
  const plain = path.replace(RENDERED, '');
  const template = plain !== path && !/requirements|constraints/i.test(path);
  const name = template ? plain : path;
  const bare = name.replace(/[._-](example|sample|dist|default|bak)$/i, '');
  const kind = byName(name) ?? byName(bare) ?? byHead(bare, head);
  if (kind === null) return null;
  return { kind, template, example: bare !== name || isExample(kind, path) };
}

function byName(path: string): FileKind | null {
  const kind = BY_NAME.find(([pattern]) => pattern.test(path))?.[1] ?? null;
  if (
    kind === 'env' &&
    /(^|\/)\.(git\w+|\w*keep|DS_Store|dockerignore|editorconfig)$|\.(py|js|ts|sh|md|json|ya?ml|html|txt|ini|d\.ts|mjs|cjs|tsx|jsx|lock|toml|cfg|rs|go|rb|rst|bat|cmd|ps1)$/.test(
      path,
    )
  )
    return null;
  return kind;
}

function isExample(kind: FileKind, path: string): boolean {
  const name = baseName(path);
  if (kind === 'env') return EXAMPLE.test(name) || /(^|\/)[\w.-]*(examples?|samples?|templates?)\//i.test(path);
  return /(^|[._-])(examples?|samples?)(?=$|[._-])/i.test(name);
}

/** Looks into texts whose name leaves several possibilities. */
function byHead(path: string, head: () => string | null): FileKind | null {
  const name = baseName(path);
  if (/\.py$/i.test(name)) return gunicornKind(head() ?? '');
  if (/\.ya?ml$/i.test(name)) return yamlKind(head() ?? '');
  if (/\.(conf|cfg|vhost)$/i.test(name) || /(^|\/)(sites-(available|enabled)|conf\.d|nginx)\/[^/.]+$/.test(path))
    return confKind(head() ?? '');
  if (/\.ini$/i.test(name)) return iniKind(head() ?? '');
  if (!name.includes('.') && SCRIPT_FOLDER.test(`/${folderOf(path)}/`))
    return /^#![^\n]*\b(ba|da|a|z|k)?sh\b/.test(head() ?? '') ? 'shell' : null;
  if (/^[\w-]*(entrypoint|start|run|deploy|boot|server|worker|celery|beat|flower|release|build)[\w-]*$/i.test(name)) {
    return /^#![^\n]*\b(ba|da|a|z|k)?sh\b/.test(head() ?? '') ? 'shell' : null;
  }
  return null;
}

const SCRIPT_FOLDER = /\/(bin|s?bin|scripts?|docker|compose|deploy\w*|ops|infra\w*|production|prod|django|web|worker|celery)\//i;

/** `gunicorn.py` is as often a configuration as a module that starts the server. */
function gunicornKind(head: string): FileKind {
  return /^(bind|workers|worker_class|timeout|wsgi_app|threads)\s*(:\s*\w+\s*)?=/m.test(head) && !/^(class|from django)\b/m.test(head)
    ? 'python-gunicorn'
    : 'python';
}

function yamlKind(head: string): FileKind {
  const has = (key: string) => new RegExp(`^${key}:`, 'm').test(head);
  if (/^services:[ \t]*(#.*)?\r?$/m.test(head) || (has('include') && (has('volumes') || has('networks')))) return 'compose';
  return has('apiVersion') && has('kind') ? 'kubernetes' : 'yaml';
}

const NGINX_BLOCK = /^[ \t]*(server|http|events|(upstream|location|map|geo)[ \t][^{\n]*)[ \t]*(\r?\n[ \t]*)?\{/m;
const NGINX_LINE =
  /^[ \t]*(proxy_(pass|set_header|redirect|http_version)|client_max_body_size|add_header|ssl_(protocols|ciphers|certificate)|gzip|limit_req_zone)[ \t]+[^=\n]*;/m;
const HAPROXY_SECTION = /^[ \t]*(frontend|backend|listen|defaults)\b[^{;\n]*$/m;
const HAPROXY_LINE = /^[ \t]*(bind|mode|server|timeout)[ \t]/m;

/** Every pattern stays in its line, so that the time is linear in the text. */
function confKind(head: string): FileKind | null {
  if (/^[ \t]*(input|filter|output)[ \t]*\{/m.test(head)) return null;
  if (/^[ \t]*<(VirtualHost|Directory|Location|IfModule)\b/im.test(head)) return 'apache';
  if (/^[ \t]*\[(program:|supervisord\]|group:|fcgi-program:)/m.test(head)) return 'supervisor';
  if (HAPROXY_SECTION.test(head) && HAPROXY_LINE.test(head) && !/[{;][ \t]*\r?$/m.test(head)) return 'haproxy';
  return NGINX_BLOCK.test(head) || NGINX_LINE.test(head) ? 'nginx' : null;
}

function iniKind(head: string): FileKind | null {
  if (/^[ \t]*\[uwsgi\]/m.test(head)) return 'uwsgi';
  return /^[ \t]*\[(program:|supervisord\])/m.test(head) ? 'supervisor' : null;
}

/** Characters of a text that the second look takes into account. */
const HEAD = 65_536;

/** Every file of the tree that some reader wants. */
export function classify(tree: SourceTree): readonly ClassifiedFile[] {
  const found: ClassifiedFile[] = [];
  for (const { path } of tree.files) {
    const kind = kindOfFile(path, () => {
      const result = tree.read(path);
      return result.ok ? result.text.slice(0, HEAD) : null;
    });
    if (kind !== null) found.push({ path, ...kind });
  }
  return found;
}
