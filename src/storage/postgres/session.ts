import type { PoolClient } from 'pg';
import { shortHash } from '../../base/short-hash.ts';
import { type Row, type SqlValue, type Statement, sendBatch } from './batch.ts';
import { parseSnapshot, type Snapshot } from './own-writes.ts';

export type { Row, SqlValue };

/** The longest time that a timer of Node's takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** A row: see {@link Session.mark}. */
export interface Mark {
  readonly table: string;
  readonly owner: number;
  readonly column: string | undefined;
  readonly value: string | number | undefined;
}

/** The names of statements by their texts, which every connection has in common. */
const names = new Map<string, string>();

/**
 * A connection during one transaction. The statements of one step of the program go out together, without waiting for
 * those before them; the server runs them in this order. Each is prepared under a name when the connection runs it for
 * the first time.
 */
export class Session {
  readonly #client: PoolClient;
  readonly #prepares: boolean;
  /** The longest wait for an answer in milliseconds, where it is another than the connection's. */
  readonly #limitMs: number | undefined;
  readonly #writes: Promise<unknown>[] = [];
  /** Some of the rows that the transaction writes. */
  readonly marks: Mark[] = [];
  #id: string | undefined;
  #batch: Statement[] = [];

  /**
   * @param prepares whether statements are prepared; a pooler in transaction mode may not keep them.
   * @param isLong whether answers may take as long as they need.
   */
  constructor(client: PoolClient, prepares: boolean, isLong = false) {
    this.#limitMs = isLong ? LONGEST_MS : undefined;
    this.#client = client;
    this.#prepares = prepares;
  }

  /**
   * The id of the transaction, from which its outcome is learned where the connection is lost; undefined until it has
   * written or locked anything.
   */
  get transactionId(): string | undefined {
    return this.#id;
  }

  /** The rows of a query. */
  async rows<T extends Row>(text: string, ...values: readonly SqlValue[]): Promise<readonly T[]> {
    return (await this.#query(text, values)) as readonly T[];
  }

  /** The first row of a query; undefined where there is none. */
  async row<T extends Row>(text: string, ...values: readonly SqlValue[]): Promise<T | undefined> {
    return (await this.rows<T>(text, ...values))[0];
  }

  /**
   * The rows of a query that takes locks or writes, without their first column, `txid_current()`, which makes the
   * outcome of the transaction known.
   */
  async locked<T extends Row>(text: string, ...values: readonly SqlValue[]): Promise<readonly T[]> {
    const rows = await this.rows(text, ...values);
    if (rows[0] !== undefined) this.#id = String(rows[0][0]);
    return rows.map(([, ...others]) => others as unknown as T);
  }

  /** The transactions of the server that write, as this one sees them. */
  async snapshot(): Promise<Snapshot> {
    const [text] = (await this.row<[string]>('SELECT txid_current_snapshot()::text')) ?? [''];
    return parseSnapshot(text);
  }

  /** Writes; the end of the transaction waits for it. */
  run(text: string, ...values: readonly SqlValue[]): void {
    const write = this.#query(text, values);
    write.catch(() => {}); // seen by whoever waits for the writes
    this.#writes.push(write);
  }

  /**
   * Names a row that the transaction writes, and that no other one writes at the same time.
   * @param owner the id of the study or of the trial that the row belongs to.
   * @param column the column that tells the row from the owner's others, with its value; none in its own table.
   */
  mark(table: string, owner: number, column?: string, value?: string | number): void {
    this.marks.push({ table, owner, column, value });
  }

  /** Begins, or ends, the transaction, or changes a setting for it. */
  async control(sql: string): Promise<void> {
    await this.#query(sql, []);
  }

  /** Runs several statements without parameters. */
  async script(sql: string): Promise<void> {
    this.#send();
    await this.#client.query(sql);
  }

  /** Ends the transaction, together with the writes. @throws the first error of a write. */
  async commit(): Promise<void> {
    const committed = this.control('COMMIT');
    committed.catch(() => {}); // the error of a write before it says more
    await Promise.all(this.#writes);
    await committed;
  }

  #query(text: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      const name = this.#prepares ? nameOf(text) : undefined;
      this.#batch.push({ text, values, name, resolve, reject });
      if (this.#batch.length === 1) process.nextTick(() => this.#send());
    });
  }

  #send(): void {
    const statements = this.#batch;
    if (statements.length === 0) return; // they have gone out before
    this.#batch = [];
    sendBatch(this.#client, statements, this.#limitMs);
  }
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = /^\w+$/.test(text) ? `hpo_${text}` : `hpo_${shortHash(text)}`;
    names.set(text, name);
  }
  return name;
}

/**
 * The result of `then`, once `check` has passed. Both are under way, and which of two errors comes first does not show
 * in the order of their statements.
 */
export async function onceChecked<T>(check: Promise<unknown>, then: Promise<T>): Promise<T> {
  then.catch(() => {}); // thrown below, if at all
  await check;
  return then;
}
