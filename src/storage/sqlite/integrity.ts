import type { Database } from 'better-sqlite3';

const MOST_PROBLEMS = 20;

/** The faults that SQLite finds in the pages of a database, in its own words; none where it is sound. */
export function integrityProblems(db: Database): readonly string[] {
  try {
    const found = db.prepare(`PRAGMA integrity_check(${MOST_PROBLEMS})`).pluck().all() as readonly string[];
    return found.length === 1 && found[0] === 'ok' ? [] : found.flatMap((text) => text.split('\n'));
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return [message];
    throw error;
  }
}
