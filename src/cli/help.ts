import { REPORTERS } from '../report/index.ts';
import { type CommandName, OPTIONS } from './option-table.ts';

const HEADS: Readonly<Record<CommandName, string>> = {
  check: `Usage: django-prodcheck [check] [PATH…] [options]

Says whether a Django project will work, safely and fast, when it is put in production the way its files say.
Reads only: no project code runs, nothing is sent anywhere.

Commands:
  check [PATH…]            findings (the default)
  settings [PATH] [NAME…]  what production will run with, statically, and why
  env [PATH]               the variables that the settings read: required, provided, missing
  topology [PATH]          deployments, processes, proxies, stores and their links
  explain RULE             what a rule is about, with examples
  rules                    all rules
  init [PATH]              write a configuration file to start from

Exit status of check: 0 nothing at or above --fail-on, 1 something, 2 usage or internal error.`,
  settings: `Usage: django-prodcheck settings [PATH] [NAME…] [options]

What production will run with, and why. With names ("DEBUG", "DATABASES") only those, with the chain that decided them.`,
  env: `Usage: django-prodcheck env [PATH] [options]

The variables that the settings read under production: whether they are required, whether something provides them.`,
  topology: `Usage: django-prodcheck topology [PATH] [options]

What was found to be production: deployments, processes, proxies, stores and their links.`,
  explain: `Usage: django-prodcheck explain RULE [options]

What a rule is about: why, how to fix, examples.`,
  rules: `Usage: django-prodcheck rules [options]

All rules by area.`,
  init: `Usage: django-prodcheck init [PATH]

Writes a commented django-prodcheck.toml into PATH when there is none.`,
};

const FORMATS: Readonly<Record<CommandName, readonly string[]>> = {
  check: REPORTERS.map((one) => one.id),
  settings: ['text', 'json'],
  env: ['text', 'json', 'dotenv'],
  topology: ['text', 'json', 'mermaid'],
  explain: ['text', 'json'],
  rules: ['text', 'json'],
  init: [],
};

/** The formats of a command, the default first. */
export function formatsOf(command: CommandName): readonly string[] {
  return FORMATS[command];
}

export function helpFor(command: CommandName): string {
  const rows = OPTIONS.filter((one) => one.help !== null && one.on.includes(command)).map((one) => ({
    left: `--${one.name}${one.value === null ? '' : ` ${one.value}`}`,
    right:
      one.name === 'format'
        ? `${FORMATS[command].join(', ')}${command === 'check' ? '; repeatable, each with its own =FILE' : ''}`
        : one.help,
  }));
  const width = Math.max(...rows.map((row) => row.left.length));
  return `${HEADS[command]}\n\nOptions:\n${rows.map((row) => `  ${row.left.padEnd(width)}  ${row.right}`).join('\n')}\n`;
}
