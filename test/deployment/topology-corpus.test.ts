import { test } from 'vitest';
import { pythonTools } from '../../src/cli/python-tools.ts';
import { buildModel } from '../../src/deployment/index.ts';
import type { Deployment, Process } from '../../src/deployment/model.ts';
import { expectShare, missing, newTally, type Tally, titleOf, trees } from '../helpers/corpus.ts';

/** What the repository says of how a process starts; a pulled image keeps that to itself, and nothing starts what no manifest names. */
function countCommand(tally: Tally, where: string, { command, image }: Process): void {
  const isOfImage = command.kind === 'unknown' && command.why === 'third-party' && image !== null;
  if (command.kind === 'known' || command.kind === 'conditional' || isOfImage) tally.right++;
  else {
    tally.unknown++;
    console.log(`command of ${where}: ${command.why}`);
  }
}

/** A deployment without Django (a database alone) has no settings module to find. */
function countModule(tally: Tally, where: string, { processes }: Deployment): void {
  const choices = processes.flatMap(({ settings }) => (settings === null ? [] : [settings]));
  if (choices.length === 0) return;
  if (choices.some(({ file, presumed }) => file !== null || presumed !== null)) tally.right++;
  else {
    tally.unknown++;
    console.log(`settings module of ${where}`);
  }
}

test.skipIf(missing() !== null)(
  titleOf('what starts real projects, and the settings module it loads'),
  async () => {
    const commands = newTally();
    const modules = newTally();
    for (const { name, tree } of trees()) {
      const { model } = await buildModel(tree, { environment: new Map() }, pythonTools(tree));
      for (const deployment of model.deployments.filter((one) => !one.alternative)) {
        const where = `${name} ${deployment.id}`;
        countModule(modules, where, deployment);
        if (deployment.kind === 'settings') continue;
        for (const process of deployment.processes) countCommand(commands, `${where} ${process.name}`, process);
      }
    }
    expectShare('commands', commands, 0.95);
    expectShare('settings modules', modules, 0.95);
  },
  600_000,
);
