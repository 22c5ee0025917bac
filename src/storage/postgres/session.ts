import type { Writable } from 'node:stream';
import type { PoolClient } from 'pg';
import { shortHash } from '../../base/short-hash.ts';
import { parseSnapshot, type Snapshot } from './own-writes.ts';

/** A value of a statement's parameter. Arrays are PostgreSQL's, of elements of one type. */
export type SqlValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** A row, its columns in their order. */
export type Row = readonly unknown[];

/** The longest time that a timer of Node's takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** The names of statements by their texts, which every connection has in common. */
const names = new Map<string, string>();

/**
 * A connection during one transaction. Statements go out at once, without waiting for those before them; the server
 * runs them in this order. Each is prepared under a name when the connection runs it for the first time.
 */
export class Session {
  readonly #client: PoolClient;
  readonly #prepares: boolean;
  /** The limit of `pg` for an answer, where it is another than the connection's. */
  readonly #limit: { readonly query_timeout?: number };
  readonly #writes: Promise<unknown>[] = [];
  /** The ids of the trials that the transaction writes to. */
  readonly trials = new Set<number>();
  #id: string | undefined;
  #isGathering = false;

  /**
   * @param prepares whether statements are prepared; a pooler in transaction mode may not keep them.
   * @param isLong whether answers may take as long as they need.
   */
  constructor(client: PoolClient, prepares: boolean, isLong = false) {
    this.#limit = isLong ? { query_timeout: LONGEST_MS } : {};
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
    const { rows } = await this.#query(text, values);
    return rows as unknown as readonly T[];
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

  /** Runs SQL without parameters, in one message. */
  async control(sql: string): Promise<void> {
    this.#gather();
    await this.#client.query({ text: sql, ...this.#limit });
  }

  /** Ends the transaction, together with the writes. @throws the first error of a write. */
  async commit(): Promise<void> {
    const committed = this.control('COMMIT');
    committed.catch(() => {}); // the error of a write before it says more
    await Promise.all(this.#writes);
    await committed;
  }

  /** Sends the messages of one step of the program together: each by itself would cost a call of the system. */
  #gather(): void {
    if (this.#isGathering) return;
    const { stream } = (this.#client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
    this.#isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #query(text: string, values: readonly SqlValue[]) {
    this.#gather();
    return this.#client.query({
      text,
      values: values as SqlValue[],
      rowMode: 'array',
      ...this.#limit,
      ...(this.#prepares && { name: nameOf(text) }),
    });
  }
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `hpo_${shortHash(text)}`;
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
