/** Who may read: the views, and through them the tables. */
import { namespacesOf, rawDatabase, type SnowflakeNames, type SnowflakeTable } from './setup.js';
import { name, path, type Section } from './sql.js';

/** Views read with the rights of their owner, so the tables themselves are granted to nobody. */
export function grants(names: SnowflakeNames, tables: readonly SnowflakeTable[]): readonly Section[] {
  const [database, role] = [name(names.database), name(names.role)];
  return [
    {
      about: `Who may read: the role ${names.role} sees the views; ${rawDatabase(names)} stays with whoever owns them.`,
      statements: [
        `GRANT USAGE ON DATABASE ${database} TO ROLE ${role}`,
        ...namespacesOf(tables).flatMap((namespace) => {
          const schema = path(names.database, namespace);
          return [
            `GRANT USAGE ON SCHEMA ${schema} TO ROLE ${role}`,
            `GRANT SELECT ON ALL VIEWS IN SCHEMA ${schema} TO ROLE ${role}`,
            `GRANT SELECT ON FUTURE VIEWS IN SCHEMA ${schema} TO ROLE ${role}`,
            `GRANT USAGE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ROLE ${role}`,
            `GRANT USAGE ON FUTURE FUNCTIONS IN SCHEMA ${schema} TO ROLE ${role}`,
          ];
        }),
      ],
    },
  ];
}
