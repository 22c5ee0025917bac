import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { counted } from '../../base/counted.ts';
import { networkFileSystem } from '../../machine/file-system.ts';
import { type Defect, mendable, remark, unmendable } from '../defect.ts';
import { type Examination, factLine, inMB } from '../examination.ts';
import { SCHEMA_REVISION } from '../optuna-rows/schema.ts';
import type { StorageFile } from '../storage-kinds.ts';
import type { Waiting } from '../waiting.ts';
import { CHECKS } from './checks/index.ts';
import { integrityProblems } from './integrity.ts';
import { withFile } from './open-file.ts';
import { inspectSchema } from './schema.ts';

/** The facts about a database file. */
type FileFacts = Readonly<{
  /** The absolute path. */
  file: string;
  /** The size of the file, and of the write-ahead log beside it, in bytes. */
  bytes: number;
  logBytes: number;
  /** SQLite's journal mode: `wal`, `delete`, … */
  journalMode: string;
  /** The revision of Optuna's schema; null where it has not that of hpo. */
  schema: string | null;
  /** The number of studies and of trials in all; null where they cannot be counted. */
  studies: number | null;
  trials: number | null;
  /** The network file system that it is on; null on a local one. */
  network: string | null;
  /** Free space of its disk, in bytes. */
  freeBytes: number;
}>;

/** The options of {@link examineFile}. */
export interface FileExaminationOptions {
  readonly waiting?: Waiting;
  /** Names the network file system of a folder. Default: {@link networkFileSystem}. */
  readonly networkOf?: (folder: string) => string | undefined;
}

/** A disk with less free space than the database and this many bytes is nearly full. */
const LEAST_FREE = 100 * 2 ** 20;

/**
 * Examines a database file: its pages, its schema, the rows of all studies, and the ground that it stands on. Only
 * reads.
 * @throws HpoError HPO_STORAGE or HPO_DISK where it cannot be opened at all.
 */
export function examineFile(file: StorageFile, options: FileExaminationOptions = {}): Promise<Examination> {
  const { waiting, networkOf = networkFileSystem } = options;
  return withFile(file, waiting, ({ db }) => {
    const network = networkOf(dirname(file.path));
    const problems = integrityProblems(db);
    if (problems.length > 0) {
      const facts = factsOf(db, file, network, false);
      return examined(facts, [damage(file, problems)], false, 'cannot be read');
    }
    const state = inspectSchema(db, file.label);
    const isReadable = state === 'right';
    const facts = factsOf(db, file, network, isReadable);
    const rows = isReadable ? db.transaction(() => CHECKS.flatMap((check) => check.look(db)))() : [];
    const schema = isReadable ? [] : [wrongSchema(file, state === 'empty' ? undefined : state.problem)];
    return examined(facts, [...schema, ...ground(facts), ...rows], isReadable);
  });
}

/**
 * @param isReadable whether the pages are sound and the tables are Optuna's, so that the studies can be read.
 * @param schema the words for its schema.
 */
function examined(
  facts: FileFacts,
  defects: readonly Defect[],
  isReadable: boolean,
  schema = facts.schema ?? 'not that of hpo',
): Examination {
  return { facts, lines: linesOf(facts, schema), defects, isReadable, changedMs: statSync(facts.file).mtimeMs };
}

function linesOf(facts: FileFacts, schema: string): readonly string[] {
  const { file, bytes, logBytes, journalMode, studies, trials, network, freeBytes } = facts;
  const log = logBytes === 0 ? '' : `, ${inMB(logBytes)} of it in the write-ahead log`;
  const content = `${counted(studies ?? 0, 'study', 'studies')}, ${counted(trials ?? 0, 'trial')}`;
  return [
    factLine('database', `${file} (${inMB(bytes + logBytes)}${log})`),
    factLine('disk', `${network === null ? 'local' : `on ${network}`}, ${inMB(freeBytes)} free`),
    factLine('journal', journalMode),
    factLine('schema', schema),
    ...(studies === null || trials === null ? [] : [factLine('content', content)]),
  ];
}

function damage({ label }: StorageFile, problems: readonly string[]): Defect {
  const first = problems.slice(0, 3).join('; ');
  const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : '';
  return mendable('damaged', null, `${label} is damaged: SQLite finds ${first}${more}.`);
}

function wrongSchema({ label }: StorageFile, problem = `${label} is empty; no study was ever stored in it.`): Defect {
  const upgrade = /run: (.+)$/.exec(problem)?.[1];
  return unmendable('wrong-schema', null, problem, upgrade ?? 'name another file by --storage');
}

function ground({ journalMode, network, bytes, freeBytes }: FileFacts): readonly Defect[] {
  const found: Defect[] = [];
  if (network !== null && journalMode === 'wal') {
    const why = 'where processes on two machines damage it';
    found.push(mendable('log-on-network', null, `The database has a write-ahead log and is on ${network}, ${why}.`));
  } else if (network !== null) {
    const message = `The database is on ${network}: it is as safe as the file locks of the server.`;
    found.push(remark('network', null, message));
  }
  if (freeBytes < bytes + LEAST_FREE) {
    const message = `The disk of the database has ${inMB(freeBytes)} left, and the database ${inMB(bytes)}.`;
    found.push(unmendable('little-space', null, message, 'free some space'));
  }
  return found;
}

function factsOf(db: Database, { path }: StorageFile, network: string | undefined, isReadable: boolean): FileFacts {
  const count = (table: string) =>
    isReadable ? (db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number) : null;
  const { bavail, bsize } = statfsSync(dirname(path));
  return {
    file: path,
    bytes: statSync(path).size,
    logBytes: existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0,
    journalMode: String(db.pragma('journal_mode', { simple: true })),
    schema: isReadable ? SCHEMA_REVISION : null,
    studies: count('studies'),
    trials: count('trials'),
    network: network ?? null,
    freeBytes: bavail * bsize,
  };
}
