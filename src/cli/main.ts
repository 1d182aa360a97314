import { tuneEngine } from './engine.ts';
import { runCli } from './run.ts';
import { ignoreClosedPipes, processTerminal } from './terminal.ts';

tuneEngine(process.versions.node);
ignoreClosedPipes();
// The exit status is set, not forced, so that large reports are written whole.
process.exitCode = await runCli(process.argv.slice(2), processTerminal);
