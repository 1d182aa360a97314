import type { Run } from './run.ts';
import { hasAbove } from './values/paths.ts';
import { hasRoot } from './values/text.ts';

/**
 * What stands outside of the repository on a machine that has an operating system and nothing else (`--hermetic`). Only what no
 * system brings along and what cannot be a part of the checkout, wherever that lies, is definitely absent.
 */
export function absentOnBareHost(run: Run, path: string): boolean {
  if (run.request.host !== 'bare') return false;
  const parts = path.split('/').filter((part) => part !== '');
  const below = hasRoot(path) ? (hasAbove(path) ? parts.slice(1) : []) : path.startsWith('/') ? parts : [];
  const leaf = below[below.length - 1];
  if (leaf === undefined || below.includes('..')) return false;
  const [top, second] = below;
  if (top === 'run' && second === 'secrets') return true;
  if (inTree(run, below)) return false;
  const configured = top === 'usr' && second === 'local' && below[2] === 'etc' ? below[3] : top === 'etc' ? second : undefined;
  if (configured !== undefined) return !SYSTEM_CONFIGURATION.test(configured);
  // A path without an extension may be a folder, and a folder may be the one that the checkout lies in.
  if (!/^\.?[^.]+(\.[^.]+)+$|^\.env/.test(leaf) || SYSTEM_FOLDERS.has(top ?? '') || isPersonal(below)) return false;
  return true;
}

/** Whether the tree holds something that the path would name if the repository lay at one of its folders. */
function inTree(run: Run, below: readonly string[]): boolean {
  return below.some((_part, i) => i > 0 && run.request.tree.kindOf(below.slice(i).join('/')) !== null);
}

/** Top folders whose contents a system brings along. Below a folder that holds the repository the same names may stand: it may be `/`. */
const SYSTEM_FOLDERS = new Set(
  'bin boot dev etc lib lib32 lib64 libx32 proc run sbin snap sys tmp usr var Applications Library System private Volumes'.split(' '),
);

/** What Debian, Alpine, Fedora and macOS, or their usual packages, put into /etc. */
const SYSTEM_CONFIGURATION =
  /^(?:\..*|[a-z]*release|.*version|.*-|adduser.conf|aliases|alpine.*|alternatives|apk|apparmor.*|apt|audit|bash.*|bindresvport.*|ca-certificates.*|cloud|cron.*|crypto-policies|dbus-1|debconf.*|default|deluser.*|dhcp.*|dnf|dpkg|environment.*|exports|fonts|fstab.*|gai.conf|group|gshadow|gss|host\.conf|hostname|hosts.*|inetd.*|init.*|inputrc|issue.*|kernel|krb5.*|ld\..*|ldap|letsencrypt|libaudit.*|localtime|locale.*|login.*|logrotate.*|lsb.*|machine-id|magic.*|mail.*|mime.*|modprobe.*|modules.*|motd.*|mtab|mysql|netconfig|network.*|nginx|nsswitch.*|opt|os-release|pam.*|passwd|perl|pki|polkit.*|postfix|postgresql.*|ppp|profile.*|protocols|python.*|rc.*|redis|resolv.*|rpc|rpm|rsyslog.*|secfixes.*|securetty|security|selinux|services|shadow|shells|skel|ssh|ssl|subgid|subuid|sudo.*|supervisor.*|sysconfig|sysctl.*|systemd|terminfo|timezone|tmpfiles.*|udev|ufw|update.*|vim.*|wgetrc|X11|xattr.*|xdg|yum.*|zsh.*)$/;

/** A dot file in somebody's home may come with the account. */
function isPersonal(below: readonly string[]): boolean {
  const [top] = below;
  if (top !== 'home' && top !== 'root' && top !== 'Users') return false;
  return below.some((part) => part.startsWith('.') && !part.startsWith('.env'));
}
