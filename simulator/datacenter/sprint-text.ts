/** A sprint of an issue as Data Center wrote it before version 9: `toString` of a Java object, nothing escaped. */

type Json = Readonly<Record<string, unknown>>;

/** Sprints that stand alone name their board otherwise. */
export const isSprintOfIssue = (body: Json): boolean => 'state' in body && 'boardId' in body && 'goal' in body;

export function sprintText(sprint: Json): string {
  const members = {
    id: sprint.id,
    rapidViewId: sprint.boardId,
    state: String(sprint.state).toUpperCase(),
    name: sprint.name,
    startDate: sprint.startDate,
    endDate: sprint.endDate,
    completeDate: sprint.completeDate,
    sequence: sprint.id,
    goal: sprint.goal,
  };
  const written = Object.entries(members).map(([key, value]) => `${key}=${value ?? '<null>'}`);
  const hash = (0x1f39e18d + Number(sprint.id)).toString(16);
  return `com.atlassian.greenhopper.service.sprint.Sprint@${hash}[${written.join(',')}]`;
}
