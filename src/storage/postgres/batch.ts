import type { Socket } from 'node:net';
import type { Connection, PoolClient, Query } from 'pg';
import { loadPg } from './load-pg.ts';

/** A value of a statement's parameter. Arrays are PostgreSQL's, of elements of one type. */
export type SqlValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** A row, its columns in their order: numbers, null, and texts for all other types. */
export type Row = readonly unknown[];

/** A statement of a batch, and the way its outcome is heard of. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /** The name that it is prepared under, of this text alone; undefined where it is not prepared. */
  readonly name: string | undefined;
  resolve(rows: readonly Row[]): void;
  reject(error: Error): void;
}

/** A column of the answer to a statement. */
interface Field {
  readonly dataTypeID: number;
}

/** The messages of PostgreSQL's protocol, as `pg` sends them. */
interface Wire {
  readonly stream: Pick<Socket, 'bytesRead' | 'cork' | 'uncork' | 'destroy' | 'resetAndDestroy'>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(bound: { readonly statement: string; readonly values: readonly (string | null)[] }): void;
  describe(what: { readonly type: 'P' }): void;
  execute(): void;
  sync(): void;
}

/** The types of PostgreSQL whose values are read as numbers, by their ids: int8, int2, int4, float4, float8. */
const NUMBERS: readonly number[] = [20, 21, 23, 700, 701];

/**
 * The time after which a silent connection is given up, since it must be dead, in milliseconds. A server that lives
 * ends its statements before.
 */
export const SILENCE_MS = 20_000;

/** The longest time that a timer of Node's takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** The statements that a connection has prepared, by their names. A connection whose statement fails is given up. */
const prepared = new WeakMap<Connection, Set<string>>();
/** Whether the columns of a statement's answer are numbers, by its text; they never change. */
const columns = new Map<string, readonly boolean[]>();

/**
 * Sends statements together and has the server answer them together: one round trip, in which a statement is neither
 * described again nor synchronised by itself. Those behind one that fails are not run, and fail with its error.
 *
 * @param limitMs the time after which the connection is given up where nothing is heard of it, in milliseconds.
 */
export function sendBatch(client: PoolClient, statements: readonly Statement[], limitMs = SILENCE_MS): void {
  client.query(new (batchClass())(statements, limitMs));
}

type BatchClass = new (statements: readonly Statement[], limitMs: number) => Query;

let loaded: BatchClass | undefined;

/** `pg` pipelines objects of its own class only, and is loaded late. */
function batchClass(): BatchClass {
  loaded ??= class Batch extends loadPg().Query {
    readonly #statements: readonly Statement[];
    readonly #limitMs: number;
    /** The limit of `pg`, whose timer would not see an answer that came while this process had no processor. */
    readonly query_timeout = LONGEST_MS;
    #isAnswered = false;
    #timer: NodeJS.Timeout | undefined;
    /** Called by `pg`, which replaces it by its timer's. */
    callback: (error?: Error | null) => void = () => {};
    #at = 0;
    #rows: Row[] = [];
    #areNumbers: readonly boolean[] = [];

    constructor(statements: readonly Statement[], limitMs: number) {
      super({ text: '' });
      this.#statements = statements;
      this.#limitMs = limitMs;
    }

    override submit = (connection: Connection): void => {
      const wire = connection as unknown as Wire;
      wire.stream.cork();
      for (const { text, values, name = '' } of this.#statements) {
        if (name === '' || !isPrepared(connection, name)) wire.parse({ name, text });
        wire.bind({ statement: name, values: values.map(parameter) });
        if (!columns.has(text)) wire.describe({ type: 'P' });
        wire.execute();
      }
      wire.sync();
      wire.stream.uncork();
      this.#listen(wire.stream);
    };

    /** Gives the connection up where nothing comes of it for too long. */
    #listen(stream: Wire['stream']): void {
      const { bytesRead } = stream;
      // What has arrived by now is read before an immediate runs.
      const look = () => {
        if (this.#isAnswered) return;
        if (stream.bytesRead !== bytesRead) return this.#listen(stream);
        this.handleError(new Error('Query read timeout'));
        giveUp(stream);
      };
      this.#timer = setTimeout(() => setImmediate(look), this.#limitMs);
    }

    #end(error?: Error): void {
      this.#isAnswered = true;
      clearTimeout(this.#timer);
      this.callback(error);
    }

    handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
      columns.set(
        this.#now.text,
        fields.map(({ dataTypeID }) => NUMBERS.includes(dataTypeID)),
      );
    }

    handleDataRow({ fields }: { readonly fields: (string | null)[] }): void {
      if (this.#rows.length === 0) this.#areNumbers = columns.get(this.#now.text) ?? [];
      this.#rows.push(fields.map((field, at) => (this.#areNumbers[at] && field !== null ? Number(field) : field)));
    }

    handleCommandComplete(): void {
      const rows = this.#rows;
      this.#rows = [];
      if (!columns.has(this.#now.text)) columns.set(this.#now.text, []); // an answer without columns
      this.#now.resolve(rows);
      this.#at++;
    }

    handleError(error: Error): void {
      for (const { reject } of this.#statements.slice(this.#at)) reject(error);
      this.#at = this.#statements.length;
      this.#end(error);
    }

    handleReadyForQuery(): void {
      this.#end();
    }

    get #now(): Statement {
      return this.#statements[this.#at] as Statement;
    }
  };
  return loaded;
}

/** Ends a connection, so that what the server has not received will not be sent to it any more. */
function giveUp(stream: Wire['stream']): void {
  try {
    stream.resetAndDestroy();
  } catch {
    stream.destroy(); // TLS, or a socket of this machine
  }
}

/** Whether a statement is prepared already; it is from now on. */
function isPrepared(connection: Connection, name: string): boolean {
  let names = prepared.get(connection);
  if (names === undefined) {
    names = new Set();
    prepared.set(connection, names);
  }
  if (names.has(name)) return true;
  names.add(name);
  return false;
}

/** A parameter as text; null for NULL. */
function parameter(value: SqlValue): string | null {
  if (typeof value !== 'object' || value === null) return value === null ? null : String(value);
  const elements = value.map((element) => {
    if (element === null) return 'NULL';
    return typeof element === 'string' ? `"${element.replace(/[\\"]/g, '\\$&')}"` : String(element);
  });
  return `{${elements.join(',')}}`;
}
