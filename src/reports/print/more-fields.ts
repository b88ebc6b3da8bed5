/** Columns of the issue (`--more-fields`) beside those that a format has anyway. */

/** What they are called there, by column: a name that something else has is the with `issue_` before it. */
export function namesBeside(own: readonly string[], moreFields: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set([...own, ...moreFields]);
  return new Map(
    moreFields.map((column) => {
      let name = column;
      if (own.includes(column))
        do name = `issue_${name}`;
        while (taken.has(name));
      taken.add(name);
      return [column, name];
    }),
  );
}
