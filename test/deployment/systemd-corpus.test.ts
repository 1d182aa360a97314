import { test } from 'vitest';
import { optionValue, unitFacts } from '../../src/deployment/systemd/unit.ts';
import { parseIni } from '../../src/syntax/ini/index.ts';
import { expectDefinite, judgePlain, missing, newTally, projectsOf, type Tally, titleOf } from '../helpers/corpus.ts';

interface Verified {
  readonly verify: readonly string[];
  readonly runs_as?: string;
  readonly hardening_set?: readonly string[];
}

/** Options of which systemd says that they are set only where the unit sets them. */
const OPTIONS = [
  'NoNewPrivileges',
  'PrivateTmp',
  'ProtectSystem',
  'ProtectHome',
  'PrivateDevices',
  'ProtectKernelTunables',
  'ProtectControlGroups',
];

/** systemd prints no parsed unit: what it says of the program, the user and the walls around it is compared. */
function compare(tally: Tally, where: string, path: string, text: string, tree: Parameters<typeof unitFacts>[1], real: Verified): void {
  const document = parseIni(path, text, 'systemd');
  const unit = unitFacts({ path, document }, tree);
  const programs = unit.execLines.flatMap(({ words }) => words.slice(0, 1).map((word) => word.text));
  for (const line of real.verify) {
    const absent = /Command (\S+) is not executable/.exec(line)?.[1];
    if (absent !== undefined && line.startsWith(path.slice(path.lastIndexOf('/') + 1)))
      judgePlain(tally, `${where} program`, programs.includes(absent), true);
    const relative = /(\w+)= path is not absolute: (.*)$/.exec(line);
    if (relative !== null)
      judgePlain(
        tally,
        `${where} ${relative[1]}`,
        document.sections.length > 0 && unit.get('Service', relative[1] ?? '').at(-1)?.text,
        relative[2],
      );
  }
  if (real.runs_as !== undefined) {
    const user = optionValue(document, 'User');
    if (user !== null && user.kind !== 'known') tally.unknown++;
    else judgePlain(tally, `${where} user`, user === null || user.value === 'root', real.runs_as === 'Service runs as root user');
  }
  for (const name of real.hardening_set === undefined ? [] : OPTIONS)
    judgePlain(tally, `${where} ${name}`, unit.sandboxing.includes(name), real.hardening_set?.includes(name));
}

test.skipIf(missing() !== null)(titleOf('real units against systemd-analyze'), () => {
  const tally = newTally();
  for (const { name, tree, truth } of projectsOf('systemd', (text): { readonly files: Readonly<Record<string, Verified>> } =>
    JSON.parse(text),
  )) {
    for (const [path, real] of Object.entries(truth.files)) {
      const read = tree.read(path);
      if (read.ok) compare(tally, `${name} ${path}`, path, read.text, tree, real);
    }
  }
  expectDefinite('systemd', tally);
});
