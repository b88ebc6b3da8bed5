/** Contexts and options of custom fields, as administrators see them. */

import type { Call, Directory, FieldDef, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { contextsOf, type FieldContext, optionsOf } from '../site/field-contexts.js';
import { narrowed, ok, pageBean } from './paging.js';

const CONTEXTS = { usual: 50, cap: 50 };
const OPTIONS = { usual: 100, cap: 100 };
const CONTEXT = '/rest/api/3/field/{fieldId}/context';

export function fieldContextRoutes(directory: Directory, _issues: IssueIndex): SimRoute[] {
  return [
    {
      method: 'GET',
      path: CONTEXT,
      handle: (call) => {
        const rows = narrowed(call, 'contextId', knownContexts(findField(directory, call)), ({ id }) => id);
        return ok(pageBean(call, rows, CONTEXTS, (context) => context));
      },
    },
    {
      method: 'GET',
      path: `${CONTEXT}/{contextId}/option`,
      handle: (call) => {
        const field = findField(directory, call);
        const rows = optionsOf(field, findContext(field, call));
        return ok(pageBean(call, rows, OPTIONS, (option) => option));
      },
    },
  ];
}

function findField(directory: Directory, { params }: Call): FieldDef {
  const found = directory.fields.find(({ id }) => id === params.fieldId);
  if (!found) throw unknownField(params.fieldId);
  return found;
}

function knownContexts(field: FieldDef): readonly FieldContext[] {
  const contexts = contextsOf(field);
  if (contexts === null) throw unknownField(field.id);
  return contexts;
}

function findContext(field: FieldDef, { params }: Call): FieldContext {
  const found = knownContexts(field).find(({ id }) => id === params.contextId);
  if (!found) throw new Refusal(404, ['The context was not found.']);
  return found;
}

const unknownField = (id: string | undefined) => new Refusal(404, [`The custom field with ID '${id}' was not found.`]);
