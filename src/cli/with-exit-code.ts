/** An error that ends the program with another exit code than errors of its kind do. */
export class WithExitCode extends Error {
  readonly exitCode: number;
  override readonly cause: unknown;

  constructor(exitCode: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.exitCode = exitCode;
    this.cause = cause;
  }
}
