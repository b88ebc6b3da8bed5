/** Screens, their tabs, and the fields on them. */

import type { Answer, Call, Directory, IssueIndex, SimRoute } from '../model.js';
import { Refusal } from '../refusal.js';
import { ALL_FEATURES, type SiteFeatures } from '../site/options.js';
import { type Screen, screensOf, tabFieldsOf, tabsOf } from '../site/screens.js';
import { notOffered } from './experimental.js';
import { containing, narrowed, ok, pageBean } from './paging.js';
import { scopeShape } from './shapes.js';

const USUAL = { usual: 100, cap: 100 };

export function screenRoutes(
  directory: Directory,
  _issues: IssueIndex,
  features: SiteFeatures = ALL_FEATURES,
): SimRoute[] {
  return [
    get('screens', (call) => {
      const byId = narrowed(call, 'id', screensOf(directory), ({ id }) => id);
      return ok(pageBean(call, containing(call, 'queryString', byId), USUAL, screenShape));
    }),
    get('screens/tabs', features.experimental ? (call) => tabsOfMany(directory, call) : notOffered),
    get('screens/{screenId}/tabs', (call) =>
      ok(tabsOf(findScreen(directory, call)).map(({ id, name }) => ({ id: Number(id), name }))),
    ),
    get('screens/{screenId}/tabs/{tabId}/fields', (call) => {
      const tab = tabsOf(findScreen(directory, call)).find(({ id }) => id === call.params.tabId);
      if (!tab) throw new Refusal(404, ['The screen tab was not found.']);
      return ok(tabFieldsOf(directory, tab).map(({ id, name }) => ({ id, name })));
    }),
  ];
}

function get(name: string, handle: (call: Call) => Answer): SimRoute {
  return { method: 'GET', path: `/rest/api/3/${name}`, handle };
}

function findScreen(directory: Directory, { params }: Call): Screen {
  const found = screensOf(directory).find(({ id }) => id === params.screenId);
  if (!found) throw new Refusal(404, ['The screen was not found.']);
  return found;
}

function screenShape({ id, name, description, projectId }: Screen): Record<string, unknown> {
  return { id: Number(id), name, description, ...scopeShape(projectId) };
}

/** The size of a page is spelled `maxResult` here, and `maxResults` means nothing. */
function tabsOfMany(directory: Directory, call: Call): Answer {
  const query = new URLSearchParams(call.query);
  query.set('maxResults', call.query.get('maxResult') ?? '100');
  const tabs = screensOf(directory).flatMap((screen) => tabsOf(screen).map((tab) => ({ screen, tab })));
  const ofScreens = narrowed(call, 'screenId', tabs, ({ screen }) => screen.id);
  const rows = narrowed(call, 'tabId', ofScreens, ({ tab }) => tab.id);
  const {
    self: _,
    nextPage: __,
    ...bean
  } = pageBean({ ...call, query }, rows, USUAL, ({ screen, tab }) => ({
    ...{ screenId: Number(screen.id), tabId: Number(tab.id), tabName: tab.name },
  }));
  return ok(bean);
}
