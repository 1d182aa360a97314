import type { RepositoryFacts, Unit } from '../../../src/rule.ts';

/** Whether a drop-in of the repository may change the unit. */
export function isDroppedInto({ file }: Unit, { files }: Pick<RepositoryFacts, 'files'>): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return files.some((one) => one.includes(`${name}.d/`) && one.endsWith('.conf'));
}

/** Whether a timer starts the unit again and again. */
export function isTimed({ file }: Unit, { files, read }: Pick<RepositoryFacts, 'files' | 'read'>): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return files.some((one) => one.endsWith('.timer') && (one === file.replace(/\.service$/, '.timer') || (read(one) ?? '').includes(name)));
}

/** Whether the unit belongs to a user, who starts it with `systemctl --user`. */
export function isOfUser(unit: Unit): boolean {
  if (/(^|\/)(\.config\/|\.local\/share\/)?systemd\/user\//.test(unit.file)) return true;
  return unit.get('Install', 'WantedBy').some(({ text }) => /(^|\s)default\.target(\s|$)/.test(text));
}
