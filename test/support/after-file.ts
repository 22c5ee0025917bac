const tasks: (() => void)[] = [];

/** Has a task done after the last test of the file that runs now. */
export function afterFile(task: () => void): void {
  tasks.push(task);
}

/** Does what is to be done after a file, the last thing first. */
export function endFile(): void {
  for (const task of tasks.splice(0).reverse()) task();
}
