/** The program's exit codes by their meanings. */
export const ExitCode = {
  done: 0,
  /** A failure that is not the user's mistake. */
  failed: 1,
  /** Bad input, or nothing to show. */
  badInput: 2,
  interrupted: 130,
} as const;
