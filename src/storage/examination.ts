import type { JsonValue } from '../base/json.ts';
import type { Defect } from './defect.ts';
import type { Waiting } from './waiting.ts';

/** The findings about a database, apart from what its studies' trials and checkpoints show. */
export interface Examination {
  /** Facts for programs, by name. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** The same for people, each with its name before it: `schema    v3.2.0.a`. */
  readonly lines: readonly string[];
  readonly defects: readonly Defect[];
  /** Whether the tables are Optuna's and can be read, so that the studies can be. */
  readonly isReadable: boolean;
  /** The time of the last change, in milliseconds since 1970; left out where the database does not keep one. */
  readonly changedMs?: number;
}

/** The way to examine a database. */
export interface ExaminationOptions {
  readonly waiting?: Waiting | undefined;
}

/** A fact in a line for people. */
export function factLine(name: string, text: string): string {
  return `${name.padEnd(NAME_WIDTH)}${text}`;
}

const NAME_WIDTH = 10;

/** A number of bytes for people. */
export function inMB(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
