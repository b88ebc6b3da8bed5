/** OpenAPI 3.0 schemas as JSON Schema for ajv: `nullable`, boolean bounds and Jira's own idea of dates. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Document, Operation } from './open-api.js';

const IGNORED = new Set([
  'example',
  'examples',
  'xml',
  'discriminator',
  'readOnly',
  'writeOnly',
  'deprecated',
  'default',
]);
/** Jira writes offsets without a colon, which the format of JSON Schema does not know. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

export interface Validator {
  /** Distinct complaints such as `/values/#/id must be string` (`#`: some element); empty when the answer fits. */
  complaints(operation: Operation, answer: unknown): readonly string[];
}

export function makeValidator(): Validator {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  ajv.addFormat('date-time', DATE_TIME);
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:/i);
  for (const plain of [
    'int32',
    'int64',
    'double',
    'float',
    'byte',
    'binary',
    'password',
    'uuid',
    'email',
    'url',
    'string',
  ])
    ajv.addFormat(plain, true);
  const documents = new Map<Document, string>();
  const compiled = new Map<Operation, ValidateFunction>();
  const compile = (operation: Operation) => {
    let name = documents.get(operation.document);
    if (name === undefined) {
      name = `document-${documents.size}`;
      documents.set(operation.document, name);
      ajv.addSchema({ $id: name, components: converted(operation.document.components, name) });
    }
    return ajv.compile(converted(operation.answer, name) as object);
  };
  return {
    complaints(operation, answer) {
      const validate = compiled.get(operation) ?? compile(operation);
      compiled.set(operation, validate);
      return validate(answer) ? [] : [...new Set((validate.errors ?? []).map(complaint))];
    },
  };
}

function complaint({ instancePath, message, params }: ErrorObject): string {
  const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
  const values = 'allowedValues' in params ? ` ${JSON.stringify(params.allowedValues)}` : '';
  return `${instancePath.replace(/\/\d+(?=\/|$)/g, '/#') || '/'} ${message}${extra}${values}`;
}

/** A deep copy in JSON Schema's words. `oneOf` becomes `anyOf`: Atlassian's alternatives overlap. */
function converted(value: unknown, document: string): unknown {
  if (Array.isArray(value)) return value.map((each) => converted(each, document));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    if (key === 'properties') copy[key] = mapValues(part, document);
    else if (key === '$ref') copy[key] = `${document}${part}`;
    else if (key === 'oneOf') copy.anyOf = converted(part, document);
    else if (!IGNORED.has(key) && key !== 'nullable' && !(key.startsWith('exclusive') && typeof part === 'boolean'))
      copy[key] = converted(part, document);
  }
  return 'nullable' in value && value.nullable === true ? { anyOf: [copy, { type: 'null' }] } : copy;
}

/** Names of properties are data: one may be called `example` or `default`. */
const mapValues = (properties: unknown, document: string) =>
  Object.fromEntries(Object.entries(properties as object).map(([name, part]) => [name, converted(part, document)]));
