/** Something about a database, or about files that belong to it, that its user should know. */
export interface Defect {
  /** The kind, for programs: `damaged`, `orphaned-rows`, `stale-trial`, … */
  readonly kind: string;
  /** The study that it is about; null for the database as a whole. */
  readonly study: string | null;
  /** A sentence that says where it is and what it means. */
  readonly message: string;
  /** A `note` is worth knowing and no fault: nothing needs to be done. */
  readonly level: 'defect' | 'note';
  /** Whether `hpo repair` mends it. */
  readonly isMendable: boolean;
  /** The way to mend it, or to deal with it, where that is not `hpo repair`. */
  readonly advice?: string;
}

/**
 * A defect that `hpo repair` mends.
 * @param study null for the database as a whole.
 * @param advice the way to mend it where `hpo repair` does not, as in databases that are no files.
 */
export function mendable(kind: string, study: string | null, message: string, advice?: string): Defect {
  return { kind, study, message, level: 'defect', isMendable: true, ...(advice !== undefined && { advice }) };
}

/** A defect that needs somebody's decision. */
export function unmendable(kind: string, study: string | null, message: string, advice: string): Defect {
  return { kind, study, message, level: 'defect', isMendable: false, advice };
}

/** Something that is worth knowing. */
export function remark(kind: string, study: string | null, message: string, advice?: string): Defect {
  return { kind, study, message, level: 'note', isMendable: false, ...(advice !== undefined && { advice }) };
}
