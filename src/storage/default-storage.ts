/** Where a study is kept when nothing else is said. */
export const DEFAULT_STORAGE = 'sqlite:///hpo.db';
