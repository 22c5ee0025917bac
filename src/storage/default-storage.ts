/**
 * The storage of a study that names none: the URL or path in the environment variable HPO_STORAGE, else a file in the
 * working directory, `sqlite:///hpo.db`.
 */
export function defaultStorage(): string {
  return process.env.HPO_STORAGE || 'sqlite:///hpo.db';
}
