import { hasGroups, type ProcessGroup } from '../../machine/process-group.ts';

const groups = new Set<ProcessGroup>();

/**
 * Stops a group's processes when the terminal suspends this process (Ctrl-Z), and continues them with it: a terminal's
 * signals do not reach groups of their own.
 *
 * @returns a function that ends this.
 */
export function suspendWithThisProcess(group: ProcessGroup): () => void {
  if (!hasGroups) return () => undefined;
  if (groups.size === 0) process.on('SIGTSTP', suspend).on('SIGCONT', goOn);
  groups.add(group);
  return () => {
    groups.delete(group);
    if (groups.size === 0) process.off('SIGTSTP', suspend).off('SIGCONT', goOn);
  };
}

function suspend(): void {
  for (const group of groups) group.signal('SIGSTOP');
  process.kill(process.pid, 'SIGSTOP');
}

function goOn(): void {
  for (const group of groups) group.signal('SIGCONT');
}
