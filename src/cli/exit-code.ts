/** The program's exit codes by their meanings. */
export const ExitCode = {
  done: 0,
  /** A failure that is not the user's mistake. */
  failed: 1,
  /** Bad input, or nothing to show. */
  badInput: 2,
  /** A worker has ended by a limit of its own, and is to be started again: EX_TEMPFAIL of sysexits.h. */
  limited: 75,
  /** Ended by SIGINT. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;
