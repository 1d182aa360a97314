import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

type Json = Record<string, unknown>;

function load(path: string): Json {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
}

/** What is wrong with a document by one of our schemas; empty when it is right. */
export function violations(schema: string, document: unknown): readonly string[] {
  return judge(load(`schema/${schema}.schema.json`), document);
}

/** The same by the official schema of SARIF, which is written in draft 4. */
export function sarifViolations(document: unknown): readonly string[] {
  const { $schema: _draft, id, ...schema } = load('test/data/sarif-schema-2.1.0.json');
  return judge({ $id: id, ...schema }, document);
}

function judge(schema: Json, document: unknown): readonly string[] {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false });
  const valid = ajv.validate(schema, document);
  return valid ? [] : (ajv.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
