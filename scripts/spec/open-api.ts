/** Just as much of OpenAPI 3.0 as it takes to look up an operation and follow a path through its response schema. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/engine.js';
import { stepsOf } from '../../src/core/json-path.js';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly description?: string;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema?: Schema;
}

interface RawOperation {
  readonly deprecated?: boolean;
  readonly parameters?: readonly (Parameter & { readonly $ref?: string })[];
  readonly requestBody?: Content & { readonly $ref?: string };
  readonly responses?: Readonly<Record<string, Content>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An operation with the document its references point into. */
export interface Operation {
  readonly document: Document;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** A file can be sent in a form. */
  readonly takesForm: boolean;
  /** Schema of the answer with 200, or with 201 where there is none; `{}` (anything) when the document gives none. */
  readonly answer: Schema;
  /** Those that the document lists. */
  readonly statuses: readonly string[];
}

export interface Specs {
  /** @param path ours, with any names in its `{placeholders}`. */
  find(method: string, path: string): Operation | null;
}

/** Where no document of Atlassian's is at hand: what we wrote down from their reference pages. */
export const OWN_LISTS = [join(packageRoot(), 'scripts', 'spec', 'service-management.json')];
export const SAID_TO_BE_OURS =
  'service management has no OpenAPI document at hand: scripts/spec/service-management.json, a list of our own, stands for it';

/** @throws Error naming the file that is no OpenAPI 3 document. */
export function loadSpecs(files: readonly string[]): Specs {
  const byRequest = new Map<string, Operation>();
  for (const file of files) {
    const document = JSON.parse(readFileSync(file, 'utf8')) as Document & { openapi?: string };
    if (!document.openapi?.startsWith('3.') || !document.paths) throw new Error(`${file} is no OpenAPI 3 document`);
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, raw] of Object.entries(methods))
        byRequest.set(requestKey(method, path), operationOf(document, raw));
  }
  return { find: (method, path) => byRequest.get(requestKey(method, path)) ?? null };
}

/** Placeholders are named differently by Atlassian and by us: only their places count. */
const requestKey = (method: string, path: string) => `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '{}')}`;

function operationOf(document: Document, raw: RawOperation): Operation {
  const json = (part: Content | undefined) =>
    Object.entries(part?.content ?? {}).find(([type]) => type.startsWith('application/json'))?.[1].schema;
  return {
    document,
    deprecated: raw.deprecated ?? false,
    parameters: (raw.parameters ?? []).map((parameter) => deref(document, parameter)),
    body: json(raw.requestBody && deref(document, raw.requestBody)),
    takesForm:
      raw.requestBody !== undefined && 'multipart/form-data' in (deref(document, raw.requestBody).content ?? {}),
    answer: json(raw.responses?.['200']) ?? json(raw.responses?.['201']) ?? {},
    statuses: Object.keys(raw.responses ?? {}),
  };
}

function deref<T extends { readonly $ref?: string }>(document: Document, value: T): T {
  if (value.$ref === undefined) return value;
  const [, , kind = '', name = ''] = value.$ref.split('/');
  const target = document.components?.[kind]?.[name] as T | undefined;
  if (!target) throw new Error(`the reference ${value.$ref} leads nowhere`);
  return deref(document, target);
}

/** A schema without `$ref` and `allOf`; of alternatives, all properties together. */
export function plain(document: Document, schema: Schema): Schema {
  const base = deref(document, schema);
  const parts = [...(base.allOf ?? []), ...(base.oneOf ?? []), ...(base.anyOf ?? [])].map((part) =>
    plain(document, part),
  );
  if (parts.length === 0) return base;
  const merged = Object.assign({}, ...parts, base) as Schema;
  const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {}), base.properties ?? {});
  return { ...merged, properties, allOf: undefined, oneOf: undefined, anyOf: undefined };
}

/** Schema of what a dotted path leads to; `{}` within anything free-form; null when the schema has no such way. */
export function schemaAt(document: Document, schema: Schema, path: string): Schema | null {
  let here: Schema | null = plain(document, schema);
  for (const { key, each } of stepsOf(path)) {
    if (here && key !== '') here = member(document, here, key);
    if (here && each) here = isFree(here) ? {} : here.items ? plain(document, here.items) : null;
    if (here === null) return null;
  }
  return here;
}

function member(document: Document, schema: Schema, key: string): Schema | null {
  if (isFree(schema)) return {};
  const { properties = {}, additionalProperties: more } = schema;
  const declared =
    key === '*' ? Object.values(properties)[0] : Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (declared) return plain(document, declared);
  if (more === true) return {};
  return more ? plain(document, more) : null;
}

/** Nothing is said about its inside. */
function isFree(schema: Schema): boolean {
  const silent = !schema.properties || Object.keys(schema.properties).length === 0;
  if (schema.type === undefined) return silent && !schema.items && schema.additionalProperties === undefined;
  return schema.type === 'object' && silent && schema.additionalProperties === undefined;
}

/** The largest number a schema or its description allows for a page size or the length of a list; null when nothing is said. */
export function documentedMaximum(schema: Schema, description = schema.description ?? ''): number | null {
  const said =
    /\b(?:max(?:imum)?(?: allowed)?(?: value)?(?: is| of|:)|returns max|limited to|less than or equal to|between \d+ and) (\d+)/i.exec(
      description,
    )?.[1];
  return schema.maximum ?? schema.maxItems ?? (said === undefined ? null : Number(said));
}
