/** Thrown by the objective of a command whose program went wrong; its message ends with the program's last words. */
export class CommandFailed extends Error {
  /**
   * @param command as it was declared, so that trials that fail for the same reason have the same message.
   * @param problem the way it failed, such as `exited with code 3`.
   * @param lastWords the last lines of its stderr.
   */
  constructor(command: string, problem: string, lastWords = '') {
    const shown = command.length > 100 ? `${command.slice(0, 100)}…` : command;
    const end = /[.?!]$/.test(problem) ? '' : '.';
    super(`\`${shown.replace(/\s+/g, ' ')}\` ${problem}${lastWords === '' ? end : `:\n${lastWords}`}`);
    this.name = 'CommandFailed';
    // The place in hpo where it was thrown does not help a user whose program failed.
    this.stack = `${this.name}: ${this.message}`;
  }
}
