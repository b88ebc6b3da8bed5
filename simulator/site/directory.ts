import type { Directory, SiteOptions } from '../model.js';
import { makeBoards, makeSprints } from './boards.js';
import { makeFields } from './fields.js';
import { makeGroups, makePeople } from './people.js';
import { makeProjects } from './projects.js';
import { makeVocabulary } from './vocabulary.js';

/** Everything of a site but its issues. The same options give the same directory. */
export function makeDirectory(options: SiteOptions): Directory {
  const people = makePeople(options);
  const leads = people.filter((person) => person.accountType === 'atlassian').map((person) => person.accountId);
  const projects = makeProjects(options, leads);
  const boards = makeBoards(options, projects);
  return {
    people,
    groups: makeGroups(options, people),
    projects,
    boards,
    sprints: makeSprints(options, boards),
    fields: makeFields(projects, options.moreFields),
    ...makeVocabulary(projects),
  };
}
