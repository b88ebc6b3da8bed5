/** Gadgets on dashboards. */

import type { SavedDashboard } from './shared-things.js';

export interface Gadget {
  readonly id: number;
  readonly title: string;
  readonly color: string;
  readonly row: number;
  readonly column: number;
  /** Kinds of gadgets have one of the two. */
  readonly moduleKey?: string;
  readonly uri?: string;
}

/** Up to three; a private dashboard has none. */
export function gadgetsOf(dashboard: SavedDashboard): readonly Gadget[] {
  const count = dashboard.shares.length === 0 ? 0 : 1 + (Number(dashboard.id) % 3);
  return Array.from({ length: count }, (_, place) => ({
    id: Number(dashboard.id) * 10 + place,
    title: `Übersicht ${place + 1} 📊`,
    color: ['blue', 'red', 'green'][place] ?? 'white',
    ...{ row: Math.floor(place / 2), column: place % 2 },
    ...(place === 0
      ? { moduleKey: 'com.atlassian.jira.gadgets:filter-results-gadget' }
      : { uri: 'rest/gadgets/1.0/g/com.atlassian.jira.gadgets/stats-gadget.xml' }),
  }));
}
