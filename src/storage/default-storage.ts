/** The storage of a study that names none. */
export const DEFAULT_STORAGE = 'sqlite:///hpo.db';
