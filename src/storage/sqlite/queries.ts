import type { Database, Statement } from 'better-sqlite3';

/** Queries that are not asked in every process: each is prepared when it is first asked, and kept for the next time. */
export class Queries {
  readonly #db: Database;
  readonly #rows = new Map<string, Statement<unknown[], unknown>>();
  readonly #values = new Map<string, Statement<unknown[], unknown>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** A query whose rows are arrays. */
  rows<Given extends unknown[] | object, Row>(sql: string): Statement<Given, Row> {
    return this.#prepared(this.#rows, sql, (statement) => statement.raw()) as unknown as Statement<Given, Row>;
  }

  /** A query of a single column. */
  values<Given extends unknown[] | object, Value>(sql: string): Statement<Given, Value> {
    return this.#prepared(this.#values, sql, (statement) => statement.pluck()) as unknown as Statement<Given, Value>;
  }

  #prepared(
    known: Map<string, Statement<unknown[], unknown>>,
    sql: string,
    shaped: (statement: Statement<unknown[], unknown>) => Statement<unknown[], unknown>,
  ): Statement<unknown[], unknown> {
    const statement = known.get(sql) ?? shaped(this.#db.prepare<unknown[], unknown>(sql));
    known.set(sql, statement);
    return statement;
  }
}
