/** A mistake of the user's: its message is one line that names the value and the mend. The program ends with 2. */
export class UsageError extends Error {}

/** The user has ended the program in the middle of its questions. */
export class Cancelled extends Error {}
