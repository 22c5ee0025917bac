/** The stable codes of hpo's errors, which programs may rely on. Most of them are mistakes that a user can make. */
export type ErrorCode =
  | 'HPO_INVALID_SPACE'
  | 'HPO_INVALID_STUDY'
  | 'HPO_INVALID_ARGUMENT'
  | 'HPO_STUDY_FILE'
  | 'HPO_STUDY_NOT_FOUND'
  | 'HPO_STUDY_EXISTS'
  | 'HPO_STUDY_DIFFERS'
  | 'HPO_TRIAL_STATE'
  /** Another process has taken the trial over: no mistake of the user's. */
  | 'HPO_LEASE_LOST'
  | 'HPO_NOTHING_TO_SHOW'
  | 'HPO_STORAGE'
  | 'HPO_BACKEND'
  | 'HPO_DATA'
  /** A folder that hpo needs cannot be made or written to. */
  | 'HPO_FOLDER'
  | 'HPO_WORKER'
  /** A package that hpo needs is not installed for this machine. */
  | 'HPO_INSTALLATION'
  /** `hpo/tfjs` was imported, and TensorFlow.js is not installed in the version that it needs. */
  | 'HPO_TFJS_MISSING'
  /** The disk is full or fails: no mistake of the user's. */
  | 'HPO_DISK';

const brand = Symbol.for('hpo.error');

/**
 * The one error class of hpo. `message` is one line that names the offending value and what to do next; `code` is
 * stable; `data` holds the values for programs. The command line prints the message alone and exits with 2, or with 1
 * for HPO_WORKER and HPO_DISK, which are not the user's mistakes.
 *
 * Recognise it with {@link HpoError.is}: a study may have been loaded with a second copy of this module, for which
 * `instanceof` is false.
 */
export class HpoError extends Error {
  /** The stable code of the error. */
  readonly code: ErrorCode;
  /** The values that the message names, for programs; frozen. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly [brand] = true;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly data?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'HpoError';
    this.code = code;
    this.data = Object.freeze({ ...options.data });
  }

  /** Whether a value is an HpoError, from any copy of hpo. */
  static is(value: unknown): value is HpoError {
    return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }
}
