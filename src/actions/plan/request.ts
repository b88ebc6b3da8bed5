/** Puts values at their places in a request: `path.issue`, `query.notifyUsers`, `body.fields.summary`, `form.file`. */
import type { Json } from '../../contract/table.js';
import { encodeSegment } from '../../http/url.js';
import type { SentRequest } from '../journal/entry.js';
import { requestParts } from '../registry/registry.js';

export interface Placed {
  readonly place: string;
  readonly value: Json;
}

type Tree = { [name: string]: Json | Tree };

/** @param line such as `POST /rest/api/3/issue/{issue}/comment` */
export function requestWith(line: string, placed: readonly Placed[]): SentRequest {
  const { method, path } = requestParts(line);
  const segments = new Map<string, string>();
  const query: Record<string, string> = {};
  const body: Tree = {};
  let upload: { upload?: string } = {};
  for (const { place, value } of placed) {
    const [kind = '', ...names] = place.split('.');
    const name = names.join('.');
    // As text it would be the word.
    if (value === null && (kind === 'path' || kind === 'query')) continue;
    if (kind === 'path') segments.set(name, encodeSegment(String(value)));
    else if (kind === 'query') query[name] = String(value);
    else if (kind === 'form') {
      upload = { upload: name };
      Object.assign(body, value);
    } else putAt(body, names, value);
  }
  return {
    method: method as SentRequest['method'],
    path: path.replace(/\{([^}]*)\}/g, (_, name: string) => segments.get(name) ?? ''),
    query,
    body: Object.keys(body).length > 0 || method === 'POST' ? (body as Json) : null,
    ...upload,
  };
}

function putAt(tree: Tree, names: readonly string[], value: Json): void {
  const [first = '', ...rest] = names;
  if (rest.length === 0) {
    const there = tree[first];
    // Properties come from inputs and from the marker.
    tree[first] = Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value;
    return;
  }
  const below = (tree[first] ?? {}) as Tree;
  tree[first] = below;
  putAt(below, rest, value);
}
