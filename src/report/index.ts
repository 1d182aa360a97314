import { concise } from './concise.ts';
import { json } from './json.ts';
import type { Reporter } from './report.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** Every format of `check`, in the order of the help. */
export const REPORTERS: readonly Reporter[] = [text, concise, json, sarif];
